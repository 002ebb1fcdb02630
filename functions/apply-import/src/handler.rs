use anju_app::batch::queue_response;
use anju_http::auth::initial::InitialPasswords;
use anju_store::import_queue::{PieceQueue, ToApply};
use anju_store::transfer_files::TransferFiles;
use anju_store::{Control, Registry};
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use tracing::{error, warn};

use crate::pace::Pace;
use crate::piece;

pub struct Context {
    pub registry: Registry,
    pub control: Control,
    pub files: TransferFiles,
    pub pieces: PieceQueue,
    pub passwords: InitialPasswords,
    pub pace: Pace,
}

/// Applies the pieces of a batch. Those that fail are delivered again.
pub async fn handle(context: &Context, event: SqsEvent) -> SqsBatchResponse {
    let mut failed = Vec::new();
    for message in event.records {
        let Ok(ToApply { import, piece }) = serde_json::from_str(&message.body.unwrap_or_default()) else {
            warn!("a message that names no piece");
            continue;
        };
        if let Err(cause) = piece::apply(context, &import, piece).await {
            error!(%import, piece, %cause, "a piece could not be applied");
            failed.extend(message.message_id);
        }
    }
    queue_response(failed)
}
