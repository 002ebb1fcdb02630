//! Sessions as clients see them.

use anju_domain::account::Account;
use anju_domain::region::Region;
use anju_store::accounts::Session;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::auth::session::refresh_token;
use crate::auth::token::{ACCESS_SECONDS, SigningKeys};
use crate::error::ApiError;
use crate::view::account::AccountView;

/// Fresh tokens and the account that they are of.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Session")]
pub struct SessionView {
    access_token: String,
    refresh_token: String,
    expires_in: i64,
    account: AccountView,
}

impl SessionView {
    /// Tokens of a session, issued at `now`.
    pub fn new(
        keys: &SigningKeys,
        account: &Account,
        region: Option<Region>,
        session: &Session,
        now: Timestamp,
    ) -> Result<Self, ApiError> {
        Ok(SessionView {
            access_token: keys.issue(&account.region, &session.id, session.generation, now)?,
            refresh_token: refresh_token(keys, session),
            expires_in: ACCESS_SECONDS,
            account: AccountView::of(account, region),
        })
    }
}
