use anju_domain::account::Account;
use anju_domain::region::RegionCode;
use anju_http::account_edit::{AccountEdits, edit_below};
use anju_http::auth::FirstSignIn;
use anju_http::request::path;
use anju_http::view::account::AccountItem;
use anju_http::{Answer, ApiError, respond::json_answer};
use lambda_http::Request;
use lambda_http::http::StatusCode;

pub type Context = AccountEdits;

pub async fn handle(context: &Context, request: Request) -> Answer {
    let caller = context.auth.caller(&request, FirstSignIn::MustBeDone).await?;
    let id: RegionCode = path(&request, "id")?;
    edit_below(context, &request, &caller, &id, Account::disable).await?;
    let (account, region) = tokio::try_join!(context.control.account(&id), context.registry.region(&id))?;
    json_answer(StatusCode::OK, &AccountItem::new(account, region.ok_or(ApiError::NotFound)?))
}
