//! POST /v1/households/{id}/verification/complete: completes a verification, or corrects a completed one.

mod handler;

use anju_app::App;
use anju_http::serve;
use lambda_http::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = App::start().await;
    let context = handler::Context {
        edits: app.edits(app.searchable_registry().await?).await?,
        deadline: app.deadline()?,
        burst_limit: app.burst_limit()?,
    };
    let context = &context;
    serve(move |request| handler::handle(context, request)).await
}
