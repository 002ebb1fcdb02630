//! The headers that every page is served with, found or not.

use crate::style::policy;

/// Media type of the pages.
pub const CONTENT_TYPE: &str = "text/html; charset=utf-8";

/// A change is to be seen within a minute.
pub const CACHE_CONTROL: &str = "public, max-age=60";

/// Names and values of the headers of every page. A withdrawn, an unknown and a good token answer
/// with the same ones. An object store keeps [`CONTENT_TYPE`] and [`CACHE_CONTROL`] only; what else
/// protects the reader is repeated within the page, as far as browsers allow.
pub fn headers() -> [(&'static str, &'static str); 7] {
    [
        ("content-type", CONTENT_TYPE),
        ("cache-control", CACHE_CONTROL),
        ("content-security-policy", policy()),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("x-robots-tag", "noindex"),
    ]
}
