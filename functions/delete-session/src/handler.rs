use anju_http::auth::{Authenticator, FirstSignIn};
use anju_http::{Answer, respond::no_content};
use anju_store::Control;
use lambda_http::Request;

pub struct Context {
    pub auth: Authenticator,
    pub control: Control,
}

pub async fn handle(context: &Context, request: Request) -> Answer {
    let caller = context.auth.caller(&request, FirstSignIn::MayBeOpen).await?;
    context.control.end_session(caller.region(), &caller.session).await?;
    no_content()
}
