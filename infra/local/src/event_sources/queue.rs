//! SQS to Lambda.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};
use tokio::sync::{Semaphore, watch};

use super::{BatchAnswer, read_answer};
use crate::lambda::Host;
use crate::plan::QueueMapping;
use crate::sqs::{Queues, Received, md5_hex, receive_waiting, system_attributes};
use crate::state::{StateError, now_ms};
use crate::template::Cloud;

/// SQS gives at most this many messages at a time.
const RECEIVE_AT_ONCE: usize = 10;
/// Batches under way at a time, unless the mapping says otherwise: what Lambda starts with.
const DEFAULT_CONCURRENCY: usize = 5;
const LONG_POLL: Duration = Duration::from_secs(20);
const PAUSE_AFTER_ERROR: Duration = Duration::from_secs(1);

/// Polls one queue for one function.
pub(crate) struct QueuePoller {
    pub(crate) mapping: QueueMapping,
    pub(crate) visibility: Duration,
    /// When messages of a failed invocation appear again; when their visibility timeout is over, for `None`.
    pub(crate) retry_after: Option<Duration>,
    pub(crate) queues: Arc<Queues>,
    pub(crate) host: Arc<Host>,
}

impl QueuePoller {
    /// Polls until told to stop; batches under way are brought to their end.
    pub(crate) async fn run(self, mut stop: watch::Receiver<bool>) {
        let concurrency = self.mapping.maximum_concurrency.unwrap_or(DEFAULT_CONCURRENCY);
        let permits = Arc::new(Semaphore::new(concurrency));
        let poller = Arc::new(self);
        loop {
            let next = async {
                let permit = Arc::clone(&permits).acquire_owned().await.ok();
                (permit, poller.collect().await)
            };
            let (permit, collected) = tokio::select! {
                _ = stop.wait_for(|stop| *stop) => break,
                next = next => next,
            };
            match collected {
                Ok(batch) if batch.is_empty() => {}
                Ok(batch) => {
                    let poller = Arc::clone(&poller);
                    tokio::spawn(async move {
                        poller.deliver(batch).await;
                        drop(permit);
                    });
                }
                Err(error) => {
                    tracing::error!(%error, queue = poller.mapping.queue, "a queue cannot be read");
                    tokio::time::sleep(PAUSE_AFTER_ERROR).await;
                }
            }
        }
        let all = u32::try_from(concurrency).unwrap_or(u32::MAX);
        let _all_batches_done = permits.acquire_many(all).await;
    }

    /// A batch: what is there, and what comes within the window.
    async fn collect(&self) -> Result<Vec<Received>, StateError> {
        let mapping = &self.mapping;
        let mut batch = self.receive(mapping.batch_size, LONG_POLL).await?;
        let deadline = tokio::time::Instant::now() + mapping.window;
        while !batch.is_empty() && batch.len() < mapping.batch_size {
            let left = deadline.saturating_duration_since(tokio::time::Instant::now());
            let more = self.receive(mapping.batch_size - batch.len(), left).await?;
            // Without a window, only what was waiting behind the first ten is added.
            if more.is_empty() {
                break;
            }
            batch.extend(more);
        }
        Ok(batch)
    }

    async fn receive(&self, limit: usize, wait: Duration) -> Result<Vec<Received>, StateError> {
        let limit = limit.min(RECEIVE_AT_ONCE);
        receive_waiting(&self.queues, &self.mapping.queue, limit, self.visibility, wait).await
    }

    /// Messages that succeeded are deleted; the others appear again when it is time for them.
    async fn deliver(&self, batch: Vec<Received>) {
        let arn = Cloud::arn("sqs", &self.mapping.queue);
        let event = json!({"Records": batch.iter().map(|message| record(message, &arn)).collect::<Vec<_>>()});
        let answer = self.host.invoke(&self.mapping.function, event.to_string().into()).await;
        let failed = answer.ok().and_then(|payload| self.failed(&batch, &payload));
        for message in &batch {
            let has_failed = failed.as_ref().is_none_or(|failed| failed.contains(&message.message_id));
            let outcome = match (has_failed, self.retry_after) {
                (false, _) => self.queues.delete(&self.mapping.queue, &message.receipt),
                (true, None) => Ok(()),
                (true, Some(after)) => self
                    .queues
                    .change_visibility(&self.mapping.queue, &message.receipt, after, now_ms())
                    .map(drop),
            };
            if let Err(error) = outcome {
                tracing::error!(%error, "a message that was dealt with could not be deleted or given back");
            }
        }
    }

    /// The messages that the answer names as failed; none where all of them count as failed.
    fn failed(&self, batch: &[Received], payload: &Bytes) -> Option<Vec<String>> {
        let failed = match self.mapping.partial_responses.then(|| read_answer(payload)) {
            None | Some(BatchAnswer::Succeeded) => Vec::new(),
            Some(BatchAnswer::Nonsense) => return None,
            Some(BatchAnswer::Failed(failed)) => failed,
        };
        let known = |id: &String| batch.iter().any(|message| message.message_id == *id);
        failed.iter().all(known).then_some(failed)
    }
}

/// A message in the shape of Lambda's SQS event.
fn record(message: &Received, queue_arn: &str) -> Value {
    let attributes: serde_json::Map<_, _> = message
        .attributes
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, attribute)| {
            let attribute = json!({
                "stringValue": attribute.get("StringValue"),
                "stringListValues": [],
                "binaryListValues": [],
                "dataType": attribute.get("DataType"),
            });
            (name.clone(), attribute)
        })
        .collect();
    json!({
        "messageId": message.message_id,
        "receiptHandle": message.receipt,
        "body": message.body,
        "attributes": system_attributes(message),
        "messageAttributes": attributes,
        "md5OfBody": md5_hex(message.body.as_bytes()),
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": Cloud::REGION,
    })
}
