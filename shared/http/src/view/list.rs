//! Pages of lists as clients see them.

use anju_domain::time::DateTime;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::page::next_cursor;

/// A page of a list.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ListOf{T}")]
pub struct ListView<T> {
    items: Vec<T>,
    /// How many there are in all; `null` where nothing counts that combination.
    total: Option<u64>,
    /// Where the total isn't known, how many were found at least.
    #[serde(skip_serializing_if = "Option::is_none")]
    total_is_at_least: Option<u64>,
    /// The number of this page, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<u64>,
    /// How many pages there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pages: Option<u64>,
    /// `cursor` of the next page; `null` where nothing follows.
    next_cursor: Option<String>,
    /// When it was read.
    #[schemars(with = "DateTime")]
    as_of: Timestamp,
}

impl<T> ListView<T> {
    /// Rows, and the key of the last of them where more follow.
    pub fn new(items: Vec<T>, next: Option<&impl ToString>, as_of: Timestamp) -> Self {
        let next_cursor = next.map(next_cursor);
        ListView { items, total: None, total_is_at_least: None, page: None, pages: None, next_cursor, as_of }
    }

    /// With how many there are in all, as far as that is known.
    pub fn of_total(self, total: Option<u64>) -> Self {
        ListView { total, ..self }
    }

    /// With how many there are at least, where nobody counted them all.
    pub fn of_at_least(self, total_is_at_least: Option<u64>) -> Self {
        ListView { total_is_at_least, ..self }
    }

    /// With its number, where it was jumped to, among pages of `limit` rows.
    pub fn at_page(self, page: Option<u64>, limit: u64) -> Self {
        let pages = page.and(self.total).map(|total| total.div_ceil(limit));
        ListView { page, pages, ..self }
    }
}
