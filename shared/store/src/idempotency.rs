//! Answers already given, so that a write that is sent again happens once.

use anju_domain::region::RegionCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::item;
use crate::keys::{self, Key};
use crate::transaction::Write;
use crate::{Control, StoreError};

/// How long an answer is remembered, in seconds: phones stay offline for long.
const KEPT_SECONDS: i64 = 30 * 24 * 3600;

/// A write that its client can recognise again.
#[derive(Debug, Clone)]
pub struct Operation {
    key: Key,
    body: String,
}

/// What is remembered of an answered write: no tokens, no passwords, no personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    body: String,
    /// Id of what the write made, where it made something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    expires_at: i64,
}

/// What is known of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recalled {
    /// It was not carried out yet.
    New,
    /// It was: the answer is to be given again.
    Again(Answered),
    /// The client used the key for something else.
    OtherBody,
}

impl Operation {
    /// The operation that `account` names `key`, at `path`, with this body.
    pub fn new(account: &RegionCode, path: &str, key: &str, body: &[u8]) -> Self {
        Self::at(keys::idempotency(account, &scope(path, key)), key, body)
    }

    /// The operation that somebody without an account names `key`, at `path`, with this body. Who
    /// doesn't know the whole body gets nothing out of it.
    pub fn of_anybody(path: &str, key: &str, body: &[u8]) -> Self {
        Self::at(keys::public_idempotency(&scope(path, key)), key, body)
    }

    /// A part of this operation that is carried out by itself.
    pub fn part(&self, name: &str) -> Self {
        let Key { pk, sk } = &self.key;
        let key = Key { pk: pk.clone(), sk: scope(sk, name) };
        Operation { key, body: self.body.clone() }
    }

    fn at(place: Key, key: &str, body: &[u8]) -> Self {
        // The body may hold personal data and passwords: it is mixed with the client's key.
        let mut digest = Sha256::new();
        digest.update(key.as_bytes());
        digest.update([0]);
        digest.update(body);
        Operation { key: place, body: hex::encode(digest.finalize()) }
    }
}

fn scope(path: &str, key: &str) -> String {
    hex::encode(Sha256::digest(format!("{path}\n{key}")))
}

impl Control {
    /// What is known of the operation.
    pub async fn recall(&self, operation: &Operation) -> Result<Recalled, StoreError> {
        let got = (self.client.get_item().table_name(&self.table))
            .set_key(Some(operation.key.attributes()))
            .consistent_read(true)
            .send()
            .await
            .map_err(StoreError::sdk("GetItem"))?;
        let Some(held) = got.item else { return Ok(Recalled::New) };
        let answered: Answered = item::read(held)?;
        Ok(if answered.body == operation.body { Recalled::Again(answered) } else { Recalled::OtherBody })
    }

    /// The write that remembers the operation, to go into the transaction that carries it out.
    pub fn remember(
        &self,
        operation: &Operation,
        reference: Option<String>,
        now: Timestamp,
    ) -> Result<Write, StoreError> {
        let expires_at = now.as_second() + KEPT_SECONDS;
        let answered = Answered { body: operation.body.clone(), reference, expires_at };
        Write::insert(&self.table, item::write(&operation.key, &answered)?)
    }
}
