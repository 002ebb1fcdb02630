//! GET /v1/surveys/{id}: one field survey.

mod handler;

use anju_app::App;
use anju_http::serve;
use lambda_http::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = App::start().await;
    let context = handler::Context { auth: app.authenticator().await?, registry: app.registry()? };
    let context = &context;
    serve(move |request| handler::handle(context, request)).await
}
