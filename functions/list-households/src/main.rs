//! GET /v1/households: households of a region by state, result, guarantee, detail and alert.

mod handler;

use anju_app::App;
use anju_http::household_list::HouseholdListing;
use anju_http::serve;
use lambda_http::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = App::start().await;
    let context = handler::Context {
        auth: app.authenticator().await?,
        households: HouseholdListing::new(app.registry()?, app.counter_table()?),
    };
    let context = &context;
    serve(move |request| handler::handle(context, request)).await
}
