use anju_domain::access::Action;
use anju_domain::change::{Change, PersonalValue};
use anju_domain::ids::HouseholdId;
use anju_http::auth::{Authenticator, FirstSignIn};
use anju_http::view::history::HistoryView;
use anju_http::{Answer, ApiError, request::path, respond::json_answer};
use anju_store::Registry;
use lambda_http::Request;
use lambda_http::http::StatusCode;

pub struct Context {
    pub auth: Authenticator,
    pub registry: Registry,
}

pub async fn handle(context: &Context, request: Request) -> Answer {
    let caller = context.auth.caller(&request, FirstSignIn::MustBeDone).await?;
    let id: HouseholdId = path(&request, "id")?;
    caller.may_with(Action::Read, &id)?;
    let household = context.registry.household(&id).await?.ok_or(ApiError::NotFound)?;
    let mut items = context.registry.history(&id).await?;
    // What was changed since the household was read belongs to the next answer.
    items.retain(|change| change.revision <= household.revision);
    if !caller.sees_full_numbers() {
        items.iter_mut().for_each(without_personal_values);
    }
    json_answer(StatusCode::OK, &HistoryView::new(id, items, household.chain_head))
}

/// Leaves the digests, so that the chain can be checked all the same.
fn without_personal_values(change: &mut Change) {
    for PersonalValue { value, salt, .. } in change.personal.values_mut() {
        (*value, *salt) = (None, None);
    }
}
