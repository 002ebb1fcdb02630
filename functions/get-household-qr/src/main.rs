//! GET /v1/households/{id}/qr.svg and qr.png: the QR code of the public page.

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
        public_base_url: app.public_base_url()?,
    };
    let context = &context;
    serve(move |request| handler::handle(context, request)).await
}
