use anju_http::Answer;
use anju_http::auth::{Authenticator, FirstSignIn};
use anju_http::survey::listing::{SurveyLists, SurveyQuery};
use lambda_http::Request;

pub struct Context {
    pub auth: Authenticator,
    pub lists: SurveyLists,
}

pub async fn handle(context: &Context, request: Request) -> Answer {
    let caller = context.auth.caller(&request, FirstSignIn::MustBeDone).await?;
    let query = SurveyQuery::of_address(&request)?;
    context.lists.answer(&caller, &query).await
}
