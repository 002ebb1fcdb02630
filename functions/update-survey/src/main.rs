//! PUT /v1/surveys/{id}: an official edits a field survey.

mod handler;

use anju_app::App;
use anju_http::serve;
use lambda_http::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = App::start().await;
    let edits = app.edits(app.registry()?).await?;
    let edits = &edits;
    serve(move |request| handler::handle(edits, request)).await
}
