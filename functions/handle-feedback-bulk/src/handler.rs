use anju_domain::access::Action;
use anju_domain::feedback::Official;
use anju_domain::ids::FeedbackId;
use anju_http::auth::{Authenticator, Caller, FirstSignIn};
use anju_http::feedback::form::HandleForm;
use anju_http::feedback::{edit, form};
use anju_http::form::read;
use anju_http::language::{Language, preferred};
use anju_http::request::json;
use anju_http::view::feedback::{ResultView, ResultsView};
use anju_http::write::Once;
use anju_http::{Answer, ApiError, respond::json_answer};
use anju_store::{Control, Registry, StoreError};
use jiff::Timestamp;
use lambda_http::Request;
use lambda_http::http::StatusCode;
use tracing::error;

pub struct Context {
    pub auth: Authenticator,
    pub control: Control,
    pub registry: Registry,
}

/// Handles each report by itself: those that can't be handled keep none of the others back.
pub async fn handle(context: &Context, request: Request) -> Answer {
    let caller = context.auth.caller(&request, FirstSignIn::MustBeDone).await?;
    caller.may(Action::HandleFeedback, caller.region())?;
    let language = preferred(request.headers());
    let (ids, form) = read(json(&request)?, form::handle_several)?;
    let by = edit::official(&caller)?;
    let once = Once::of(&request, caller.region(), &context.control)?;
    let again = once.answered().await?.is_some();
    let mut results = Vec::with_capacity(ids.len());
    for id in ids {
        let handled = one(context, &caller, &by, &id, &form, &once).await;
        results.push(outcome(id, handled, language)?);
    }
    if !again {
        let remembered = context.control.remember_alone(once.remember(None, Timestamp::now())?).await;
        // The same request at the same moment: each report was handled by one of the two.
        remembered
            .or_else(|error| if matches!(error, StoreError::Conflict) { Ok(()) } else { Err(error) })?;
    }
    json_answer(StatusCode::OK, &ResultsView { results })
}

async fn one(
    context: &Context,
    caller: &Caller,
    by: &Official,
    id: &FeedbackId,
    form: &HandleForm,
    once: &Once<'_>,
) -> Result<(), ApiError> {
    caller.may_with(Action::HandleFeedback, id.household())?;
    edit::handle(&context.registry, by, id, form, &once.part(&id.to_string())).await.map(drop)
}

/// A key that was used for another body concerns the whole request; all else one report.
fn outcome(
    id: FeedbackId,
    handled: Result<(), ApiError>,
    language: Language,
) -> Result<ResultView, ApiError> {
    match handled {
        Ok(()) => Ok(ResultView::handled(id)),
        Err(ApiError::IdempotencyKeyReused) => Err(ApiError::IdempotencyKeyReused),
        Err(cause) => {
            if let ApiError::Internal(source) = &cause {
                error!(feedback = %id, cause = %source, "a report could not be handled");
            }
            Ok(ResultView::failed(id, &cause, language))
        }
    }
}
