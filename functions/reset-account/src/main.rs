//! POST /v1/accounts/{id}/reset: gives an account an initial password again.

mod handler;

use anju_app::App;
use anju_http::account_edit::AccountEdits;
use anju_http::auth::initial::InitialPasswords;
use anju_http::serve;
use lambda_http::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = App::start().await;
    let context = handler::Context {
        edits: AccountEdits {
            auth: app.authenticator().await?,
            control: app.control()?,
            registry: app.registry()?,
        },
        passwords: InitialPasswords::new(app.default_password()?, app.is_local()?),
    };
    let context = &context;
    serve(move |request| handler::handle(context, request)).await
}
