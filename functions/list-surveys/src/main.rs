//! GET /v1/surveys: field surveys of a region.

mod handler;

use anju_app::App;
use anju_http::serve;
use anju_http::survey::listing::SurveyLists;
use lambda_http::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = App::start().await;
    let context = handler::Context {
        auth: app.authenticator().await?,
        lists: SurveyLists { registry: app.registry()?, counters: app.counter_table()? },
    };
    let context = &context;
    serve(move |request| handler::handle(context, request)).await
}
