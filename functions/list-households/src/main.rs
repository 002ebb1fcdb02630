//! GET /v1/households: households of a region, by state.

mod handler;

use anju_app::App;
use anju_http::serve;
use anju_store::list::HouseholdLists;
use lambda_http::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = App::start().await;
    let context = handler::Context {
        auth: app.authenticator().await?,
        lists: HouseholdLists { registry: app.registry()?, counters: app.counter_table()? },
    };
    let context = &context;
    serve(move |request| handler::handle(context, request)).await
}
