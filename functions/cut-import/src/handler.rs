use anju_app::batch::queue_response;
use anju_domain::import::{Import, ImportId, ImportKind, ImportState};
use anju_import::cut::interleaved;
use anju_store::import_queue::{ImportQueue, PieceQueue, ToCut};
use anju_store::transfer_files::{TransferFiles, import_of_upload};
use anju_store::{Control, StoreError};
use aws_lambda_events::s3::S3Event;
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use jiff::Timestamp;
use tracing::{error, info, warn};

use crate::cutting::{self, CuttingError, Outcome};

/// Pieces that one call cuts: 50,000 households, which takes some seconds.
const PIECES_AT_ONCE: u32 = 500;

pub struct Context {
    pub control: Control,
    pub files: TransferFiles,
    pub imports: ImportQueue,
    pub pieces: PieceQueue,
}

/// Cuts the files of a batch. Those that fail are delivered again.
pub async fn handle(context: &Context, event: SqsEvent) -> SqsBatchResponse {
    let mut failed = Vec::new();
    for message in event.records {
        for import in imports_of(&message.body.unwrap_or_default()) {
            if let Err(cause) = advance(context, &import).await {
                error!(%import, %cause, "a file could not be cut");
                failed.extend(message.message_id.clone());
            }
        }
    }
    queue_response(failed)
}

/// The imports that a message is about: one that is to be cut on, or those whose files have arrived.
fn imports_of(body: &str) -> Vec<ImportId> {
    if let Ok(ToCut { import }) = serde_json::from_str(body) {
        return vec![import];
    }
    let Ok(event) = serde_json::from_str::<S3Event>(body) else {
        // S3 sends one as a test when the notification is set up.
        warn!("a message that names no file");
        return Vec::new();
    };
    let keys = event.records.iter().filter_map(|record| record.s3.object.key.as_deref());
    keys.filter_map(import_of_upload).collect()
}

/// Does what comes next for an import. Whatever it does may be done twice.
async fn advance(context: &Context, id: &ImportId) -> Result<(), CuttingError> {
    let Some(import) = context.control.import(id).await? else {
        warn!(import = %id, "a file that nobody announced");
        return Ok(());
    };
    match import.state {
        ImportState::AwaitingUpload => {
            unless_done_already(context.control.start_checking(id).await)?;
            cut_on(context, &import).await
        }
        ImportState::Checking => cut_on(context, &import).await,
        ImportState::Applying if !import.queued => queue_pieces(context, &import).await,
        ImportState::Applying | ImportState::Done | ImportState::Failed => Ok(()),
    }
}

async fn cut_on(context: &Context, import: &Import) -> Result<(), CuttingError> {
    match cutting::cut(context, import, PIECES_AT_ONCE).await? {
        Outcome::Paused { rows, pieces } => {
            unless_done_already(context.control.note_cut(&import.id, import.pieces, rows, pieces).await)?;
            Ok(context.imports.cut_on(import.id).await?)
        }
        Outcome::Finished { rows, pieces, scattered } => {
            info!(import = %import.id, rows, pieces, "a file is cut");
            let Import { id, pieces: held, .. } = import;
            let applying = context.control.start_applying(id, *held, rows, pieces, scattered).await;
            unless_done_already(applying)?;
            queue_pieces(context, &Import { pieces, ..import.clone() }).await
        }
        Outcome::Refused(failure) => {
            info!(import = %import.id, problem = ?failure.problem, "a file can't be imported");
            let failed =
                context.control.fail_import(&import.id, ImportState::Checking, &failure, Timestamp::now());
            unless_done_already(failed.await)
        }
    }
}

/// Regions are applied one piece after the other, as each one needs those above it; the others all at once.
async fn queue_pieces(context: &Context, import: &Import) -> Result<(), CuttingError> {
    match import.kind {
        ImportKind::Regions => context.pieces.send(import.id, 0..import.pieces.min(1)).await?,
        ImportKind::Register | ImportKind::Accounts => {
            context.pieces.send(import.id, interleaved(import.pieces)).await?;
        }
    }
    unless_done_already(context.control.mark_queued(&import.id).await)
}

/// Another delivery of the same message was faster: it goes on from there.
fn unless_done_already(step: Result<(), StoreError>) -> Result<(), CuttingError> {
    match step {
        Ok(()) | Err(StoreError::Conflict) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
