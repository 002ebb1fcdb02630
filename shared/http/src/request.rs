//! What handlers take out of a request.

use std::str::FromStr;

use lambda_http::http::header::{CONTENT_TYPE, HOST, IF_MATCH};
use lambda_http::request::RequestContext;
use lambda_http::{Body, Request, RequestExt};
use serde_json::Value;

use crate::error::ApiError;

/// Bytes that a body may have: forms are small, files go to object storage.
const MAX_BODY_BYTES: usize = 256 * 1024;

/// A path parameter. What doesn't parse does not exist.
pub fn path<T: FromStr>(request: &Request, name: &str) -> Result<T, ApiError> {
    let parameters = request.path_parameters_ref();
    let text = parameters.and_then(|parameters| parameters.first(name)).ok_or(ApiError::NotFound)?;
    text.parse().map_err(|_| ApiError::NotFound)
}

/// The bytes of the body.
pub fn body_bytes(request: &Request) -> &[u8] {
    match request.body() {
        Body::Text(text) => text.as_bytes(),
        Body::Binary(bytes) => bytes,
        _ => &[],
    }
}

/// The JSON body; none where there is no body at all.
pub fn optional_json(request: &Request) -> Result<Option<Value>, ApiError> {
    let bytes = body_bytes(request);
    if bytes.is_empty() {
        return Ok(None);
    }
    if bytes.len() > MAX_BODY_BYTES {
        return Err(ApiError::TooLarge);
    }
    let content_type =
        request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case("application/json") {
        return Err(ApiError::UnsupportedMediaType);
    }
    serde_json::from_slice(bytes).map(Some).map_err(|_| ApiError::Malformed)
}

/// The JSON body.
pub fn json(request: &Request) -> Result<Value, ApiError> {
    optional_json(request)?.ok_or(ApiError::Malformed)
}

/// The version of `If-Match: "<version>"`, which is required.
pub fn if_match(request: &Request) -> Result<IfMatch, ApiError> {
    optional_if_match(request).ok_or(ApiError::PreconditionRequired)
}

/// The version of `If-Match: "<version>"`, where one is sent. A list or a weak tag matches nothing that
/// we gave out.
pub fn optional_if_match(request: &Request) -> Option<IfMatch> {
    let text = request.headers().get(IF_MATCH)?.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Some(IfMatch::Any);
    }
    let unquoted = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    Some(unquoted.parse().map_or(IfMatch::Never, IfMatch::Version))
}

/// What `If-Match` asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfMatch {
    /// `*`: whatever is there.
    Any,
    /// This version.
    Version(u64),
    /// Something that is no version of ours.
    Never,
}

impl IfMatch {
    /// Whether the record's version is the one asked for.
    pub fn accepts(self, version: u64) -> bool {
        match self {
            IfMatch::Any => true,
            IfMatch::Version(wanted) => wanted == version,
            IfMatch::Never => false,
        }
    }
}

/// The network address that the request comes from, as the gateway saw it.
pub fn source_address(request: &Request) -> String {
    match request.request_context_ref() {
        Some(RequestContext::ApiGatewayV2(context)) => context.http.source_ip.clone().unwrap_or_default(),
        _ => String::new(),
    }
}

/// The address that people reach us at: the configured one, else the host of this request.
pub fn base_url(request: &Request, configured: &str) -> String {
    if !configured.is_empty() {
        return configured.trim_end_matches('/').to_owned();
    }
    let host = match request.request_context_ref() {
        Some(RequestContext::ApiGatewayV2(context)) => context.domain_name.clone(),
        _ => None,
    };
    let from_header = || request.headers().get(HOST).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let host = host.or_else(from_header).unwrap_or_default();
    // The gateway says how it was reached; API Gateway itself speaks nothing but https.
    let scheme = request.headers().get("x-forwarded-proto").and_then(|value| value.to_str().ok());
    format!("{}://{host}", scheme.filter(|scheme| *scheme == "http").unwrap_or("https"))
}
