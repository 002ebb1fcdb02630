use anju_domain::access::Action;
use anju_domain::change::ChangeKind;
use anju_domain::household::Household;
use anju_domain::ids::HouseholdId;
use anju_domain::text::Note;
use anju_http::auth::FirstSignIn;
use anju_http::edit::{Decision, Edit, Edits};
use anju_http::form;
use anju_http::request::{IfMatch, json, path};
use anju_http::respond::{json_answer, with_etag};
use anju_http::view::household::Numbers;
use anju_http::{Answer, ApiError};
use jiff::Timestamp;
use lambda_http::Request;
use lambda_http::http::StatusCode;

pub type Context = Edits;

pub async fn handle(context: &Context, request: Request) -> Answer {
    let caller = context.auth.caller(&request, FirstSignIn::MustBeDone).await?;
    let id: HouseholdId = path(&request, "id")?;
    caller.may_with(Action::Read, &id)?;
    let reason = form::read(json(&request)?, form::reason)?;
    let reveal = Reveal { reason };
    let household = context.carry_out(&request, &caller, &id, IfMatch::Any, &reveal).await?;
    let view = context.records.view_with(&request, &household, Numbers::Full).await?;
    Ok(with_etag(json_answer(StatusCode::OK, &view)?, household.version))
}

struct Reveal {
    reason: Note,
}

impl Edit for Reveal {
    async fn decide(&self, household: &Household, now: Timestamp) -> Result<Decision, ApiError> {
        let recorded = serde_json::json!({"reason": self.reason});
        Ok(Decision { after: household.noted(now), kind: ChangeKind::Revealed, recorded })
    }
}
