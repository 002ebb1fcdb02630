use std::collections::BTreeSet;

use anju_domain::access::{Action, permit_issuing};
use anju_domain::account::Account;
use anju_domain::region::RegionCode;
use anju_domain::violation::{Violation, ViolationCode};
use anju_http::auth::initial::{Initial, InitialPasswords};
use anju_http::auth::{Authenticator, Caller, FirstSignIn};
use anju_http::form;
use anju_http::issue_form::{IssueForm, accounts};
use anju_http::view::account::{IssuedList, IssuedView};
use anju_http::write::Once;
use anju_http::{Answer, ApiError, request::json, respond::json_answer};
use anju_store::{Control, Registry, StoreError};
use jiff::Timestamp;
use lambda_http::Request;
use lambda_http::http::StatusCode;

pub struct Context {
    pub auth: Authenticator,
    pub control: Control,
    pub registry: Registry,
    pub passwords: InitialPasswords,
}

pub async fn handle(context: &Context, request: Request) -> Answer {
    let caller = context.auth.caller(&request, FirstSignIn::MustBeDone).await?;
    caller.may(Action::ManageAccounts, caller.region())?;
    let form = form::read(json(&request)?, accounts)?;
    let regions = regions(context, &caller, &form).await?;
    let once = Once::of(&request, caller.region(), &context.control)?;
    let again = once.answered().await?.is_some();
    let mut issued = Vec::new();
    for region in regions {
        issued.push(if again {
            IssuedView::existing(region)
        } else {
            issue(context, region, form.initial).await?
        });
    }
    let nothing_new = issued.iter().all(IssuedView::is_existing);
    if form.is_single() && nothing_new && !again {
        return Err(ApiError::AccountExists);
    }
    if !again {
        let remembered = context.control.remember_alone(once.remember(None, Timestamp::now())?).await;
        // The same request at the same moment: each account was issued by one of the two.
        remembered
            .or_else(|error| if matches!(error, StoreError::Conflict) { Ok(()) } else { Err(error) })?;
    }
    json_answer(StatusCode::CREATED, &IssuedList { accounts: issued })
}

/// The regions asked for: each exists and lies one level below the caller.
async fn regions(context: &Context, caller: &Caller, form: &IssueForm) -> Result<Vec<RegionCode>, ApiError> {
    if let Some(parent) = &form.children_of {
        context.registry.region(parent).await?.ok_or(ApiError::NotFound)?;
        let children = context.registry.regions_below(parent).await?;
        let codes: Vec<RegionCode> = children.into_iter().map(|child| child.code).collect();
        codes.first().map_or(Ok(()), |child| permit_issuing(caller.region(), child))?;
        return Ok(codes);
    }
    let wanted: BTreeSet<RegionCode> = form.regions.iter().cloned().collect();
    let known = context.registry.regions(wanted.iter().cloned()).await?;
    let unknown = form.regions.iter().enumerate().filter(|(_, region)| !known.contains_key(*region));
    let broken: Vec<Violation> =
        unknown.map(|(index, _)| Violation::new(form.pointer(index), ViolationCode::RegionUnknown)).collect();
    if form.is_single() && !broken.is_empty() {
        return Err(ApiError::NotFound);
    }
    if !broken.is_empty() {
        return Err(ApiError::Invalid(broken));
    }
    for region in &wanted {
        permit_issuing(caller.region(), region)?;
    }
    Ok(wanted.into_iter().collect())
}

async fn issue(context: &Context, region: RegionCode, initial: Initial) -> Result<IssuedView, ApiError> {
    let issued = context.passwords.issue(initial, Timestamp::now())?;
    let account = Account::issued(region.clone(), issued.hash, issued.until);
    match context.control.issue_account(&account).await {
        Ok(()) => Ok(IssuedView::issued(region, issued.password, issued.until)),
        Err(StoreError::Conflict) => Ok(IssuedView::existing(region)),
        Err(error) => Err(error.into()),
    }
}
