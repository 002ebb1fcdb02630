//! What a stack's functions cost, as the stack counts it.

use std::collections::BTreeMap;

use http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::client::Client;
use crate::stack::Facts;
use crate::wait::until;

/// What one function did: the units that the cloud's bill is made of.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// Events that it was given.
    pub invocations: u64,
    /// Requests to services, by service and operation.
    pub requests: BTreeMap<String, u64>,
    /// DynamoDB's read units.
    pub read_units: f64,
    /// DynamoDB's write units.
    pub write_units: f64,
    /// Bytes of the events.
    pub event_bytes: u64,
    /// Bytes of its answers.
    pub answer_bytes: u64,
    /// Bytes put into buckets.
    pub stored_bytes: u64,
}

/// What each function did.
pub type Accounts = BTreeMap<String, Account>;

/// The ledger of a stack that was started with one.
#[derive(Debug, Clone)]
pub struct Ledger(Client);

#[derive(Deserialize)]
struct Shown {
    waiting: u64,
    functions: Accounts,
}

impl Ledger {
    /// That of the stack that these facts are of.
    pub fn of(facts: &Facts) -> Self {
        Ledger(Client::of(&facts.endpoint))
    }

    /// What one deed costs, and all that follows from it. Whatever went on before ends first and is not
    /// counted.
    pub async fn cost_of<T>(&self, deed: impl Future<Output = T>) -> (T, Accounts) {
        self.quiet().await;
        self.0.delete("/ledger").send().await.expect(StatusCode::OK);
        let outcome = deed.await;
        (outcome, self.quiet().await)
    }

    /// Waits until nothing is left to be done: twice in a row, and nothing was done in between.
    async fn quiet(&self) -> Accounts {
        let mut earlier = None;
        until("all work to be done", async || {
            let shown: Shown =
                serde_json::from_value(self.0.get("/ledger").send().await.expect(StatusCode::OK).json())
                    .expect("a ledger");
            let functions = shown.functions;
            if shown.waiting > 0 {
                earlier = None;
                return Err(format!("{} things are waiting", shown.waiting));
            }
            if earlier.as_ref() == Some(&functions) {
                return Ok(functions);
            }
            earlier = Some(functions);
            Err("nothing is waiting, for the first time".to_owned())
        })
        .await
    }
}
