//! The form as a browser sends it.

use anju_domain::feedback::Report;
use anju_http::ApiError;
use anju_http::feedback::form::{self, IdentityForm};
use anju_http::request::body_bytes;
use anju_lookup_page::Filled;
use lambda_http::Request;
use lambda_http::http::header::CONTENT_TYPE;
use serde_json::{Map, Value};

/// Bytes that the form may have.
const MAX_BYTES: usize = 16 * 1024;

/// What is asked for.
pub struct Sent {
    pub identity: IdentityForm,
    /// None where somebody only looks at earlier reports.
    pub report: Option<Report>,
}

/// What was filled in, to be shown again, and what it asks for, or what is wrong with it.
fn fields_of(bytes: &[u8]) -> (Filled, Result<Sent, ApiError>) {
    let fields: Map<String, Value> = form_urlencoded::parse(bytes)
        .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
        .collect();
    let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let filled = Filled {
        id_number: text("id_number"),
        phone: text("phone"),
        kind: text("type"),
        content: text("content"),
    };
    let sent = anju_http::form::read(Value::Object(fields), form::page_form);
    (filled, sent.map(|(identity, report)| Sent { identity, report }))
}

/// Reads the body of a request.
pub fn read(request: &Request) -> Result<(Filled, Result<Sent, ApiError>), ApiError> {
    let bytes = body_bytes(request);
    if bytes.len() > MAX_BYTES {
        return Err(ApiError::TooLarge);
    }
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(ApiError::UnsupportedMediaType);
    }
    Ok(fields_of(bytes))
}
