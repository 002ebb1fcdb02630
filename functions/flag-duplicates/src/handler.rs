use std::collections::BTreeSet;

use anju_app::batch::queue_response;
use anju_store::duplicates::Comparison;
use anju_store::{Registry, StoreError};
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use tracing::error;

use crate::sharing;

pub struct Context {
    pub registry: Registry,
}

/// Why a household could not be compared.
#[derive(Debug, thiserror::Error)]
enum CompareError {
    /// The message names no household.
    #[error("not a comparison: {0}")]
    Message(#[from] serde_json::Error),
    /// A table doesn't answer, or others were faster at each attempt.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Compares each household of a batch once. Those that fail are delivered again.
pub async fn handle(context: &Context, event: SqsEvent) -> SqsBatchResponse {
    let mut failed = Vec::new();
    let mut done = BTreeSet::new();
    for message in event.records {
        let body = message.body.unwrap_or_default();
        if done.contains(&body) {
            continue;
        }
        match compare(context, &body).await {
            Ok(()) => drop(done.insert(body)),
            Err(cause) => {
                error!(comparison = body, %cause, "a household could not be compared");
                failed.extend(message.message_id);
            }
        }
    }
    queue_response(failed)
}

async fn compare(context: &Context, body: &str) -> Result<(), CompareError> {
    let Comparison { household } = serde_json::from_str(body)?;
    Ok(sharing::settle_all(&context.registry, &household).await?)
}
