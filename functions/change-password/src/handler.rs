use anju_domain::violation::ViolationCode;
use anju_http::account_edit::{AccountEdits, edit};
use anju_http::account_form::passwords;
use anju_http::auth::{FirstSignIn, password};
use anju_http::{Answer, ApiError, form, request::json};
use lambda_http::Request;

pub type Context = AccountEdits;

pub async fn handle(context: &Context, request: Request) -> Answer {
    let caller = context.auth.caller(&request, FirstSignIn::MayBeOpen).await?;
    let (old, new) = form::read(json(&request)?, passwords)?;
    let hash = password::hash(&new)?;
    edit(context, &request, &caller, |account| {
        if !password::verify(&old, Some(&account.password_hash)) {
            return Err(ApiError::invalid("/old_password", ViolationCode::WrongPassword));
        }
        Ok(account.with_password(hash.clone(), caller.session.clone()))
    })
    .await
}
