//! Lists: limits and opaque cursors.

use std::str::FromStr;

use anju_domain::violation::ViolationCode;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use crate::form::Fields;

pub(crate) const DEFAULT_LIMIT: usize = 20;
pub(crate) const MAX_LIMIT: usize = 100;
/// No list has that many pages.
pub(crate) const MAX_PAGE: u64 = u32::MAX as u64;

/// Items a page is to have: 20 unless asked, 100 at most.
pub fn limit(fields: &mut Fields) -> usize {
    let limit = fields.whole_number("limit", 1, MAX_LIMIT as u64);
    limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(DEFAULT_LIMIT)
}

/// The last key of the page before, from `cursor`.
pub fn cursor<T: FromStr>(fields: &mut Fields) -> Option<T> {
    let key = key_of(&fields.string("cursor")?);
    if key.is_none() {
        fields.reject("cursor", ViolationCode::Malformed);
    }
    key
}

/// The last key that a cursor is of.
pub(crate) fn key_of<T: FromStr>(cursor: &str) -> Option<T> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).ok()?;
    String::from_utf8(bytes).ok()?.parse().ok()
}

/// A last key as `next_cursor`.
pub fn next_cursor(key: &impl ToString) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(key.to_string())
}
