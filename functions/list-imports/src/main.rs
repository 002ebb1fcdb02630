//! GET /v1/imports: the imports, the newest first.

mod handler;

use anju_app::App;
use anju_http::serve;
use lambda_http::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = App::start().await;
    let context = handler::Context { auth: app.authenticator().await?, control: app.control()? };
    let context = &context;
    serve(move |request| handler::handle(context, request)).await
}
