use std::collections::BTreeSet;

use anju_app::batch::stream_response;
use anju_app::publishing::{PublishError, Publisher};
use anju_domain::ids::HouseholdId;
use anju_store::StoreError;
use anju_store::duplicates::{DuplicateQueue, changed_id_numbers};
use anju_store::repair::{Repair, RepairQueue};
use anju_store::stream::{has_page, household_id, sequence_number};
use aws_lambda_events::dynamodb::{Event, EventRecord};
use aws_lambda_events::streams::DynamoDbEventResponse;
use futures_util::stream::{self, StreamExt};
use tracing::error;

/// Pages under way at a time: most of a page's time is waiting for stores.
const AT_ONCE: usize = 8;

pub struct Context {
    pub publisher: Publisher,
    pub repairs: RepairQueue,
    pub duplicates: DuplicateQueue,
}

/// Publishes each household of a batch once. One whose page can't be made goes to the repair queue;
/// while a store doesn't answer, the stream delivers again. Then queues those whose ID numbers changed:
/// they are to be compared with everybody's. Only those that aren't delivered again: an outage of one
/// store would fill the queue with the same households at each attempt.
pub async fn handle(context: &Context, event: Event) -> DynamoDbEventResponse {
    let done = publish_all(context, &event.records).await;
    if let Err(cause) = compare(context, &event.records[..done]).await {
        error!(%cause, "changed ID numbers could not be queued");
        return stream_response(event.records.first().and_then(sequence_number));
    }
    stream_response(event.records.get(done).and_then(sequence_number))
}

/// Publishes each household once, several at a time, until one fails; gives how many records are done with.
async fn publish_all(context: &Context, records: &[EventRecord]) -> usize {
    let mut seen = BTreeSet::new();
    let first_records = (records.iter().enumerate())
        .filter(|(_, record)| has_page(record))
        .filter_map(|(place, record)| Some((place, household_id(record)?)))
        .filter(|(_, household)| seen.insert(household.clone()));
    let mut publishing = stream::iter(first_records)
        .map(async |(place, household)| (place, publish(context, &household).await))
        .buffered(AT_ONCE);
    while let Some((place, outcome)) = publishing.next().await {
        if let Err(cause) = outcome {
            error!(%cause, "a page could not be published");
            return place;
        }
    }
    records.len()
}

/// Queues the households whose ID numbers changed, those that can't be read too: nothing is lost silently.
async fn compare(context: &Context, records: &[EventRecord]) -> Result<(), StoreError> {
    let changed = records.iter().filter(|record| changed_id_numbers(record).unwrap_or(true));
    context.duplicates.send(&changed.filter_map(household_id).collect()).await
}

async fn publish(context: &Context, household: &HouseholdId) -> Result<(), PublishError> {
    match context.publisher.publish(household).await {
        Err(
            cause @ (PublishError::Render(_)
            | PublishError::Store(StoreError::Corrupt { .. } | StoreError::Conflict)),
        ) => {
            error!(%cause, "a page could not be made");
            Ok(context.repairs.send(&Repair::page_of(household)).await?)
        }
        outcome => outcome,
    }
}
