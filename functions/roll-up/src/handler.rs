use anju_app::batch::stream_response;
use anju_app::repairs::{Remedy, remedy};
use anju_counters::Counters;
use anju_domain::region::VillageCode;
use anju_store::CounterTable;
use anju_store::counters::Jitter;
use anju_store::repair::{Repair, RepairQueue};
use anju_store::stream::{bucket_of, bucket_write, sequence_number};
use aws_lambda_events::dynamodb::Event;
use aws_lambda_events::streams::DynamoDbEventResponse;
use tracing::{error, info};

pub struct Context {
    pub counters: Counters<CounterTable, Jitter>,
    pub repairs: RepairQueue,
}

/// Climbs with a batch. What can't be brought up here goes to the repair queue; while a store doesn't
/// answer, the stream delivers again.
pub async fn handle(context: &Context, event: Event) -> DynamoDbEventResponse {
    let mut buckets = Vec::new();
    let mut unreadable = Vec::new();
    let mut villages: Vec<Option<VillageCode>> = Vec::new();
    for record in &event.records {
        villages.push(bucket_of(record).map(|id| id.village().clone()));
        match bucket_write(record) {
            Ok(write) => buckets.push(write),
            Err(cause) => {
                error!(%cause, "a bucket can't be read");
                unreadable.extend(villages.last().cloned().flatten());
            }
        }
    }
    let rolled = context.counters.roll_up(buckets).await;
    info!(records = event.records.len(), regions = rolled.regions, "rolled up");
    for failed in &rolled.failed {
        error!(region = %failed.region, cause = %failed.cause, "a region could not be brought up to date");
    }
    let mut first_failed = None;
    for (place, village) in villages.iter().enumerate() {
        let Some(village) = village else { continue };
        let repaired = match rolled.failure_of(village).map(remedy) {
            None if !unreadable.contains(village) => Ok(()),
            Some(Remedy::DeliverAgain) => Err(()),
            None | Some(Remedy::Repair) => queue(context, &Repair::counts_of(village)).await,
        };
        if repaired.is_err() {
            first_failed = first_failed.or(Some(place));
        }
    }
    stream_response(first_failed.and_then(|place: usize| sequence_number(&event.records[place])))
}

async fn queue(context: &Context, repair: &Repair) -> Result<(), ()> {
    context.repairs.send(repair).await.map_err(|cause| error!(%cause, "a repair could not be queued"))
}
