//! POST /v1/households/{id}/feedback: an officer reports a problem of a household.

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
        registry: app.registry()?,
    };
    let context = &context;
    serve(move |request| handler::handle(context, request)).await
}
