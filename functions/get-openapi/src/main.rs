//! GET /openapi.json: the contract as an OpenAPI document.

mod handler;

use anju_app::App;
use anju_http::serve;
use lambda_http::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    App::start().await;
    let context = handler::Context { document: anju_contract::document() };
    let context = &context;
    serve(move |request| handler::handle(context, request)).await
}
