use anju_domain::access::Action;
use anju_domain::ids::HouseholdId;
use anju_http::auth::{Authenticator, FirstSignIn};
use anju_http::feedback::{edit, form, listing};
use anju_http::form::read;
use anju_http::request::{json, path};
use anju_http::view::feedback::ReportedView;
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
    let id: HouseholdId = path(&request, "id")?;
    caller.may_with(Action::ReportFeedback, &id)?;
    let report = read(json(&request)?, form::report)?;
    let once = Once::of(&request, caller.region(), &context.control)?;
    let reported = edit::report(&context.registry, &id, report, Some(&caller), &once).await?;
    let feedback = listing::view(&context.registry, &caller, &reported).await?;
    let view = ReportedView { feedback_id: reported.feedback.id, feedback };
    json_answer(StatusCode::CREATED, &view)
}
