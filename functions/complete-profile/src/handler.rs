use anju_domain::account::Profile;
use anju_http::account_edit::{AccountEdits, edit};
use anju_http::auth::FirstSignIn;
use anju_http::{Answer, form, request::json};
use lambda_http::Request;

pub type Context = AccountEdits;

pub async fn handle(context: &Context, request: Request) -> Answer {
    let caller = context.auth.caller(&request, FirstSignIn::MayBeOpen).await?;
    let profile = form::read(json(&request)?, |fields| {
        let (name, position, phone) = (fields.text("name"), fields.text("position"), fields.phone("phone"));
        let name = fields.require("name", name);
        let position = fields.require("position", position);
        let phone = fields.require("phone", phone);
        Some(Profile { name: name?, position: position?, phone: phone? })
    })?;
    edit(context, &request, &caller, |account| Ok(account.with_profile(profile.clone()))).await
}
