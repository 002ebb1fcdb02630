//! Edits of one's own account.

use anju_domain::account::Account;
use anju_store::{Control, Registry, StoreError};
use jiff::Timestamp;
use lambda_http::Request;
use lambda_http::http::StatusCode;

use crate::auth::{Authenticator, Caller};
use crate::error::ApiError;
use crate::respond::{Answer, json_answer};
use crate::view::account::AccountView;
use crate::write::{ATTEMPTS, Once, pause};

/// What edits of accounts need.
#[derive(Debug, Clone)]
pub struct AccountEdits {
    /// The way in.
    pub auth: Authenticator,
    /// The accounts.
    pub control: Control,
    /// The regions' names.
    pub registry: Registry,
}

/// Changes the caller's account and answers with it.
pub async fn edit(
    edits: &AccountEdits,
    request: &Request,
    caller: &Caller,
    change: impl Fn(&Account) -> Result<Account, ApiError>,
) -> Answer {
    let once = Once::of(request, caller.region(), &edits.control)?;
    for attempt in 0..ATTEMPTS {
        let read = async || edits.control.account(caller.region()).await?.ok_or(ApiError::Unauthorized);
        // The account first: the same edit carried out in between then either is known as such, or ours
        // is refused. The other way round it would be carried out twice.
        let before = read().await?;
        if once.answered().await?.is_some() {
            return answer(edits, &read().await?).await;
        }
        let after = change(&before)?;
        let remember = once.remember(None, Timestamp::now())?;
        match edits.control.change_account(&after, before.revision, remember).await {
            Ok(()) => return answer(edits, &after).await,
            Err(StoreError::Conflict) => pause(attempt).await,
            Err(error) => return Err(error.into()),
        }
    }
    Err(ApiError::Busy)
}

async fn answer(edits: &AccountEdits, account: &Account) -> Answer {
    let region = edits.registry.region(&account.region).await?;
    json_answer(StatusCode::OK, &AccountView::of(account, region))
}
