use anju_domain::access::Action;
use anju_domain::ids::SurveyId;
use anju_http::Answer;
use anju_http::auth::FirstSignIn;
use anju_http::edit::Edits;
use anju_http::request::{IfMatch, json, optional_if_match, path};
use anju_http::respond::{json_answer, with_etag};
use anju_http::survey::{edit, form, listing};
use lambda_http::Request;
use lambda_http::http::StatusCode;

pub async fn handle(edits: &Edits, request: Request) -> Answer {
    let caller = edits.auth.caller(&request, FirstSignIn::MustBeDone).await?;
    let id: SurveyId = path(&request, "id")?;
    caller.may_with(Action::Survey, id.household())?;
    let sent = form::read(json(&request)?)?;
    let if_match = optional_if_match(&request).unwrap_or(IfMatch::Any);
    let surveyed = edit::edit(edits, &request, &caller, &id, if_match, sent).await?;
    let view = listing::view(&edits.records.registry, &surveyed).await?;
    Ok(with_etag(json_answer(StatusCode::OK, &view)?, surveyed.survey.version))
}
