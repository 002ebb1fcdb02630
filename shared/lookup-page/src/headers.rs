//! The headers that every page is served with, found or not.

use crate::style::{policy, report_policy};

/// Media type of the pages.
pub const CONTENT_TYPE: &str = "text/html; charset=utf-8";

/// A change is to be seen within a minute.
pub const CACHE_CONTROL: &str = "public, max-age=60";

/// Names and values of the headers of every page. A withdrawn, an unknown and a good token answer
/// with the same ones. An object store keeps [`CONTENT_TYPE`] and [`CACHE_CONTROL`] only; what else
/// protects the reader is repeated within the page, as far as browsers allow.
pub fn headers() -> [(&'static str, &'static str); 7] {
    headers_with(CACHE_CONTROL, policy())
}

/// Names and values of the headers of the page with the form, which shows what only the household may
/// see: it is kept by nobody.
pub fn report_headers() -> [(&'static str, &'static str); 7] {
    headers_with("no-store", report_policy())
}

fn headers_with(cache_control: &'static str, policy: &'static str) -> [(&'static str, &'static str); 7] {
    [
        ("content-type", CONTENT_TYPE),
        ("cache-control", cache_control),
        ("content-security-policy", policy),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("x-robots-tag", "noindex"),
    ]
}
