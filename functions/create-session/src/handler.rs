use anju_domain::account::Account;
use anju_domain::region::RegionCode;
use anju_http::auth::SigningKey;
use anju_http::auth::{password, session, token::ACCESS_SECONDS};
use anju_http::view::account::AccountView;
use anju_http::{Answer, ApiError, form, request::json, respond::json_answer};
use anju_store::{Control, Registry};
use jiff::Timestamp;
use lambda_http::Request;
use lambda_http::http::StatusCode;

pub struct Context {
    pub key: SigningKey,
    pub control: Control,
    pub registry: Registry,
}

pub async fn handle(context: &Context, request: Request) -> Answer {
    let (account, password) = form::read(json(&request)?, |fields| {
        let account = fields.string("account");
        let password = fields.string("password");
        let account = fields.require("account", account);
        let password = fields.require("password", password);
        Some((account?, password?))
    })?;
    let account = verified(context, &account, &password).await?;
    let opened = session::open(&account, Timestamp::now());
    context.control.open_session(&opened.session).await?;
    let issued_at = opened.session.created_at;
    let access_token =
        context.key.issue(&account.region, &opened.session.id, account.generation, issued_at)?;
    let region = context.registry.region(&account.region).await?;
    let body = serde_json::json!({
        "access_token": access_token, "refresh_token": opened.refresh_token, "expires_in": ACCESS_SECONDS,
        "account": AccountView::of(&account, region),
    });
    json_answer(StatusCode::CREATED, &body)
}

/// The account, if the password is its own. An account that doesn't exist takes the same time.
async fn verified(context: &Context, name: &str, password: &str) -> Result<Account, ApiError> {
    let account = match name.trim().parse::<RegionCode>() {
        Ok(region) => context.control.account(&region).await?,
        Err(_) => None,
    };
    let account = account.filter(|account| !account.disabled);
    let fits = password::verify(password, account.as_ref().map(|account| account.password_hash.as_str()));
    account.filter(|_| fits).ok_or(ApiError::InvalidCredentials)
}
