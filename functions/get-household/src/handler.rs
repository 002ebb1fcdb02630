use anju_domain::access::Action;
use anju_domain::ids::HouseholdId;
use anju_http::auth::{Authenticator, FirstSignIn};
use anju_http::record::Records;
use anju_http::{Answer, ApiError, request::path};
use lambda_http::Request;

pub struct Context {
    pub auth: Authenticator,
    pub records: Records,
}

pub async fn handle(context: &Context, request: Request) -> Answer {
    let caller = context.auth.caller(&request, FirstSignIn::MustBeDone).await?;
    let id: HouseholdId = path(&request, "id")?;
    caller.may_with(Action::Read, &id)?;
    let household = context.records.registry.household(&id).await?.ok_or(ApiError::NotFound)?;
    context.records.answer(&request, &caller, &household).await
}
