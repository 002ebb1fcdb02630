//! Accounts and sessions.

use anju_domain::account::Account;
use anju_domain::region::RegionCode;
use aws_sdk_dynamodb::types::KeysAndAttributes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::item::{self, Item, text};
use crate::transaction::{Write, commit};
use crate::{Control, StoreError, keys};

/// A device that signed in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Its id, part of the tokens.
    pub id: String,
    /// The account.
    pub account: RegionCode,
    /// Makes its refresh tokens differ from those of any other session.
    pub nonce: String,
    /// How often its refresh token was rotated; orders the writes of the session.
    pub rotation: u64,
    /// When that was.
    pub rotated_at: Timestamp,
    /// The account's generation at the sign-in or the last rotation.
    pub generation: u64,
    /// When it began.
    pub created_at: Timestamp,
    /// When it ends, in seconds since 1970: the table forgets it then.
    pub expires_at: i64,
}

/// Personal data or secrets: never printed by accident.
impl std::fmt::Debug for Session {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Session({} of {})", self.id, self.account)
    }
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

    /// The account of a region and one of its sessions, by one request.
    pub async fn account_and_session(
        &self,
        region: &RegionCode,
        session: &str,
    ) -> Result<(Option<Account>, Option<Session>), StoreError> {
        let (account_key, session_key) = (keys::account(region), keys::session(region, session));
        let both = vec![account_key.attributes(), session_key.attributes()];
        let both = KeysAndAttributes::builder().set_keys(Some(both)).consistent_read(true).build()?;
        let got = (self.client.batch_get_item().request_items(&self.table, both).send().await)
            .map_err(StoreError::sdk("BatchGetItem"))?;
        if got.unprocessed_keys.is_some_and(|left| !left.is_empty()) {
            return Err(StoreError::Unavailable { operation: "BatchGetItem", cause: "throttled".to_owned() });
        }
        let is = |item: &Item, key: &keys::Key| item.get(keys::PK) == key.attributes().get(keys::PK);
        let mut items: Vec<Item> = got.responses.unwrap_or_default().into_values().flatten().collect();
        let mut take = |key: &keys::Key| {
            let found = items.iter().position(|item| is(item, key))?;
            Some(items.swap_remove(found))
        };
        let (account, session) = (take(&account_key), take(&session_key));
        Ok((account.map(item::read).transpose()?, session.map(item::read).transpose()?))
    }

    /// The accounts of a region's children, in order of their codes.
    pub async fn accounts_below(&self, parent: &RegionCode) -> Result<Vec<Account>, StoreError> {
        let query = (self.client.query().table_name(&self.table))
            .key_condition_expression("PK = :pk")
            .expression_attribute_values(":pk", text(keys::accounts_below(parent)))
            .consistent_read(true);
        let items: Result<Vec<_>, _> = query.into_paginator().items().send().collect().await;
        let accounts: Result<Vec<Account>, _> =
            items.map_err(StoreError::sdk("Query"))?.into_iter().map(item::read).collect();
        // The nation's account stands below itself.
        accounts.map(|accounts| accounts.into_iter().filter(|account| account.region != *parent).collect())
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

    /// Remembers `with` alone, for operations whose own writes stand in several transactions.
    pub async fn remember_alone(&self, with: Vec<Write>) -> Result<(), StoreError> {
        if with.is_empty() { Ok(()) } else { commit(&self.client, with).await }
    }

    /// Remembers a session.
    pub async fn open_session(&self, session: &Session) -> Result<(), StoreError> {
        let item = item::write(&keys::session(&session.account, &session.id), session)?;
        commit(&self.client, vec![Write::insert(&self.table, item)?]).await
    }

    /// Writes a rotated session; [`StoreError::Conflict`] where it was rotated since it was read.
    pub async fn rotate_session(&self, session: &Session, held: u64) -> Result<(), StoreError> {
        let item = item::write(&keys::session(&session.account, &session.id), session)?;
        commit(&self.client, vec![Write::replace(&self.table, item, "rotation", held)?]).await
    }

    /// Ends a session; none of its tokens is valid any more.
    pub async fn end_session(&self, account: &RegionCode, session: &str) -> Result<(), StoreError> {
        let key = keys::session(account, session);
        commit(&self.client, vec![Write::delete(&self.table, &key)?]).await
    }
}
