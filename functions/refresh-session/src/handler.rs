use anju_domain::account::Account;
use anju_http::account_form::refresh;
use anju_http::auth::SigningKeys;
use anju_http::auth::session::{SentToken, Worth};
use anju_http::view::session::SessionView;
use anju_http::write::{ATTEMPTS, pause};
use anju_http::{Answer, ApiError, form, request::json, respond::json_answer};
use anju_store::accounts::Session;
use anju_store::{Control, Registry, StoreError};
use jiff::Timestamp;
use lambda_http::Request;
use lambda_http::http::StatusCode;

pub struct Context {
    pub keys: SigningKeys,
    pub control: Control,
    pub registry: Registry,
}

pub async fn handle(context: &Context, request: Request) -> Answer {
    let token = form::read(json(&request)?, refresh)?;
    let token = SentToken::parse(&token).ok_or(ApiError::Unauthorized)?;
    let now = Timestamp::now();
    let (account, session) = rotated(context, &token, now).await?;
    let region = context.registry.region(&account.region).await?;
    json_answer(StatusCode::OK, &SessionView::new(&context.keys, &account, region, &session, now)?)
}

/// The session with its next token. A token that was used before ends it: somebody else has it.
async fn rotated(
    context: &Context,
    token: &SentToken,
    now: Timestamp,
) -> Result<(Account, Session), ApiError> {
    for attempt in 0..ATTEMPTS {
        let found = context.control.account_and_session(&token.account, &token.session).await?;
        let (Some(account), Some(held)) = found else { return Err(ApiError::Unauthorized) };
        if !account.admits(&held.id, held.generation) || held.expires_at <= now.as_second() {
            return Err(ApiError::Unauthorized);
        }
        match token.worth(&context.keys, &held, account.generation, now) {
            Worth::Forged => return Err(ApiError::Unauthorized),
            Worth::Again => return Ok((account, held)),
            Worth::Reused => {
                context.control.end_session(&held.account, &held.id).await?;
                return Err(ApiError::Unauthorized);
            }
            Worth::Rotate(next) => match context.control.rotate_session(&next, held.rotation).await {
                Ok(()) => return Ok((account, next)),
                Err(StoreError::Conflict) => pause(attempt).await,
                Err(error) => return Err(error.into()),
            },
        }
    }
    Err(ApiError::Busy)
}
