use anju_http::Answer;
use anju_http::auth::{Authenticator, FirstSignIn};
use anju_http::feedback::filter::FeedbackQuery;
use anju_http::feedback::listing::FeedbackLists;
use anju_http::request::json;
use lambda_http::Request;

pub struct Context {
    pub auth: Authenticator,
    pub lists: FeedbackLists,
}

pub async fn handle(context: &Context, request: Request) -> Answer {
    let caller = context.auth.caller(&request, FirstSignIn::MustBeDone).await?;
    let query = FeedbackQuery::of_body(json(&request)?)?;
    context.lists.answer(&caller, &query).await
}
