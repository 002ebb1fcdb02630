use anju_domain::access::Action;
use anju_domain::change::ChangeKind;
use anju_domain::household::Household;
use anju_domain::ids::{HouseholdId, LookupToken};
use anju_http::auth::FirstSignIn;
use anju_http::edit::{Decision, Edit, Edits};
use anju_http::request::{IfMatch, path};
use anju_http::{Answer, ApiError};
use jiff::Timestamp;
use lambda_http::Request;

pub type Context = Edits;

pub async fn handle(context: &Context, request: Request) -> Answer {
    let caller = context.auth.caller(&request, FirstSignIn::MustBeDone).await?;
    let id: HouseholdId = path(&request, "id")?;
    caller.may_with(Action::RenewLookup, &id)?;
    let household = context.carry_out(&request, &caller, &id, IfMatch::Any, &Renew).await?;
    context.records.answer(&request, &caller, &household).await
}

struct Renew;

impl Edit for Renew {
    async fn decide(&self, household: &Household, now: Timestamp) -> Result<Decision, ApiError> {
        let after = household.renew_lookup(LookupToken::from_random(rand::random()), now)?;
        // The tokens themselves are capabilities and stay out of the history.
        let recorded = serde_json::json!({"withdrawn": after.withdrawn.len()});
        Ok(Decision { after, kind: ChangeKind::LookupRenewed, recorded })
    }
}
