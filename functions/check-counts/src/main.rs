//! The queue of checks: compares a region's counts with the register, beside live traffic.

mod handler;

use anju_app::App;
use aws_lambda_events::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = App::start().await;
    let context = handler::Context {
        counters: app.counters()?,
        registry: app.registry()?,
        checks: app.check_queue()?,
        differences: app.difference_queue()?,
    };
    let context = &context;
    run(service_fn(move |event: LambdaEvent<SqsEvent>| async move {
        Ok::<_, Error>(handler::handle(context, event.payload).await)
    }))
    .await
}
