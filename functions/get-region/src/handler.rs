use anju_domain::access::Action;
use anju_domain::region::RegionCode;
use anju_http::auth::{Authenticator, FirstSignIn};
use anju_http::view::region::RegionView;
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
    let code: RegionCode = path(&request, "code")?;
    let region = context.registry.region(&code).await?.ok_or(ApiError::NotFound)?;
    caller.may(Action::Read, &code)?;
    let parents = context.registry.regions(code.ancestors());
    let (mut parents, children) = tokio::try_join!(parents, context.registry.regions_below(&code))?;
    let parents = code.ancestors().iter().filter_map(|code| parents.remove(code)).collect();
    json_answer(StatusCode::OK, &RegionView::new(region, parents, children))
}
