use anju_domain::access::Action;
use anju_domain::ids::SurveyId;
use anju_http::Answer;
use anju_http::auth::{Authenticator, FirstSignIn};
use anju_http::request::path;
use anju_http::respond::{json_answer, with_etag};
use anju_http::survey::listing;
use anju_store::Registry;
use lambda_http::Request;
use lambda_http::http::StatusCode;

pub struct Context {
    pub auth: Authenticator,
    pub registry: Registry,
}

pub async fn handle(context: &Context, request: Request) -> Answer {
    let caller = context.auth.caller(&request, FirstSignIn::MustBeDone).await?;
    let id: SurveyId = path(&request, "id")?;
    caller.may_with(Action::Read, id.household())?;
    let surveyed = listing::find(&context.registry, &id).await?;
    let view = listing::view(&context.registry, &surveyed).await?;
    Ok(with_etag(json_answer(StatusCode::OK, &view)?, surveyed.survey.version))
}
