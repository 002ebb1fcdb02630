use std::collections::BTreeSet;

use anju_app::batch::stream_response;
use anju_app::publishing::{PublishError, Publisher};
use anju_domain::ids::HouseholdId;
use anju_store::StoreError;
use anju_store::duplicates::{DuplicateQueue, changed_id_numbers};
use anju_store::repair::{Repair, RepairQueue};
use anju_store::stream::{has_page, household_id, sequence_number};
use aws_lambda_events::dynamodb::Event;
use aws_lambda_events::streams::DynamoDbEventResponse;
use tracing::error;

pub struct Context {
    pub publisher: Publisher,
    pub repairs: RepairQueue,
    pub duplicates: DuplicateQueue,
}

/// Publishes each household of a batch once. One whose page can't be made goes to the repair queue;
/// while a store doesn't answer, the stream delivers again. Before that, queues those whose ID numbers
/// changed: they are to be compared with everybody's.
pub async fn handle(context: &Context, event: Event) -> DynamoDbEventResponse {
    if let Err(cause) = compare(context, &event).await {
        error!(%cause, "changed ID numbers could not be queued");
        return stream_response(event.records.first().and_then(sequence_number));
    }
    let mut published = BTreeSet::new();
    for record in event.records.iter().filter(|record| has_page(record)) {
        let Some(household) = household_id(record) else { continue };
        if published.contains(&household) {
            continue;
        }
        if let Err(cause) = publish(context, &household).await {
            error!(%cause, "a page could not be published");
            return stream_response(sequence_number(record));
        }
        published.insert(household);
    }
    stream_response(None)
}

/// Queues the households whose ID numbers changed, those that can't be read too: nothing is lost silently.
async fn compare(context: &Context, event: &Event) -> Result<(), StoreError> {
    let changed = event.records.iter().filter(|record| changed_id_numbers(record).unwrap_or(true));
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
