//! GET /v1/imports/templates/{kind}: an empty workbook to fill in.

mod handler;
mod workbook;

use anju_app::App;
use anju_http::serve;
use lambda_http::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = App::start().await;
    let context = handler::Context { auth: app.authenticator().await? };
    let context = &context;
    serve(move |request| handler::handle(context, request)).await
}
