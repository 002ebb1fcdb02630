//! The registry's stream: brings changes of households into the counters' buckets.

mod handler;

use anju_app::App;
use aws_lambda_events::dynamodb::Event;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = App::start().await;
    let context = handler::Context { counters: app.counters()?, repairs: app.repair_queue()? };
    let context = &context;
    run(service_fn(move |event: LambdaEvent<Event>| async move {
        Ok::<_, Error>(handler::handle(context, event.payload).await)
    }))
    .await
}
