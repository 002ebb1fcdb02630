use anju_app::batch::stream_response;
use anju_app::repairs::{Remedy, remedy};
use anju_counters::Counters;
use anju_counters::tally::Observed;
use anju_store::CounterTable;
use anju_store::counters::Jitter;
use anju_store::repair::{Repair, RepairQueue};
use anju_store::stream::{household_id, household_write, sequence_number};
use aws_lambda_events::dynamodb::{Event, EventRecord};
use aws_lambda_events::streams::DynamoDbEventResponse;
use tracing::{error, info};

pub struct Context {
    pub counters: Counters<CounterTable, Jitter>,
    pub repairs: RepairQueue,
}

/// Counts a batch. What can't be counted here goes to the repair queue; while a store doesn't answer,
/// the stream delivers again.
pub async fn handle(context: &Context, event: Event) -> DynamoDbEventResponse {
    let mut observed: Vec<Observed> = Vec::new();
    let mut places = Vec::new();
    let mut failed = Vec::new();
    for (place, record) in event.records.iter().enumerate() {
        match household_write(record) {
            Ok(write) => {
                observed.push(write);
                places.push(place);
            }
            Err(cause) => {
                error!(%cause, "a record can't be read");
                failed.extend(repair(context, record).await.err().map(|()| place));
            }
        }
    }
    let tallied = context.counters.tally(&observed).await;
    info!(records = event.records.len(), skipped = tallied.skipped, buckets = tallied.buckets, "tallied");
    for bucket in &tallied.failed {
        error!(bucket = %bucket.bucket, cause = %bucket.cause, "a bucket could not be brought up to date");
        let first = bucket.records.iter().map(|index| places[*index]).min();
        let repaired = match remedy(&bucket.cause) {
            Remedy::DeliverAgain => Err(()),
            Remedy::Repair => queue(context, &Repair::counts_of(bucket.bucket.village())).await,
        };
        failed.extend(first.filter(|_| repaired.is_err()));
    }
    stream_response(failed.into_iter().min().and_then(|place| sequence_number(&event.records[place])))
}

async fn repair(context: &Context, record: &EventRecord) -> Result<(), ()> {
    match household_id(record) {
        Some(household) => queue(context, &Repair::page_of(&household)).await,
        // Not even a household's key: nothing of ours.
        None => Ok(()),
    }
}

async fn queue(context: &Context, repair: &Repair) -> Result<(), ()> {
    context.repairs.send(repair).await.map_err(|cause| error!(%cause, "a repair could not be queued"))
}
