use anju_domain::access::Action;
use anju_domain::ids::LookupToken;
use anju_http::auth::{Authenticator, FirstSignIn};
use anju_http::view::lookup::FoundView;
use anju_http::view::region::VillageView;
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
    let token: LookupToken = path(&request, "token")?;
    let id = context.registry.household_of_token(&token).await?.ok_or(ApiError::NotFound)?;
    caller.may_with(Action::Read, &id)?;
    let household = context.registry.household(&id).await?.ok_or(ApiError::NotFound)?;
    if household.lookup != Some(token) {
        return Err(ApiError::NotFound);
    }
    let village = id.village().region();
    let region = VillageView::new(village, context.registry.path(village).await?);
    json_answer(StatusCode::OK, &FoundView { id, region })
}
