//! The layer of faults between a stack's functions and the services behind them, as a test works it.

use std::collections::BTreeMap;

use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::client::Answer;
use crate::stack::Stack;

/// What the layer can do to a request.
pub const KINDS: [&str; 6] =
    ["request_dropped", "answer_dropped", "throttled", "server_error", "error_after", "delayed"];

/// How many requests were hit, by service and kind.
pub type Hits = BTreeMap<(String, String), u64>;

/// What the layer did, over all starts of its stack.
#[derive(Debug, Default, Clone)]
pub struct Tally {
    /// Requests that came by.
    pub requests: u64,
    /// Those that were hit.
    pub hits: Hits,
    /// Of earlier starts.
    before: (u64, Hits),
}

/// What the layer says of itself.
#[derive(Deserialize)]
struct Shown {
    requests: u64,
    hits: Vec<Hit>,
}

#[derive(Deserialize)]
struct Hit {
    service: String,
    kind: String,
    count: u64,
}

impl Tally {
    /// Looks at what has happened since the stack was started.
    pub async fn look(&mut self, stack: &Stack) {
        let answer = told(stack, Method::GET, "/faults", &Value::Null).await;
        let shown: Shown = serde_json::from_value(answer.json()).expect("what was hit");
        (self.requests, self.hits) = self.before.clone();
        self.requests += shown.requests;
        for Hit { service, kind, count } in shown.hits {
            *self.hits.entry((service, kind)).or_default() += count;
        }
    }

    /// The stack is about to end, and its layer with it.
    pub fn carry_over(&mut self) {
        self.before = (self.requests, self.hits.clone());
    }

    /// How many requests a kind has hit, at all services.
    pub fn of_kind(&self, kind: &str) -> u64 {
        self.hits.iter().filter(|((_, hit), _)| hit == kind).map(|(_, count)| count).sum()
    }
}

/// Sets the share of requests, from 0 to 1, that each kind is to hit; others hit none.
pub async fn set_shares(stack: &Stack, shares: &BTreeMap<&str, f64>) {
    told(stack, Method::PUT, "/faults", &json!(shares)).await;
}

/// Ends all pollers of streams at once; others take their place.
pub async fn end_pollers(stack: &Stack) {
    told(stack, Method::DELETE, "/faults/pollers", &Value::Null).await;
}

async fn told(stack: &Stack, method: Method, path: &str, body: &Value) -> Answer {
    let layer = stack.facts().faults.as_ref().expect("a stack with faults");
    let anybody = stack.anybody();
    let call = anybody.call(method, &format!("{layer}{path}")).json(body);
    call.send().await.expect(StatusCode::OK)
}
