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

/// What a CDN says about who called it: address and port, e.g. `192.0.2.7:46532` or `2001:db8::7:46532`.
const VIEWER_ADDRESS: &str = "cloudfront-viewer-address";

/// The network address that the request comes from, as the gateway saw it. A CDN is believed where it
/// comes from: only a CDN has the certificate that the gateway then asked for.
pub fn source_address(request: &Request) -> String {
    let Some(RequestContext::ApiGatewayV2(context)) = request.request_context_ref() else {
        return String::new();
    };
    let certified = context.authentication.as_ref().is_some_and(|shown| shown.client_cert.is_some());
    let viewer = request.headers().get(VIEWER_ADDRESS).filter(|_| certified);
    let viewer = viewer.and_then(|value| value.to_str().ok()?.rsplit_once(':'));
    match viewer {
        Some((address, _port)) => address.to_owned(),
        None => context.http.source_ip.clone().unwrap_or_default(),
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// A request from 198.51.100.9 with this header, and with this proof of who sent it.
    fn request(viewer: &str, authentication: Value) -> Request {
        let event = json!({
            "version": "2.0", "routeKey": "$default", "rawPath": "/", "rawQueryString": "",
            "headers": {"host": "api.example.org", "cloudfront-viewer-address": viewer},
            "requestContext": {
                "accountId": "0", "apiId": "a", "domainName": "api.example.org", "domainPrefix": "api",
                "requestId": "r", "routeKey": "$default", "stage": "$default", "time": "", "timeEpoch": 0,
                "authentication": authentication,
                "http": {"method": "GET", "path": "/", "protocol": "HTTP/1.1", "sourceIp": "198.51.100.9", "userAgent": ""},
            },
            "isBase64Encoded": false,
        });
        lambda_http::request::from_str(&event.to_string()).unwrap()
    }

    fn certificate() -> Value {
        json!({"clientCert": {"subjectDN": "CN=cdn", "validity": {"notBefore": "", "notAfter": ""}}})
    }

    #[test]
    fn a_cdn_that_shows_its_certificate_says_who_called_it() {
        let address = |viewer| source_address(&request(viewer, certificate()));
        assert_eq!(address("192.0.2.7:46532"), "192.0.2.7");
        assert_eq!(address("2001:db8::7:46532"), "2001:db8::7");
    }

    #[test]
    fn whoever_shows_no_certificate_is_not_believed_about_their_address() {
        for nobody in [Value::Null, json!({}), json!({"clientCert": null})] {
            assert_eq!(source_address(&request("192.0.2.7:46532", nobody)), "198.51.100.9");
        }
        assert_eq!(source_address(&request("nonsense", certificate())), "198.51.100.9");
    }
}
