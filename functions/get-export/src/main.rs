//! GET /v1/exports/{id}: how far an export has come, and a signed address of its file.

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
        files: app.export_files()?,
    };
    let context = &context;
    serve(move |request| handler::handle(context, request)).await
}
