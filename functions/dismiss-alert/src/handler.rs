use anju_domain::access::Action;
use anju_domain::change::ChangeKind;
use anju_domain::household::Household;
use anju_domain::ids::AlertId;
use anju_domain::text::Note;
use anju_http::auth::FirstSignIn;
use anju_http::edit::{Decision, Edit, Edits};
use anju_http::form;
use anju_http::request::{IfMatch, json, path};
use anju_http::{Answer, ApiError};
use jiff::Timestamp;
use lambda_http::Request;

pub type Context = Edits;

pub async fn handle(context: &Context, request: Request) -> Answer {
    let caller = context.auth.caller(&request, FirstSignIn::MustBeDone).await?;
    let id: AlertId = path(&request, "id")?;
    caller.may_with(Action::DismissAlert, &id.household)?;
    let reason = form::read(json(&request)?, form::reason)?;
    let household = id.household.clone();
    let dismiss = Dismiss { id, reason };
    let after = context.carry_out(&request, &caller, &household, IfMatch::Any, &dismiss).await?;
    context.records.answer(&request, &caller, &after).await
}

struct Dismiss {
    id: AlertId,
    reason: Note,
}

impl Edit for Dismiss {
    async fn decide(&self, household: &Household, now: Timestamp) -> Result<Decision, ApiError> {
        let after = household.dismiss(self.id.kind, self.id.revision, now).ok_or(ApiError::NotFound)?;
        let recorded = serde_json::json!({"alert": self.id, "reason": self.reason});
        Ok(Decision { after, kind: ChangeKind::AlertDismissed, recorded })
    }
}
