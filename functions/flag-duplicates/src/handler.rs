use std::collections::BTreeSet;

use anju_app::batch::queue_response;
use anju_store::Registry;
use anju_store::duplicates::Comparison;
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use tracing::error;

use crate::sharing;

pub struct Context {
    pub registry: Registry,
}

/// Compares each household of a batch once. Those that fail are delivered again.
pub async fn handle(context: &Context, event: SqsEvent) -> SqsBatchResponse {
    let mut failed = Vec::new();
    let mut done = BTreeSet::new();
    for message in event.records {
        let body = message.body.unwrap_or_default();
        let Ok(Comparison { household }) = serde_json::from_str(&body) else {
            error!("a message names no household to compare");
            failed.extend(message.message_id);
            continue;
        };
        if done.contains(&household) {
            continue;
        }
        match sharing::settle_all(&context.registry, &household).await {
            Ok(()) => drop(done.insert(household)),
            Err(cause) => {
                error!(%household, %cause, "a household could not be compared");
                failed.extend(message.message_id);
            }
        }
    }
    queue_response(failed)
}
