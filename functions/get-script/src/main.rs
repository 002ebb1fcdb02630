//! GET /scripts/{name}: the script of the public pages, kept by browsers for a year.

mod handler;

use anju_app::App;
use anju_http::serve;
use lambda_http::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    App::start().await;
    serve(handler::handle).await
}
