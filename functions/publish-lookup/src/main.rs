//! The registry's stream: makes each changed household's public page what the household is now, and
//! queues those whose ID numbers changed.

mod handler;

use anju_app::App;
use anju_app::publishing::Publisher;
use aws_lambda_events::dynamodb::Event;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = App::start().await;
    let context = handler::Context {
        publisher: Publisher { registry: app.registry()?, pages: app.pages()? },
        repairs: app.repair_queue()?,
        duplicates: app.duplicate_queue()?,
    };
    let context = &context;
    run(service_fn(move |event: LambdaEvent<Event>| async move {
        Ok::<_, Error>(handler::handle(context, event.payload).await)
    }))
    .await
}
