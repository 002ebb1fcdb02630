//! What the AWS JSON protocols have in common.

use bytes::Bytes;
use http::{Response, StatusCode};
use http_body_util::Full;
use serde_json::{Value, json};

/// An error as AWS clients expect it.
#[derive(Debug)]
pub(crate) struct AwsError {
    pub(crate) status: StatusCode,
    /// The modelled name, e.g. `ResourceNotFoundException`.
    pub(crate) name: &'static str,
    /// What old query clients know the error as, where SQS sends both.
    pub(crate) query_code: Option<&'static str>,
    pub(crate) message: String,
}

impl AwsError {
    pub(crate) fn client(name: &'static str, message: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, name, query_code: None, message: message.into() }
    }

    pub(crate) fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(%cause, "an emulated service failed");
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            name: "InternalServiceError",
            query_code: None,
            message: cause.to_string(),
        }
    }
}

impl From<rusqlite::Error> for AwsError {
    fn from(error: rusqlite::Error) -> Self {
        Self::internal(error)
    }
}

/// Renders an outcome in the given version of the protocol, `1.0` or `1.1`.
pub(crate) fn respond(outcome: Result<Value, AwsError>, version: &str) -> Response<Full<Bytes>> {
    let (status, body, query_code) = match outcome {
        Ok(value) => (StatusCode::OK, value, None),
        Err(error) => {
            (error.status, json!({"__type": error.name, "message": error.message}), error.query_code)
        }
    };
    let mut response = rendered(status, body.to_string().into(), version);
    if let Some(Ok(code)) = query_code.map(|code| format!("{code};Sender").parse()) {
        response.headers_mut().insert("x-amzn-query-error", code);
    }
    response
}

/// An answer with what every answer of the protocol has.
pub(crate) fn rendered(status: StatusCode, body: Bytes, version: &str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    if let Ok(content_type) = format!("application/x-amz-json-{version}").parse() {
        headers.insert(http::header::CONTENT_TYPE, content_type);
    }
    if let Ok(id) = uuid::Uuid::new_v4().to_string().parse() {
        headers.insert("x-amzn-requestid", id);
    }
    response
}
