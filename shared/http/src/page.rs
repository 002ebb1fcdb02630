//! Lists: limits and opaque cursors.

use std::str::FromStr;

use anju_domain::violation::ViolationCode;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use lambda_http::Request;

use crate::error::ApiError;
use crate::request::query;

/// Items of a page, unless asked otherwise.
pub(crate) const DEFAULT_LIMIT: usize = 20;
/// Most items of a page.
pub(crate) const MAX_LIMIT: usize = 100;

/// Items a page is to have: 20 unless asked, 100 at most.
pub fn limit(request: &Request) -> Result<usize, ApiError> {
    match query(request, "limit")? {
        None => Ok(DEFAULT_LIMIT),
        Some(limit) if (1..=MAX_LIMIT).contains(&limit) => Ok(limit),
        Some(_) => Err(ApiError::invalid("/limit", ViolationCode::OutOfRange)),
    }
}

/// The last key of the page before, from `cursor`.
pub fn cursor<T: FromStr>(request: &Request) -> Result<Option<T>, ApiError> {
    let Some(text) = query::<String>(request, "cursor")? else { return Ok(None) };
    read_cursor(&text).map(Some).ok_or_else(|| ApiError::invalid("/cursor", ViolationCode::Malformed))
}

/// The last key that a cursor stands for.
pub fn read_cursor<T: FromStr>(text: &str) -> Option<T> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
    String::from_utf8(bytes).ok()?.parse().ok()
}

/// A last key as `next_cursor`.
pub fn next_cursor(key: &impl ToString) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(key.to_string())
}
