use anju_http::account_edit::{AccountEdits, edit};
use anju_http::account_form::profile;
use anju_http::auth::FirstSignIn;
use anju_http::{Answer, form, request::json};
use lambda_http::Request;

pub type Context = AccountEdits;

pub async fn handle(context: &Context, request: Request) -> Answer {
    let caller = context.auth.caller(&request, FirstSignIn::MayBeOpen).await?;
    let profile = form::read(json(&request)?, profile)?;
    edit(context, &request, &caller, |account| Ok(account.with_profile(profile.clone()))).await
}
