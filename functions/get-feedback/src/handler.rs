use anju_domain::access::Action;
use anju_domain::ids::FeedbackId;
use anju_http::auth::{Authenticator, FirstSignIn};
use anju_http::feedback::{edit, listing};
use anju_http::{Answer, request::path, respond::json_answer};
use anju_store::Registry;
use lambda_http::Request;
use lambda_http::http::StatusCode;

pub struct Context {
    pub auth: Authenticator,
    pub registry: Registry,
}

pub async fn handle(context: &Context, request: Request) -> Answer {
    let caller = context.auth.caller(&request, FirstSignIn::MustBeDone).await?;
    let id: FeedbackId = path(&request, "id")?;
    caller.may_with(Action::Read, id.household())?;
    let reported = edit::find(&context.registry, &id).await?;
    let view = listing::view(&context.registry, &caller, &reported).await?;
    json_answer(StatusCode::OK, &view)
}
