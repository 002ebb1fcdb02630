//! POST /v1/public/households/{token}/feedback: a household reports a problem on its public page.

mod handler;

use anju_app::App;
use anju_http::feedback::identity::PublicDoor;
use anju_http::serve;
use lambda_http::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = App::start().await;
    let context =
        handler::Context { door: PublicDoor { registry: app.registry()?, control: app.control()? } };
    let context = &context;
    serve(move |request| handler::handle(context, request)).await
}
