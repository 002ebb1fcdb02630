//! GET /q/{token}: the household's public page, where no CDN serves it.

mod handler;

use anju_app::App;
use anju_http::serve;
use lambda_http::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = App::start().await;
    let context = handler::Context { pages: app.pages()? };
    let context = &context;
    serve(move |request| handler::handle(context, request)).await
}
