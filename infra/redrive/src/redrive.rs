//! Moving messages, at a pace, without losing one.

use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::Message;
use tokio::time::{Instant, sleep_until};

use crate::Failure;
use crate::queues::failed;

/// Messages that are received at once.
const BATCH: i32 = 10;
/// How long a message that is being moved can't be seen by others, in seconds: beyond the slowest pace for a
/// batch. What wasn't moved when this ends appears again.
const HIDDEN_SECONDS: i32 = 60;
/// How long a request waits for messages, in seconds.
const WAIT_SECONDS: i32 = 2;
/// Requests without an answer after which the queue is taken for empty: a queue of the cloud is spread over many
/// machines, and a single request may miss what is on the others.
const EMPTY: u32 = 3;

/// So many messages a second, evenly.
pub(crate) struct Pace {
    step: Duration,
    next: Instant,
}

impl Pace {
    pub(crate) fn new(per_second: u32) -> Self {
        Pace { step: Duration::from_secs(1) / per_second, next: Instant::now() }
    }

    async fn keep(&mut self) {
        sleep_until(self.next).await;
        self.next = self.next.max(Instant::now()) + self.step;
    }
}

/// Moves up to `most` messages, and says after each batch how many it has moved.
pub(crate) async fn redrive(
    client: &Client,
    dead: &str,
    source: &str,
    most: u64,
    mut pace: Pace,
    progress: impl Fn(u64),
) -> Result<u64, Failure> {
    let (mut moved, mut empty) = (0, 0);
    while moved < most && empty < EMPTY {
        let received = receive(client, dead, most - moved).await?;
        empty = if received.is_empty() { empty + 1 } else { 0 };
        for message in &received {
            pace.keep().await;
            send(client, source, message).await?;
            // Only now: one that is in neither queue would be lost.
            delete(client, dead, message).await?;
            moved += 1;
        }
        if !received.is_empty() {
            progress(moved);
        }
    }
    Ok(moved)
}

async fn receive(client: &Client, dead: &str, most: u64) -> Result<Vec<Message>, Failure> {
    let request = (client.receive_message().queue_url(dead))
        .max_number_of_messages(i32::try_from(most).unwrap_or(BATCH).min(BATCH))
        .visibility_timeout(HIDDEN_SECONDS)
        .wait_time_seconds(WAIT_SECONDS)
        .message_attribute_names("All");
    let received = request.send().await.map_err(failed("ReceiveMessage"))?;
    Ok(received.messages.unwrap_or_default())
}

async fn send(client: &Client, source: &str, message: &Message) -> Result<(), Failure> {
    let request = (client.send_message().queue_url(source))
        .message_body(message.body().unwrap_or_default())
        .set_message_attributes(message.message_attributes.clone());
    request.send().await.map_err(failed("SendMessage"))?;
    Ok(())
}

async fn delete(client: &Client, dead: &str, message: &Message) -> Result<(), Failure> {
    let request = client.delete_message().queue_url(dead);
    let request = request.receipt_handle(message.receipt_handle().unwrap_or_default());
    request.send().await.map_err(failed("DeleteMessage"))?;
    Ok(())
}
