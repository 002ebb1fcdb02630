//! GET /v1/overview: the national board: public, without personal data.

mod handler;

use anju_app::App;
use anju_http::serve;
use lambda_http::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = App::start().await;
    let context = handler::Context {
        registry: app.registry()?,
        counters: app.counter_table()?,
        verification_deadline: app.text("VERIFICATION_DEADLINE")?,
        countdown_to: app.text("COUNTDOWN_TO")?,
    };
    let context = &context;
    serve(move |request| handler::handle(context, request)).await
}
