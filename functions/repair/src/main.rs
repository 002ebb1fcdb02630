//! The repair queue: recounts a village from the register, publishes a household's page anew and has its
//! ID numbers compared.

mod handler;

use anju_app::App;
use anju_app::publishing::Publisher;
use aws_lambda_events::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = App::start().await;
    let context = handler::Context {
        counters: app.counters()?,
        publisher: Publisher { registry: app.registry()?, pages: app.pages()? },
        duplicates: app.duplicate_queue()?,
    };
    let context = &context;
    run(service_fn(move |event: LambdaEvent<SqsEvent>| async move {
        Ok::<_, Error>(handler::handle(context, event.payload).await)
    }))
    .await
}
