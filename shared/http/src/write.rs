//! Writes that happen once: Idempotency-Key, If-Match, and the retry that other writers cause.

use anju_domain::region::RegionCode;
use anju_domain::violation::ViolationCode;
use anju_store::Control;
use anju_store::idempotency::{Answered, Operation, Recalled};
use anju_store::transaction::Write;
use jiff::Timestamp;
use lambda_http::request::RequestContext;
use lambda_http::{Request, RequestExt};

use crate::error::ApiError;
use crate::request::body_bytes;

const HEADER: &str = "idempotency-key";
/// Characters that a key may have.
const MAX_KEY: usize = 200;
/// How often a write is decided anew when others change the same thing at the same time.
pub const ATTEMPTS: u32 = 8;

/// The client's `Idempotency-Key` of this write, where it sent one.
#[derive(Debug)]
pub struct Once<'a> {
    control: &'a Control,
    operation: Option<Operation>,
}

impl<'a> Once<'a> {
    /// Reads the header. Keys are scoped by account, method and path.
    pub fn of(request: &Request, account: &RegionCode, control: &'a Control) -> Result<Self, ApiError> {
        let operation =
            |key: &str| Operation::new(account, &method_and_path(request), key, body_bytes(request));
        Ok(Once { control, operation: key(request)?.map(operation) })
    }

    /// The same for a write of somebody without an account. Keys are scoped by method and path.
    pub fn of_anybody(request: &Request, control: &'a Control) -> Result<Self, ApiError> {
        let operation =
            |key: &str| Operation::of_anybody(&method_and_path(request), key, body_bytes(request));
        Ok(Once { control, operation: key(request)?.map(operation) })
    }

    /// A part of this write that happens once by itself.
    pub fn part(&self, name: &str) -> Once<'a> {
        let operation = self.operation.as_ref().map(|operation| operation.part(name));
        Once { control: self.control, operation }
    }

    /// What was answered, if this write was carried out before.
    pub async fn answered(&self) -> Result<Option<Answered>, ApiError> {
        let Some(operation) = &self.operation else { return Ok(None) };
        match self.control.recall(operation).await? {
            Recalled::New => Ok(None),
            Recalled::Again(answered) => Ok(Some(answered)),
            Recalled::OtherBody => Err(ApiError::IdempotencyKeyReused),
        }
    }

    /// The write that remembers this one, for its transaction.
    pub fn remember(&self, reference: Option<String>, now: Timestamp) -> Result<Vec<Write>, ApiError> {
        let remember = |operation| self.control.remember(operation, reference, now);
        Ok(self.operation.as_ref().map(remember).transpose()?.into_iter().collect())
    }
}

fn key(request: &Request) -> Result<Option<&str>, ApiError> {
    let Some(value) = request.headers().get(HEADER) else { return Ok(None) };
    let key = value.to_str().ok().filter(|key| !key.is_empty() && key.len() <= MAX_KEY);
    key.map(Some).ok_or_else(|| ApiError::invalid("/Idempotency-Key", ViolationCode::Malformed))
}

fn method_and_path(request: &Request) -> String {
    let path = match request.request_context_ref() {
        Some(RequestContext::ApiGatewayV2(context)) => context.http.path.clone(),
        _ => None,
    };
    format!("{} {}", request.method(), path.unwrap_or_else(|| request.uri().path().to_owned()))
}

/// Waits a little, longer each time and never the same for two writers.
pub async fn pause(attempt: u32) {
    let limit = 10_u64 << attempt.min(6);
    tokio::time::sleep(std::time::Duration::from_millis(rand::random_range(1..=limit))).await;
}
