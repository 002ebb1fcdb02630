//! What is found out about a photo beside its own facts: who else used it, and how far from its village it was
//! taken.

use anju_domain::change::Hash;
use anju_domain::evidence::Findings;
use anju_domain::likeness::Likeness;
use anju_domain::photo::Photo;
use anju_reuse::{Arrival, others_like, tell_others};
use anju_store::StoreError;
use anju_store::counters::Jitter;
use jiff::Timestamp;
use tracing::warn;

use crate::handler::Context;
use crate::process::ProcessError;

/// Compares a photo with all others and with its village, and tells the households whose photos show the same.
/// Doing it again changes nothing more.
pub async fn of(
    context: &Context,
    photo: &Photo,
    sha256: Hash,
    likeness: Likeness,
) -> Result<Findings, ProcessError> {
    let arrival = Arrival { photo: &photo.id, sha256, likeness };
    let reused = others_like(&context.control, &arrival).await?;
    if !reused.is_empty() {
        warn!(photo = %photo.id, others = reused.len(), "shows the same as photos of other households");
        tell_others(&context.registry, &Jitter, &photo.id, &reused, Timestamp::now()).await?;
    }
    Ok(Findings { reused, far: is_far(context, photo).await? })
}

/// Whether it was taken too far from where its house should be. What tells where the house stands is noted first.
async fn is_far(context: &Context, photo: &Photo) -> Result<bool, StoreError> {
    if photo.taken_in().is_none() {
        return Ok(false);
    }
    let household = photo.id.household();
    let positions = match photo.house_location() {
        Some(location) => context.control.note_position(household, &location).await?,
        None => context.control.positions(household.village()).await?,
    };
    Ok(photo.is_far(positions.middle_beside(household.number())))
}
