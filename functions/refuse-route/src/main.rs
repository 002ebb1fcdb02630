//! Whatever has no route: says that there is no such path, or which methods it has.

mod handler;

use anju_app::App;
use anju_http::serve;
use lambda_http::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    App::start().await;
    let context = handler::Context { operations: anju_contract::operations() };
    let context = &context;
    serve(move |request| handler::handle(context, request)).await
}
