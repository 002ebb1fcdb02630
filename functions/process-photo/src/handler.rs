use anju_domain::ids::PhotoId;
use anju_store::keys::objects::INCOMING_PREFIX;
use anju_store::photo_files::{IncomingFiles, PhotoFiles};
use anju_store::{Control, Registry};
use aws_lambda_events::s3::{S3Event, S3EventRecord};
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use tracing::{error, warn};

use anju_app::batch::queue_response;
use anju_app::mark::MarkPlan;

use crate::process::{self, ProcessError};

pub struct Context {
    pub registry: Registry,
    pub control: Control,
    pub incoming: IncomingFiles,
    pub files: PhotoFiles,
    pub mark: MarkPlan,
}

/// Processes each upload of a batch. Those that fail are delivered again, and end in the dead-letter
/// queue.
pub async fn handle(context: &Context, event: SqsEvent) -> SqsBatchResponse {
    let mut failed = Vec::new();
    for message in event.records {
        if let Err(cause) = uploads(context, &message.body.unwrap_or_default()).await {
            error!(%cause, "an upload could not be processed");
            failed.extend(message.message_id);
        }
    }
    queue_response(failed)
}

/// All uploads that one message reports. A message that reports none (S3 sends one as a test when the
/// notification is set up) is done.
async fn uploads(context: &Context, body: &str) -> Result<(), ProcessError> {
    let Ok(event) = serde_json::from_str::<S3Event>(body) else {
        warn!("a message that is no S3 event");
        return Ok(());
    };
    for record in &event.records {
        match photo_id(record) {
            Some(id) => process::photo(context, &id).await?,
            None => warn!("an object that is no photo of ours"),
        }
    }
    Ok(())
}

/// The photo whose upload a record reports. Ids hold nothing that S3 would encode.
fn photo_id(record: &S3EventRecord) -> Option<PhotoId> {
    record.s3.object.key.as_deref()?.strip_prefix(INCOMING_PREFIX)?.parse().ok()
}
