//! The queue of pieces: applies a piece of an import, and finishes the import after the last one.

mod accounts;
mod finishing;
mod handler;
mod households;
mod moving;
mod pace;
mod piece;
mod regions;
mod report;
mod villages;

use anju_app::App;
use anju_http::auth::initial::InitialPasswords;
use aws_lambda_events::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = App::start().await;
    let context = handler::Context {
        registry: app.searchable_registry().await?,
        control: app.control()?,
        files: app.transfer_files()?,
        pieces: app.piece_queue()?,
        passwords: InitialPasswords::new(app.default_password()?, app.is_local()?),
        pace: pace::Pace::new(app.import_pace()?),
    };
    let context = &context;
    run(service_fn(move |event: LambdaEvent<SqsEvent>| async move {
        Ok::<_, Error>(handler::handle(context, event.payload).await)
    }))
    .await
}
