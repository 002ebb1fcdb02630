//! POST /v1/feedback/search: reports of a region, by names and ID numbers too.

mod handler;

use anju_app::App;
use anju_http::feedback::listing::FeedbackLists;
use anju_http::serve;
use lambda_http::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = App::start().await;
    let context = handler::Context {
        auth: app.authenticator().await?,
        lists: FeedbackLists { registry: app.searchable_registry().await?, counters: app.counter_table()? },
    };
    let context = &context;
    serve(move |request| handler::handle(context, request)).await
}
