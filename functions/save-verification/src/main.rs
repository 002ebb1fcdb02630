//! PUT /v1/households/{id}/verification: saves a draft.

mod handler;

use anju_app::App;
use anju_http::record::Records;
use anju_http::serve;
use lambda_http::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = App::start().await;
    let context = handler::Context {
        auth: app.authenticator().await?,
        control: app.control()?,
        records: Records {
            registry: app.searchable_registry().await?,
            incoming: app.incoming_files()?,
            public_base_url: app.public_base_url()?,
        },
        deadline: app.deadline()?,
    };
    let context = &context;
    serve(move |request| handler::handle(context, request)).await
}
