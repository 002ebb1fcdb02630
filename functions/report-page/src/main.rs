//! GET and POST /q/{token}/report: the way to report a problem without scripts.

mod handler;
mod sent;

use anju_app::App;
use anju_http::feedback::identity::PublicDoor;
use anju_http::serve;
use lambda_http::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = App::start().await;
    let context = handler::Context {
        door: PublicDoor { registry: app.registry()?, control: app.control()? },
        fixed_answer: app.captcha_answer()?,
    };
    let context = &context;
    serve(move |request| handler::handle(context, request)).await
}
