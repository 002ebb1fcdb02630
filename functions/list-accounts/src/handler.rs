use std::collections::BTreeMap;

use anju_domain::access::Action;
use anju_domain::region::RegionCode;
use anju_http::auth::{Authenticator, FirstSignIn};
use anju_http::list_form::{AccountQuery, accounts, read_address};
use anju_http::view::account::AccountItem;
use anju_http::view::list::ListView;
use anju_http::{Answer, ApiError, respond::json_answer};
use anju_store::{Control, Registry};
use jiff::Timestamp;
use lambda_http::Request;
use lambda_http::http::StatusCode;

pub struct Context {
    pub auth: Authenticator,
    pub control: Control,
    pub registry: Registry,
}

pub async fn handle(context: &Context, request: Request) -> Answer {
    let caller = context.auth.caller(&request, FirstSignIn::MustBeDone).await?;
    let AccountQuery { region, after, limit } = read_address(&request, accounts)?;
    let region = region.unwrap_or_else(|| caller.region().clone());
    context.registry.region(&region).await?.ok_or(ApiError::NotFound)?;
    caller.may(Action::ManageAccounts, &region)?;
    let (regions, accounts) =
        tokio::try_join!(context.registry.regions_below(&region), context.control.accounts_below(&region))?;
    let mut accounts: BTreeMap<RegionCode, _> =
        accounts.into_iter().map(|account| (account.region.clone(), account)).collect();
    let total = regions.len();
    // A region has at most some hundred children: they are read together and shown in pages.
    let mut rest =
        regions.into_iter().filter(|region| after.as_ref().is_none_or(|after| region.code > *after));
    let page: Vec<_> = rest.by_ref().take(limit).collect();
    let next = page.last().filter(|_| rest.next().is_some()).map(|region| region.code.clone());
    let items: Vec<AccountItem> =
        page.into_iter().map(|region| AccountItem::new(accounts.remove(&region.code), region)).collect();
    let list = ListView::new(items, next.as_ref(), Timestamp::now()).of_total(Some(total as u64));
    json_answer(StatusCode::OK, &list)
}
