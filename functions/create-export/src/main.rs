//! POST /v1/exports: asks for a file of households, statistics, reports or QR codes.

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
        counters: app.counter_table()?,
        queue: app.export_queue()?,
        public_base_url: app.public_base_url()?,
    };
    let context = &context;
    serve(move |request| handler::handle(context, request)).await
}
