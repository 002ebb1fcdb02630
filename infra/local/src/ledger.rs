//! The ledger: what each function costs in the cloud's own units, counted while it works here.
//!
//! Functions are told apart by the name that their AWS SDK adds to its user agent; who adds none is a client with a
//! signed address. Capacity is what the embedded database reports in DynamoDB's units, by item size, with
//! transactions doubled and eventually consistent reads halved. What a refused condition consumed isn't reported,
//! here as there.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::{HeaderMap, Method};
use serde::Serialize;
use serde_json::Value;

use crate::dynamodb::Streams;
use crate::plan::StreamMapping;
use crate::sqs::Queues;
use crate::state::{State, StateError, now_ms};

/// Name of the SDK's own variable for what it adds to its user agent.
pub(crate) const NAME_VARIABLE: &str = "AWS_SDK_UA_APP_ID";
/// Who has no such name.
const CLIENT: &str = "client";

/// What one function did.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub(crate) struct Account {
    /// Events that it was given.
    invocations: u64,
    /// Bytes of the events.
    event_bytes: u64,
    /// Bytes of its answers.
    answer_bytes: u64,
    /// How long it took, in milliseconds of this machine.
    milliseconds: u64,
    /// Requests to services, by service and operation.
    requests: BTreeMap<String, u64>,
    /// DynamoDB's read units.
    read_units: f64,
    /// DynamoDB's write units.
    write_units: f64,
    /// Bytes put into buckets.
    stored_bytes: u64,
}

/// Counts, for all functions. The clones of one ledger are one ledger.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ledger(Arc<Mutex<Books>>);

#[derive(Debug, Default)]
struct Books {
    accounts: BTreeMap<String, Account>,
    /// Invocations that have begun and not ended.
    under_way: u64,
}

/// Who asked, by the headers of a request.
pub(crate) fn asked_by(headers: &HeaderMap) -> &str {
    let agents = [http::header::USER_AGENT.as_str(), "x-amz-user-agent"];
    let agents = agents.iter().filter_map(|name| headers.get(*name)?.to_str().ok());
    let mut parts = agents.flat_map(|agent| agent.split(' '));
    parts.find_map(|part| part.strip_prefix("app/")).unwrap_or(CLIENT)
}

impl Ledger {
    fn books(&self) -> MutexGuard<'_, Books> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, function: &str, add: impl FnOnce(&mut Account)) {
        add(self.books().accounts.entry(function.to_owned()).or_default());
    }

    /// A request to a service other than the database.
    pub(crate) fn request(&self, function: &str, service: &str, operation: &str) {
        self.add(function, |account| account.count(service, operation));
    }

    /// A request to a bucket, with the bytes that it brings.
    pub(crate) fn object_request(&self, headers: &HeaderMap, method: &Method) {
        let length =
            headers.get(http::header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        self.add(asked_by(headers), |account| {
            account.count("S3", method.as_str());
            account.stored_bytes += if *method == Method::PUT { length.unwrap_or(0) } else { 0 };
        });
    }

    /// A request to the database, before it is sent on: so that it reports what it consumes.
    pub(crate) fn reporting(body: &Bytes) -> Bytes {
        let Ok(Value::Object(mut request)) = serde_json::from_slice(body) else { return body.clone() };
        request.insert("ReturnConsumedCapacity".to_owned(), "TOTAL".into());
        Value::Object(request).to_string().into()
    }

    /// A request to the database, once it is answered.
    pub(crate) fn database_request(&self, function: &str, operation: &str, answer: &Bytes) {
        let answer: Value = serde_json::from_slice(answer).unwrap_or_default();
        let consumed = match &answer["ConsumedCapacity"] {
            Value::Array(tables) => tables.iter().map(units).sum(),
            one => units(one),
        };
        let reads = ["GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems"].contains(&operation);
        self.add(function, |account| {
            account.count("DynamoDB", operation);
            *(if reads { &mut account.read_units } else { &mut account.write_units }) += consumed;
        });
    }

    /// An invocation begins.
    pub(crate) fn begun(&self) {
        self.books().under_way += 1;
    }

    /// An invocation has ended.
    pub(crate) fn ended(&self, function: &str, event: usize, answer: usize, took: std::time::Duration) {
        self.books().under_way -= 1;
        self.add(function, |account| {
            account.invocations += 1;
            account.event_bytes += event as u64;
            account.answer_bytes += answer as u64;
            account.milliseconds += u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        });
    }

    /// The functions and what they did, since the last clearing.
    pub(crate) fn accounts(&self) -> BTreeMap<String, Account> {
        self.books().accounts.clone()
    }

    /// Starts again from nothing.
    pub(crate) fn clear(&self) {
        self.books().accounts.clear();
    }

    fn under_way(&self) -> u64 {
        self.books().under_way
    }
}

impl Account {
    fn count(&mut self, service: &str, operation: &str) {
        *self.requests.entry(format!("{service}.{operation}")).or_default() += 1;
    }
}

fn units(capacity: &Value) -> f64 {
    capacity["CapacityUnits"].as_f64().unwrap_or(0.0)
}

/// What is still to be worked on: as long as there is something, the ledger grows.
#[derive(Debug)]
pub(crate) struct Backlog {
    pub(crate) ledger: Ledger,
    pub(crate) mappings: Vec<StreamMapping>,
    pub(crate) streams: Streams,
    pub(crate) state: Arc<State>,
    pub(crate) queues: Arc<Queues>,
}

/// A ledger as it is shown.
#[derive(Debug, Serialize)]
pub(crate) struct Shown {
    /// Invocations under way, stream records not yet read, messages not yet dealt with.
    waiting: u64,
    functions: BTreeMap<String, Account>,
}

impl Backlog {
    pub(crate) fn shown(&self) -> Result<Shown, StateError> {
        // Work moves from streams and queues to invocations and never back unseen: in this order none is missed.
        let waiting = self.unread()? + self.messages()? + self.ledger.under_way();
        Ok(Shown { waiting, functions: self.ledger.accounts() })
    }

    /// Records that a mapping has not got past.
    fn unread(&self) -> Result<u64, StateError> {
        let mut unread = 0;
        for mapping in &self.mappings {
            let position = self.state.checkpoint(&mapping.id)?.unwrap_or(0);
            unread += (self.streams.newest(&mapping.table)? - position).max(0).unsigned_abs();
        }
        Ok(unread)
    }

    fn messages(&self) -> Result<u64, StateError> {
        let mut messages = 0;
        for queue in self.queues.names() {
            let counts = self.queues.counts(queue, now_ms())?;
            messages += counts.visible + counts.in_flight + counts.delayed;
        }
        Ok(messages)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_known_by_what_its_sdk_calls_itself() {
        let mut headers = HeaderMap::new();
        assert_eq!(asked_by(&headers), "client");
        let agent = "aws-sdk-rust/1.3 os/linux lang/rust/1.95 app/complete-verification";
        headers.insert("user-agent", agent.parse().unwrap());
        assert_eq!(asked_by(&headers), "complete-verification");
    }

    #[test]
    fn units_are_those_that_the_database_reports() {
        let ledger = Ledger::default();
        let asked = Ledger::reporting(&Bytes::from_static(b"{\"TableName\":\"t\"}"));
        assert!(String::from_utf8_lossy(&asked).contains("\"ReturnConsumedCapacity\":\"TOTAL\""));
        let one = Bytes::from_static(b"{\"ConsumedCapacity\":{\"CapacityUnits\":1.5}}");
        let several =
            Bytes::from_static(b"{\"ConsumedCapacity\":[{\"CapacityUnits\":4},{\"CapacityUnits\":2}]}");
        ledger.database_request("f", "Query", &one);
        ledger.database_request("f", "TransactWriteItems", &several);
        ledger.database_request("f", "PutItem", &Bytes::new());
        let account = &ledger.accounts()["f"];
        assert_eq!((account.read_units, account.write_units, account.requests.len()), (1.5, 6.0, 3));
        ledger.clear();
        assert!(ledger.accounts().is_empty());
    }
}
