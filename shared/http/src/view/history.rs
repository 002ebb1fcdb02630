//! A household's history as clients see it.

use anju_domain::change::{Change, Hash};
use anju_domain::ids::HouseholdId;
use schemars::JsonSchema;
use serde::Serialize;

/// The whole history, which can be checked offline.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "History")]
pub struct HistoryView {
    household: HouseholdId,
    /// Oldest first.
    items: Vec<Change>,
    total: usize,
    /// Hash of the last entry.
    chain_head: Hash,
}

impl HistoryView {
    /// The entries up to the one with the hash `chain_head`.
    pub fn new(household: HouseholdId, items: Vec<Change>, chain_head: Hash) -> Self {
        HistoryView { household, total: items.len(), items, chain_head }
    }
}
