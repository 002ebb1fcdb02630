//! GET /v1/regions/{code}/statistics.xlsx: the table of the statistics screen as a workbook.

mod handler;

use anju_app::App;
use anju_http::serve;
use anju_http::statistics::Statistics;
use lambda_http::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = App::start().await;
    let context = handler::Context {
        auth: app.authenticator().await?,
        statistics: Statistics { registry: app.registry()?, counters: app.counter_table()? },
    };
    let context = &context;
    serve(move |request| handler::handle(context, request)).await
}
