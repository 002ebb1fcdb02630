//! One photo: from the upload to the pictures and the record.

use anju_app::photo_facts;
use anju_counters::ports::Pause;
use anju_domain::change::{Actor, ChangeKind, Hash};
use anju_domain::household::Household;
use anju_domain::ids::PhotoId;
use anju_domain::photo::{Photo, PhotoState, Purpose};
use anju_domain::survey::Survey;
use anju_domain::text::{InvalidText, Note};
use anju_photo::{Limits, Processed, Rejection};
use anju_reuse::Untold;
use anju_store::StoreError;
use anju_store::counters::Jitter;
use anju_store::household::Transition;
use jiff::Timestamp;
use tracing::{info, warn};

use crate::findings;
use crate::handler::Context;

/// Attempts while the household is changed by others.
const ATTEMPTS: u32 = 10;

/// Why an upload could not be processed, this time.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    /// A store failed, or the household was changed by others at each attempt.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The household of a photo that shows the same could not be told.
    #[error(transparent)]
    Untold(#[from] Untold<StoreError>),
    /// The household of the photo is gone, which never happens.
    #[error("the household of the photo is not in the register")]
    NoHousehold,
    /// A reason doesn't fit where people read it.
    #[error(transparent)]
    Reason(#[from] InvalidText),
}

/// Processes an upload, once: a photo that is ready or rejected stays so.
pub async fn photo(context: &Context, id: &PhotoId) -> Result<(), ProcessError> {
    let Some(photo) = context.registry.photo(id).await? else {
        warn!(photo = %id, "an upload that nobody announced");
        return Ok(());
    };
    if photo.state != PhotoState::AwaitingUpload {
        return Ok(());
    }
    let limits = Limits::default();
    let Some(upload) = context.incoming.file(id, limits.max_bytes as u64).await? else {
        warn!(photo = %id, "an upload that is not there any more");
        return Ok(());
    };
    let arrived_at = Timestamp::from_second(upload.arrived_at).unwrap_or(photo.requested_at);
    let processed = match &upload.bytes {
        Some(bytes) => {
            let style = context.mark.style_in(id.household().village(), &context.registry).await?;
            anju_photo::process_in_style(bytes, &photo_facts::claim(&photo, arrived_at), &limits, &style)
        }
        None => Err(Rejection::TooManyBytes),
    };
    match processed {
        Ok(processed) => ready(context, photo, upload.bytes.unwrap_or_default(), processed).await,
        Err(rejection) => rejected(context, photo, rejection).await,
    }
}

async fn ready(
    context: &Context,
    photo: Photo,
    original: Vec<u8>,
    processed: Processed,
) -> Result<(), ProcessError> {
    let state = PhotoState::Ready(Box::new(photo_facts::ready(&processed)));
    let (sha256, likeness) = (Hash::from_bytes(processed.sha256), photo_facts::likeness(&processed));
    context.files.put_original(&photo.id, processed.content_type.as_str(), original).await?;
    context.files.put_pictures(&photo.id, processed.marked, processed.thumbnail).await?;
    let photo = Photo { state, ..photo };
    let findings = findings::of(context, &photo, sha256, likeness).await?;
    info!(photo = %photo.id, reused = findings.reused.len(), far = findings.far, "ready");
    record(context, &photo, ChangeKind::PhotoReady, |household, _, now| {
        household.photo_ready(&photo, findings.clone(), now)
    })
    .await
}

async fn rejected(context: &Context, photo: Photo, rejection: Rejection) -> Result<(), ProcessError> {
    let reason: Note = photo_facts::reason(rejection).parse()?;
    let photo = Photo { state: PhotoState::Rejected { reason: rejection.code().to_owned() }, ..photo };
    warn!(photo = %photo.id, reason = rejection.code(), "rejected");
    record(context, &photo, ChangeKind::PhotoRejected, |household, surveys, now| match photo.purpose {
        Purpose::Verification => household.photo_rejected(&photo.id, reason.clone(), now),
        Purpose::Survey => Survey::photo_rejected(household, surveys, &photo.id, now),
    })
    .await
}

/// Records what became of the photo, in one transaction with its household.
async fn record(
    context: &Context,
    photo: &Photo,
    kind: ChangeKind,
    change: impl Fn(&Household, &[Survey], Timestamp) -> Household,
) -> Result<(), ProcessError> {
    for attempt in 1..=ATTEMPTS {
        let id = photo.id.household();
        let before = context.registry.household(id).await?.ok_or(ProcessError::NoHousehold)?;
        // Somebody else may process the same upload. The photo is read after the household: whoever
        // records it in between moves the household's revision, and our commit is refused.
        let held = context.registry.photo(&photo.id).await?;
        if held.is_none_or(|held| held.state != PhotoState::AwaitingUpload) {
            return Ok(());
        }
        // Read after the household, too: a survey that comes to refer to the photo moves the revision.
        let surveys = match (photo.purpose, &photo.state) {
            (Purpose::Survey, PhotoState::Rejected { .. }) => context.registry.surveys_of(id).await?,
            _ => Vec::new(),
        };
        let transition = Transition {
            before: Some(&before),
            after: change(&before, &surveys, Timestamp::now()),
            kind,
            by: Actor::System,
            recorded: serde_json::json!({"photo_id": photo.id, "photo": photo.state}),
            photo: Some(photo),
            with: Vec::new(),
        };
        match context.registry.commit(transition).await {
            Ok(_) => return Ok(()),
            Err(StoreError::Conflict) => Jitter.after(attempt).await,
            Err(error) => return Err(error.into()),
        }
    }
    Err(StoreError::Conflict.into())
}
