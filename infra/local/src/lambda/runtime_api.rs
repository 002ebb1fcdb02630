//! The Lambda Runtime API: how a function's process gets events and answers them.
//!
//! Each process has an address of its own (`<prefix><process>/2018-06-01/runtime/…`), so that an event can be
//! given to one process, and is known to be lost when that process ends.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::{Method, Response, StatusCode};
use http_body_util::Full;
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};

use super::{InvokeError, Work};
use crate::state::now_ms;

/// First segment of the addresses.
pub(crate) const PATH_PREFIX: &str = "/lambda/";

type Outcome = Result<Bytes, InvokeError>;

#[derive(Debug, Default)]
pub(crate) struct RuntimeApi {
    processes: Mutex<HashMap<String, Arc<Mailbox>>>,
}

#[derive(Debug)]
struct Mailbox {
    incoming: tokio::sync::Mutex<mpsc::Receiver<Work>>,
    /// The invocation that the process works on.
    current: Mutex<Option<(String, oneshot::Sender<Outcome>)>>,
}

impl RuntimeApi {
    pub(super) fn register(&self, process: &str, incoming: mpsc::Receiver<Work>) {
        let mailbox = Mailbox { incoming: tokio::sync::Mutex::new(incoming), current: Mutex::default() };
        self.processes().insert(process.to_owned(), Arc::new(mailbox));
    }

    pub(super) fn forget(&self, process: &str) {
        self.processes().remove(process);
    }

    fn processes(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<Mailbox>>> {
        self.processes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers a request; `path` is what follows the prefix.
    pub(crate) async fn handle(&self, method: &Method, path: &str, body: Bytes) -> Response<Full<Bytes>> {
        let Some((process, path)) = path.split_once("/2018-06-01/runtime/") else {
            return status(StatusCode::NOT_FOUND);
        };
        let Some(mailbox) = self.processes().get(process).map(Arc::clone) else {
            return status(StatusCode::GONE);
        };
        match (method, path.split('/').collect::<Vec<_>>().as_slice()) {
            (&Method::GET, ["invocation", "next"]) => mailbox.next().await,
            (&Method::POST, ["invocation", request_id, "response"]) => mailbox.complete(request_id, Ok(body)),
            (&Method::POST, ["invocation", request_id, "error"]) => {
                mailbox.complete(request_id, Err(InvokeError::Failed(describe(&body))))
            }
            (&Method::POST, ["init", "error"]) => {
                tracing::warn!(error = describe(&body), "a function could not start");
                status(StatusCode::ACCEPTED)
            }
            _ => status(StatusCode::NOT_FOUND),
        }
    }
}

impl Mailbox {
    async fn next(&self) -> Response<Full<Bytes>> {
        let Some(work) = self.incoming.lock().await.recv().await else {
            return status(StatusCode::GONE);
        };
        let deadline = now_ms() + crate::sqs::millis(work.timeout);
        let response = Response::builder()
            .header("lambda-runtime-aws-request-id", &work.request_id)
            .header("lambda-runtime-deadline-ms", deadline)
            .header("lambda-runtime-invoked-function-arn", &work.function_arn)
            .header(http::header::CONTENT_TYPE, "application/json")
            .body(Full::from(work.payload));
        *self.current() = Some((work.request_id, work.outcome));
        // Nobody waits when the invocation was given up meanwhile.
        let _ = work.started.send(());
        response.unwrap_or_else(|_| status(StatusCode::INTERNAL_SERVER_ERROR))
    }

    fn complete(&self, request_id: &str, outcome: Outcome) -> Response<Full<Bytes>> {
        match self.current().take_if(|(current, _)| current == request_id) {
            Some((_, waiting)) => {
                let _ = waiting.send(outcome);
                status(StatusCode::ACCEPTED)
            }
            None => status(StatusCode::GONE),
        }
    }

    fn current(&self) -> std::sync::MutexGuard<'_, Option<(String, oneshot::Sender<Outcome>)>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The message of a reported error.
fn describe(body: &[u8]) -> String {
    let report: Value = serde_json::from_slice(body).unwrap_or_default();
    report.get("errorMessage").and_then(Value::as_str).unwrap_or("it does not say why").to_owned()
}

fn status(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from("{}"));
    *response.status_mut() = status;
    response
}
