use anju_domain::access::Action;
use anju_domain::ids::FeedbackId;
use anju_http::auth::{Authenticator, FirstSignIn};
use anju_http::feedback::{edit, form, listing};
use anju_http::form::read;
use anju_http::request::{json, path};
use anju_http::write::Once;
use anju_http::{Answer, respond::json_answer};
use anju_store::{Control, Registry};
use lambda_http::Request;
use lambda_http::http::StatusCode;

pub struct Context {
    pub auth: Authenticator,
    pub control: Control,
    pub registry: Registry,
}

pub async fn handle(context: &Context, request: Request) -> Answer {
    let caller = context.auth.caller(&request, FirstSignIn::MustBeDone).await?;
    let id: FeedbackId = path(&request, "id")?;
    caller.may_with(Action::UrgeFeedback, id.household())?;
    let note = read(json(&request)?, form::urge)?;
    let once = Once::of(&request, caller.region(), &context.control)?;
    let by = edit::official(&caller)?;
    let urged = edit::urge(&context.registry, &by, &id, &note, &once).await?;
    let view = listing::view(&context.registry, &caller, &urged).await?;
    json_answer(StatusCode::OK, &view)
}
