use anju_http::Answer;
use anju_http::auth::{Authenticator, FirstSignIn};
use anju_http::household_list::HouseholdListing;
use anju_http::household_query::from_address;
use lambda_http::Request;

pub struct Context {
    pub auth: Authenticator,
    pub households: HouseholdListing,
}

pub async fn handle(context: &Context, request: Request) -> Answer {
    let caller = context.auth.caller(&request, FirstSignIn::MustBeDone).await?;
    context.households.answer(&caller, &from_address(&request)?).await
}
