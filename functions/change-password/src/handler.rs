use anju_domain::account::is_strong_password;
use anju_domain::violation::ViolationCode;
use anju_http::account_edit::{AccountEdits, edit};
use anju_http::auth::{FirstSignIn, password};
use anju_http::{Answer, ApiError, form, request::json};
use lambda_http::Request;

pub type Context = AccountEdits;

pub async fn handle(context: &Context, request: Request) -> Answer {
    let caller = context.auth.caller(&request, FirstSignIn::MayBeOpen).await?;
    let (old, new) = form::read(json(&request)?, |fields| {
        let old = fields.string("old_password");
        let new = fields.string("new_password");
        if new.as_deref().is_some_and(|new| !is_strong_password(new) || old.as_deref() == Some(new)) {
            fields.reject("new_password", ViolationCode::WeakPassword);
        }
        let old = fields.require("old_password", old);
        let new = fields.require("new_password", new);
        Some((old?, new?))
    })?;
    let hash = password::hash(&new)?;
    edit(context, &request, &caller, |account| {
        if !password::verify(&old, Some(&account.password_hash)) {
            return Err(ApiError::invalid("/old_password", ViolationCode::WrongPassword));
        }
        Ok(account.with_password(hash.clone(), caller.session.clone()))
    })
    .await
}
