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
use tracing::error;

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

/// Publishes until it fails; gives how many records are done with.
async fn publish_all(context: &Context, records: &[EventRecord]) -> usize {
    let mut published = BTreeSet::new();
    for (place, record) in records.iter().enumerate().filter(|(_, record)| has_page(record)) {
        let Some(household) = household_id(record) else { continue };
        if published.contains(&household) {
            continue;
        }
        if let Err(cause) = publish(context, &household).await {
            error!(%cause, "a page could not be published");
            return place;
        }
        published.insert(household);
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
