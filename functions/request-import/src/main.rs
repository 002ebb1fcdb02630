//! POST /v1/imports: announces a file to import and signs its upload.

mod handler;

use anju_app::App;
use anju_http::serve;
use lambda_http::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = App::start().await;
    let context = handler::Context {
        auth: app.authenticator().await?,
        control: app.control()?,
        files: app.transfer_files()?,
    };
    let context = &context;
    serve(move |request| handler::handle(context, request)).await
}
