//! SQS, as far as the template needs it: standard queues with visibility timeouts, dead-letter queues, long
//! polling and batches, kept on disk.

mod api;
mod digest;
mod queues;

use std::time::Duration;

pub(crate) use api::{handle, system_attributes};
pub(crate) use digest::md5_hex;
pub(crate) use queues::{Outgoing, Queues, Received, millis};

use crate::state::{StateError, now_ms};

/// A waiting receiver looks again at least this often, even if nobody wakes it.
const LONGEST_SLEEP: Duration = Duration::from_secs(1);

/// Receives at least one message, or none once `wait` is over.
pub(crate) async fn receive_waiting(
    queues: &Queues,
    name: &str,
    limit: usize,
    visibility: Duration,
    wait: Duration,
) -> Result<Vec<Received>, StateError> {
    let deadline = tokio::time::Instant::now() + wait;
    loop {
        let now = now_ms();
        let received = queues.receive(name, limit, visibility, now)?;
        let left = deadline.saturating_duration_since(tokio::time::Instant::now());
        if !received.is_empty() || left.is_zero() {
            return Ok(received);
        }
        let until_visible = queues
            .next_visible(name, now)?
            .and_then(|at| u64::try_from(at - now).ok())
            .map_or(LONGEST_SLEEP, Duration::from_millis);
        tokio::select! {
            () = queues.arrival(name) => {}
            () = tokio::time::sleep(left.min(until_visible).min(LONGEST_SLEEP)) => {}
        }
    }
}

#[cfg(test)]
mod tests;
