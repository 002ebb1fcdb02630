//! POST /v1/households/{id}/surveys: an official enters a field survey of a household.

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
