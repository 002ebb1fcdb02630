use anju_domain::access::Action;
use anju_domain::change::ChangeKind;
use anju_domain::household::Household;
use anju_domain::ids::HouseholdId;
use anju_domain::text::Note;
use anju_http::auth::FirstSignIn;
use anju_http::edit::{Decision, Edit, Edits};
use anju_http::form;
use anju_http::request::{if_match, json, path};
use anju_http::{Answer, ApiError};
use jiff::Timestamp;
use lambda_http::Request;

pub type Context = Edits;

pub async fn handle(context: &Context, request: Request) -> Answer {
    let caller = context.auth.caller(&request, FirstSignIn::MustBeDone).await?;
    let id: HouseholdId = path(&request, "id")?;
    caller.may_with(Action::ReturnVerification, &id)?;
    let if_match = if_match(&request)?;
    let reason = form::read(json(&request)?, form::reason)?;
    let send_back = SendBack { reason, by: caller.region().to_string() };
    let household = context.carry_out(&request, &caller, &id, if_match, &send_back).await?;
    context.records.answer(&request, &caller, &household).await
}

struct SendBack {
    reason: Note,
    by: String,
}

impl Edit for SendBack {
    async fn decide(&self, household: &Household, now: Timestamp) -> Result<Decision, ApiError> {
        let after = household.return_to_village(self.reason.clone(), self.by.clone(), now)?;
        Ok(Decision {
            after,
            kind: ChangeKind::Returned,
            recorded: serde_json::json!({"reason": self.reason}),
        })
    }
}
