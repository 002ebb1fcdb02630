use anju_domain::account::Account;
use anju_domain::region::RegionCode;
use anju_http::account_form::{SignIn, sign_in};
use anju_http::auth::attempts::Attempts;
use anju_http::auth::{SigningKeys, captcha, password, session};
use anju_http::request::{json, source_address};
use anju_http::view::session::SessionView;
use anju_http::{Answer, ApiError, form, respond::json_answer};
use anju_metrics::{Metric, count};
use anju_store::{Control, Registry};
use jiff::Timestamp;
use lambda_http::Request;
use lambda_http::http::StatusCode;

pub struct Context {
    pub keys: SigningKeys,
    pub control: Control,
    pub registry: Registry,
}

pub async fn handle(context: &Context, request: Request) -> Answer {
    let sent = form::read(json(&request)?, sign_in)?;
    let now = Timestamp::now();
    let account = verified(context, &sent, &source_address(&request), now).await?;
    let opened = session::open(&account, now);
    context.control.open_session(&opened).await?;
    let region = context.registry.region(&account.region).await?;
    json_answer(StatusCode::CREATED, &SessionView::new(&context.keys, &account, region, &opened, now)?)
}

/// The account, if the password is its own. An account that doesn't exist is answered alike, and takes
/// the same time.
async fn verified(
    context: &Context,
    sent: &SignIn,
    address: &str,
    now: Timestamp,
) -> Result<Account, ApiError> {
    let (id, answer) = (sent.captcha_id.as_deref(), sent.captcha.as_deref());
    let solved = captcha::check(&context.control, id, answer, now).await?;
    let name: Option<RegionCode> = sent.account.trim().parse().ok();
    // What is no account's name at all counts as the nation's, so that it is limited like any other.
    let counted = name.clone().unwrap_or_else(RegionCode::nation);
    let attempts = Attempts::new(&context.control, &context.keys, &counted, address);
    attempts.check(solved, now).await?;
    let account = match &name {
        Some(region) => context.control.account(region).await?,
        None => None,
    };
    let account = account.filter(|account| account.may_sign_in(now));
    let hash = account.as_ref().map(|account| account.password_hash.as_str());
    if !password::verify(&sent.password, hash) {
        count(Metric::SignInsRefused, 1);
        attempts.failed(now).await?;
        return Err(ApiError::InvalidCredentials);
    }
    attempts.succeeded().await?;
    account.ok_or(ApiError::InvalidCredentials)
}
