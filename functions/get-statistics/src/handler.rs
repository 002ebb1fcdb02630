use anju_domain::access::Action;
use anju_domain::region::RegionCode;
use anju_http::auth::{Authenticator, FirstSignIn};
use anju_http::statistics::Statistics;
use anju_http::{Answer, ApiError, request::path, respond::json_answer};
use jiff::Timestamp;
use lambda_http::Request;
use lambda_http::http::StatusCode;

pub struct Context {
    pub auth: Authenticator,
    pub statistics: Statistics,
}

pub async fn handle(context: &Context, request: Request) -> Answer {
    let caller = context.auth.caller(&request, FirstSignIn::MustBeDone).await?;
    let code: RegionCode = path(&request, "code")?;
    let region = context.statistics.registry.region(&code).await?.ok_or(ApiError::NotFound)?;
    caller.may(Action::Read, &code)?;
    let view = context.statistics.of(region, Timestamp::now()).await?;
    json_answer(StatusCode::OK, &view)
}
