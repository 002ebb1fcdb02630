use std::collections::BTreeSet;

use anju_app::batch::stream_response;
use anju_app::publishing::{PublishError, Publisher};
use anju_domain::ids::HouseholdId;
use anju_store::StoreError;
use anju_store::repair::{Repair, RepairQueue};
use anju_store::stream::{has_page, household_id, sequence_number};
use aws_lambda_events::dynamodb::Event;
use aws_lambda_events::streams::DynamoDbEventResponse;
use tracing::error;

pub struct Context {
    pub publisher: Publisher,
    pub repairs: RepairQueue,
}

/// Publishes each household of a batch once. One whose page can't be made goes to the repair queue;
/// while a store doesn't answer, the stream delivers again.
pub async fn handle(context: &Context, event: Event) -> DynamoDbEventResponse {
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
