//! GET /v1/app: versions of the phone app, and the campaign's dates.

mod handler;

use anju_app::App;
use anju_http::serve;
use lambda_http::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = App::start().await;
    let context = handler::Context {
        version: app.text("APP_VERSION")?,
        minimum_version: app.text("APP_MINIMUM_VERSION")?,
        verification_deadline: app.text("VERIFICATION_DEADLINE")?,
        countdown_to: app.text("COUNTDOWN_TO")?,
    };
    let context = &context;
    serve(move |request| handler::handle(context, request)).await
}
