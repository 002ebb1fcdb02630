//! The queue of uploads: checks, marks and measures photos.

mod findings;
mod handler;
mod process;

use anju_app::App;
use aws_lambda_events::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = App::start().await;
    let context = handler::Context {
        registry: app.registry()?,
        control: app.control()?,
        incoming: app.incoming_files()?,
        files: app.photo_files()?,
        mark: app.mark()?,
    };
    let context = &context;
    run(service_fn(move |event: LambdaEvent<SqsEvent>| async move {
        Ok::<_, Error>(handler::handle(context, event.payload).await)
    }))
    .await
}
