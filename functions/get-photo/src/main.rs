//! GET /v1/photos/{id}: a photo and signed addresses of its pictures.

mod handler;

use anju_app::App;
use anju_http::serve;
use lambda_http::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = App::start().await;
    let context = handler::Context {
        auth: app.authenticator().await?,
        registry: app.registry()?,
        incoming: app.incoming_files()?,
        files: app.photo_files()?,
    };
    let context = &context;
    serve(move |request| handler::handle(context, request)).await
}
