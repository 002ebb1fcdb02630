//! The tables and buckets: the only code that builds a key or an expression.
//!
//! `docs/data-model.md` has the access patterns; [`keys`] has every key.

pub mod accounts;
pub mod alert_list;
pub mod attempts;
pub mod captcha;
pub mod change;
pub mod checks;
pub mod counters;
pub mod delays;
pub mod duplicates;
pub mod entries;
pub mod erasure;
pub mod error;
pub mod export_files;
pub mod exports;
pub mod failures;
pub mod feedback;
pub mod feedback_list;
pub mod household;
pub mod idempotency;
pub mod import_queue;
pub mod imports;
pub mod item;
pub mod keys;
pub mod list;
pub mod pages;
pub mod photo;
pub mod photo_files;
pub mod photo_index;
pub mod positions;
pub mod region;
pub mod repair;
pub mod search;
pub mod snapshots;
pub mod stream;
pub mod survey;
pub mod timeline;
pub mod transaction;
pub mod transfer_files;
pub mod visits;

mod batch_get;
mod children;
mod queue;

pub use error::StoreError;

use search::PointerKey;

/// The table `registry`: regions, households and all that belongs to them.
#[derive(Debug, Clone)]
pub struct Registry {
    client: aws_sdk_dynamodb::Client,
    table: String,
    pointer_key: Option<PointerKey>,
}

impl Registry {
    /// The registry in `table`.
    pub fn new(client: aws_sdk_dynamodb::Client, table: String) -> Self {
        Registry { client, table, pointer_key: None }
    }

    /// With the key of the search pointers, which whoever changes names or ID numbers needs.
    pub fn with_pointer_key(self, key: PointerKey) -> Self {
        Registry { pointer_key: Some(key), ..self }
    }
}

/// The table `control`: accounts, sessions and idempotency records.
#[derive(Debug, Clone)]
pub struct Control {
    client: aws_sdk_dynamodb::Client,
    table: String,
}

impl Control {
    /// The control table `table`.
    pub fn new(client: aws_sdk_dynamodb::Client, table: String) -> Self {
        Control { client, table }
    }
}

/// The table `counters`: buckets and region rows.
#[derive(Debug, Clone)]
pub struct CounterTable {
    client: aws_sdk_dynamodb::Client,
    table: String,
}

impl CounterTable {
    /// The counters in `table`.
    pub fn new(client: aws_sdk_dynamodb::Client, table: String) -> Self {
        CounterTable { client, table }
    }
}
