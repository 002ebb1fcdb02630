//! POST /v1/households/{id}/verification/return: sends a completed verification back to the village.

mod handler;

use anju_app::App;
use anju_http::serve;
use lambda_http::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = App::start().await;
    let context = app.edits(app.registry()?).await?;
    let context = &context;
    serve(move |request| handler::handle(context, request)).await
}
