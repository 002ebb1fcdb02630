//! POST /v1/alerts/{id}/dismiss: dismisses a data alert, with a reason in the history.

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
