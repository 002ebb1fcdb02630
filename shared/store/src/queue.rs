//! Sending to queues: messages as JSON.

use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use serde::Serialize;

use crate::StoreError;

/// Messages that are sent at once.
const BATCH: usize = 10;

/// A queue.
#[derive(Debug, Clone)]
pub(crate) struct Queue {
    client: Client,
    url: String,
}

impl Queue {
    /// The queue at `url`.
    pub(crate) fn new(client: Client, url: String) -> Self {
        Queue { client, url }
    }

    /// Sends a message; where a while is given, 15 minutes at most, it is delivered after that.
    pub(crate) async fn send(
        &self,
        message: &impl Serialize,
        after: Option<Duration>,
    ) -> Result<(), StoreError> {
        let seconds = after.map(|after| i32::try_from(after.as_secs()).unwrap_or(i32::MAX));
        let send = self.client.send_message().queue_url(&self.url).message_body(body(message)?);
        send.set_delay_seconds(seconds).send().await.map_err(StoreError::sdk("SendMessage"))?;
        Ok(())
    }

    /// Sends messages. Where it fails, some may be sent.
    pub(crate) async fn send_all<M: Serialize>(&self, messages: &[M]) -> Result<(), StoreError> {
        for batch in messages.chunks(BATCH) {
            let entries: Result<Vec<_>, StoreError> = batch.iter().enumerate().map(entry).collect();
            let send = self.client.send_message_batch().queue_url(&self.url).set_entries(Some(entries?));
            let sent = send.send().await.map_err(StoreError::sdk("SendMessageBatch"))?;
            if let Some(failed) = sent.failed.first() {
                let cause = failed.code.clone();
                return Err(StoreError::Unavailable { operation: "SendMessageBatch", cause });
            }
        }
        Ok(())
    }
}

/// A message as its readers find it.
pub(crate) fn body(message: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(message).map_err(|error| StoreError::corrupt("message of a queue", error))
}

fn entry<M: Serialize>((n, message): (usize, &M)) -> Result<SendMessageBatchRequestEntry, StoreError> {
    // Ids must differ within a batch only.
    Ok(SendMessageBatchRequestEntry::builder().id(n.to_string()).message_body(body(message)?).build()?)
}
