use anju_http::auth::{Authenticator, FirstSignIn};
use anju_http::view::account::AccountView;
use anju_http::{Answer, respond::json_answer};
use anju_store::Registry;
use lambda_http::Request;
use lambda_http::http::StatusCode;

pub struct Context {
    pub auth: Authenticator,
    pub registry: Registry,
}

pub async fn handle(context: &Context, request: Request) -> Answer {
    let caller = context.auth.caller(&request, FirstSignIn::MayBeOpen).await?;
    let region = context.registry.region(caller.region()).await?;
    json_answer(StatusCode::OK, &AccountView::of(&caller.account, region))
}
