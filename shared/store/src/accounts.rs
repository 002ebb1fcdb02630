//! Accounts and sessions.

use anju_domain::account::Account;
use anju_domain::region::RegionCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::item;
use crate::transaction::{Write, commit};
use crate::{Control, StoreError, keys};

/// A device that signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Its id, part of the access tokens.
    pub id: String,
    /// The account.
    pub account: RegionCode,
    /// SHA-256 of the refresh token, hexadecimal.
    pub refresh_hash: String,
    /// The account's generation at the sign-in.
    pub generation: u64,
    /// When it began.
    pub created_at: Timestamp,
    /// When it ends, in seconds since 1970: the table forgets it then.
    pub expires_at: i64,
}

impl Control {
    /// The account of a region.
    pub async fn account(&self, region: &RegionCode) -> Result<Option<Account>, StoreError> {
        let got = (self.client.get_item().table_name(&self.table))
            .set_key(Some(keys::account(region).attributes()))
            .consistent_read(true)
            .send()
            .await
            .map_err(StoreError::sdk("GetItem"))?;
        got.item.map(item::read).transpose()
    }

    /// Issues an account; [`StoreError::Conflict`] where there is one.
    pub async fn issue_account(&self, account: &Account) -> Result<(), StoreError> {
        let item = item::write(&keys::account(&account.region), account)?;
        commit(&self.client, vec![Write::insert(&self.table, item)?]).await
    }

    /// Changes an account, together with `with`; [`StoreError::Conflict`] where its revision is no
    /// longer `held`.
    pub async fn change_account(
        &self,
        account: &Account,
        held: u64,
        with: Vec<Write>,
    ) -> Result<(), StoreError> {
        let item = item::write(&keys::account(&account.region), account)?;
        let mut writes = vec![Write::replace(&self.table, item, "revision", held)?];
        writes.extend(with);
        commit(&self.client, writes).await
    }

    /// Remembers a session.
    pub async fn open_session(&self, session: &Session) -> Result<(), StoreError> {
        let item = item::write(&keys::session(&session.account, &session.id), session)?;
        commit(&self.client, vec![Write::insert(&self.table, item)?]).await
    }
}
