use std::collections::BTreeSet;

use anju_app::batch::queue_response;
use anju_app::publishing::Publisher;
use anju_app::repairs::{RepairError, repair};
use anju_counters::Counters;
use anju_store::CounterTable;
use anju_store::counters::Jitter;
use anju_store::duplicates::DuplicateQueue;
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use tracing::{error, info};

pub struct Context {
    pub counters: Counters<CounterTable, Jitter>,
    pub publisher: Publisher,
    pub duplicates: DuplicateQueue,
}

/// Carries out each repair of a batch once. Those that fail are delivered again.
pub async fn handle(context: &Context, event: SqsEvent) -> SqsBatchResponse {
    let mut failed = Vec::new();
    let mut done = BTreeSet::new();
    for message in event.records {
        let body = message.body.unwrap_or_default();
        if done.contains(&body) {
            continue;
        }
        match repair_one(context, &body).await {
            Ok(()) => {
                info!(repair = body, "repaired");
                done.insert(body);
            }
            Err(cause) => {
                error!(repair = body, %cause, "a repair failed");
                failed.extend(message.message_id);
            }
        }
    }
    queue_response(failed)
}

async fn repair_one(context: &Context, body: &str) -> Result<(), RepairError> {
    let Context { counters, publisher, duplicates } = context;
    repair(counters, publisher, duplicates, &serde_json::from_str(body)?).await
}
