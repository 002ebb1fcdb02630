use anju_domain::access::Action;
use anju_domain::ids::HouseholdId;
use anju_http::Answer;
use anju_http::auth::FirstSignIn;
use anju_http::edit::Edits;
use anju_http::request::{json, path};
use anju_http::respond::{json_answer, with_etag};
use anju_http::survey::{edit, form, listing};
use lambda_http::Request;
use lambda_http::http::StatusCode;

pub async fn handle(edits: &Edits, request: Request) -> Answer {
    let caller = edits.auth.caller(&request, FirstSignIn::MustBeDone).await?;
    let id: HouseholdId = path(&request, "id")?;
    caller.may_with(Action::Survey, &id)?;
    let sent = form::read(json(&request)?)?;
    let surveyed = edit::conduct(edits, &request, &caller, &id, sent).await?;
    let view = listing::view(&edits.records.registry, &surveyed).await?;
    Ok(with_etag(json_answer(StatusCode::CREATED, &view)?, surveyed.survey.version))
}
