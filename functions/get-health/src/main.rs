//! GET /healthz: liveness for probes.

mod handler;

use anju_app::App;
use anju_http::serve;
use lambda_http::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    App::start().await;
    let context = handler::Context {};
    let context = &context;
    serve(move |request| handler::handle(context, request)).await
}
