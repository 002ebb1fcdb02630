//! DynamoDB streams to Lambda.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::watch;
use tokio::time::Instant;

use super::delivery::{Condition, Delivery, Outcome, Rules, Step};
use super::stream_event::{BatchEvent, RecordEvent, failure_message, is_change};
use super::{BatchAnswer, read_answer};
use crate::dynamodb::{StreamRecord, Streams};
use crate::lambda::Host;
use crate::plan::{StreamMapping, StreamView};
use crate::sqs::{Outgoing, Queues};
use crate::state::{State, StateError, now_ms};
use crate::template::stream_arn;

/// How often a stream without news is looked at. Lambda takes a second; tests have less time.
const POLL_INTERVAL: Duration = Duration::from_millis(40);
const READ_AT_ONCE: usize = 500;
/// Keeps events below Lambda's limit of 6 MB.
const LARGEST_BATCH: usize = 5 * 1024 * 1024;
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Polls one table's stream for one function.
pub(crate) struct StreamPoller {
    pub(crate) mapping: StreamMapping,
    pub(crate) view: StreamView,
    pub(crate) streams: Streams,
    pub(crate) state: Arc<State>,
    pub(crate) queues: Arc<Queues>,
    pub(crate) host: Arc<Host>,
}

/// Records that passed the filter, and how far the stream was read for them.
#[derive(Debug, Default)]
struct Collected {
    records: Vec<StreamRecord>,
    read_up_to: i64,
    size: usize,
}

impl StreamPoller {
    /// Polls until told to stop. A batch that is under way then is delivered again at the next start.
    pub(crate) async fn run(&self, mut stop: watch::Receiver<bool>) {
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => {}
            () = self.poll() => {}
        }
    }

    async fn poll(&self) {
        loop {
            if let Err(error) = self.poll_from_checkpoint().await {
                tracing::error!(%error, mapping = self.mapping.id, "a stream cannot be read");
                tokio::time::sleep(LONGEST_PAUSE).await;
            }
        }
    }

    async fn poll_from_checkpoint(&self) -> Result<(), StateError> {
        let mut position = match self.state.checkpoint(&self.mapping.id)? {
            Some(position) => position,
            None if self.mapping.from_start => 0,
            None => self.streams.newest(&self.mapping.table)?,
        };
        self.state.set_checkpoint(&self.mapping.id, position)?;
        loop {
            let collected = self.collect(position).await?;
            if !collected.records.is_empty() {
                self.deliver(collected.records).await?;
            }
            position = collected.read_up_to;
            self.state.set_checkpoint(&self.mapping.id, position)?;
        }
    }

    /// Reads on until a batch is full, its window is over, or everything read so far was filtered out.
    async fn collect(&self, after: i64) -> Result<Collected, StateError> {
        let mut collected = Collected { read_up_to: after, ..Collected::default() };
        let mut deadline = None;
        loop {
            let news =
                self.streams.read(&self.mapping.table, collected.read_up_to, READ_AT_ONCE, |keys| {
                    self.may_want(keys)
                })?;
            let something_new = !news.is_empty();
            for record in news {
                if self.is_full(&collected, &record) {
                    return Ok(collected);
                }
                collected.read_up_to = record.position;
                if self.passes(&record) {
                    collected.size += record.size;
                    collected.records.push(record);
                }
            }
            if collected.records.is_empty() && something_new {
                return Ok(collected);
            }
            if !collected.records.is_empty() {
                let deadline = *deadline.get_or_insert(Instant::now() + self.mapping.window);
                if collected.records.len() >= self.mapping.batch_size || Instant::now() >= deadline {
                    return Ok(collected);
                }
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }

    fn is_full(&self, collected: &Collected, next: &StreamRecord) -> bool {
        let too_large = !collected.records.is_empty() && collected.size + next.size > LARGEST_BATCH;
        collected.records.len() >= self.mapping.batch_size || too_large
    }

    /// Whether a record with these keys can pass. Of one that can't, the images aren't needed.
    fn may_want(&self, keys: &Value) -> bool {
        let filters = &self.mapping.filters;
        filters.is_empty() || filters.iter().any(|filter| !filter.is_ruled_out_by(keys))
    }

    fn passes(&self, record: &StreamRecord) -> bool {
        if !is_change(record) {
            return false;
        }
        let filters = &self.mapping.filters;
        filters.is_empty()
            || RecordEvent::of(record, self.view, &stream_arn(&self.mapping.table)).passes(filters)
    }

    async fn deliver(&self, records: Vec<StreamRecord>) -> Result<(), StateError> {
        let rules = Rules {
            bisect: self.mapping.bisect,
            maximum_retries: self.mapping.maximum_retries,
            maximum_age: self.mapping.maximum_age,
        };
        let mut delivery = Delivery::new(records, rules);
        while let Some(step) = delivery.next(now_ms() / 1000) {
            match step {
                Step::Invoke(records) => delivery.report(self.invoke(&records).await),
                Step::GiveUp { records, condition, attempts } => {
                    self.give_up(&records, condition, attempts)?
                }
            }
            if let Some(position) = delivery.settled() {
                self.state.set_checkpoint(&self.mapping.id, position)?;
            }
            if delivery.failures_in_a_row() > 0 {
                tokio::time::sleep(pause(delivery.failures_in_a_row())).await;
            }
        }
        Ok(())
    }

    async fn invoke(&self, records: &[StreamRecord]) -> Outcome {
        let arn = stream_arn(&self.mapping.table);
        let records = records.iter().map(|record| RecordEvent::of(record, self.view, &arn)).collect();
        let event = match serde_json::to_vec(&BatchEvent { records }) {
            Ok(event) => event,
            Err(error) => {
                tracing::error!(%error, mapping = self.mapping.id, "a batch cannot be written down");
                return Outcome::Failed;
            }
        };
        let Ok(payload) = self.host.invoke(&self.mapping.function, event.into()).await else {
            return Outcome::Failed;
        };
        match self.mapping.partial_responses.then(|| read_answer(&payload)) {
            None | Some(BatchAnswer::Succeeded) => Outcome::Succeeded,
            Some(BatchAnswer::Nonsense) => Outcome::Failed,
            // All numbers have the same length, so that the first one is the lowest.
            Some(BatchAnswer::Failed(numbers)) => {
                numbers.into_iter().min().map_or(Outcome::Succeeded, Outcome::FailedFrom)
            }
        }
    }

    fn give_up(
        &self,
        records: &[StreamRecord],
        condition: Condition,
        attempts: u32,
    ) -> Result<(), StateError> {
        tracing::warn!(mapping = self.mapping.id, count = records.len(), ?condition, "records are given up");
        let Some(queue) = &self.mapping.on_failure else {
            return Ok(());
        };
        let message = failure_message(
            records,
            condition,
            attempts,
            self.host.function_arn(&self.mapping.function),
            &stream_arn(&self.mapping.table),
            jiff::Timestamp::now(),
        );
        self.queues.send(queue, &Outgoing { body: message.to_string(), ..Outgoing::default() }, now_ms())?;
        Ok(())
    }
}

fn pause(failures: u32) -> Duration {
    FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(failures - 1)).min(LONGEST_PAUSE)
}
