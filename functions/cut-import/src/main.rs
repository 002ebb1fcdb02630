//! The queue of imports: reads a file, checks it, cuts it into pieces and queues these.

mod cutting;
mod handler;
mod source;

use anju_app::App;
use aws_lambda_events::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = App::start().await;
    let context = handler::Context {
        control: app.control()?,
        files: app.transfer_files()?,
        imports: app.import_queue()?,
        pieces: app.piece_queue()?,
    };
    let context = &context;
    run(service_fn(move |event: LambdaEvent<SqsEvent>| async move {
        Ok::<_, Error>(handler::handle(context, event.payload).await)
    }))
    .await
}
