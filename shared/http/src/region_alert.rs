//! Dismissing a region's alert.

use anju_domain::region_alert::{Dismissal, RegionAlertId};
use anju_domain::text::Note;
use anju_store::delays::{DelayChange, RegionAlert};
use anju_store::{Registry, StoreError};
use jiff::Timestamp;

use crate::auth::Caller;
use crate::error::ApiError;
use crate::write::{ATTEMPTS, Once, pause};

/// Dismisses a region's alert, and gives it as it is then. One that isn't raised any more doesn't exist.
pub async fn dismiss(
    registry: &Registry,
    caller: &Caller,
    once: &Once<'_>,
    id: &RegionAlertId,
    reason: Note,
) -> Result<RegionAlert, ApiError> {
    let below = id.region.parent().unwrap_or_else(|| id.region.clone());
    for attempt in 0..ATTEMPTS {
        // The alert first: see `edit`.
        let read = registry.delays_below([below.clone()]).await?;
        if once.answered().await?.is_some() {
            return find(registry, id).await;
        }
        let before = read.into_values().next().unwrap_or_default();
        let after = before.dismiss(id).ok_or(ApiError::NotFound)?;
        let at = Timestamp::now();
        let dismissal = Dismissal { by: caller.region().to_string(), at, reason: reason.clone() };
        let change = DelayChange {
            below: &below,
            before: &before,
            after: &after,
            at,
            dismissal: Some(&dismissal),
            with: once.remember(None, at)?,
        };
        match registry.change_delays(change).await {
            Ok(()) => return find(registry, id).await,
            Err(StoreError::Conflict) => pause(attempt).await,
            Err(error) => return Err(error.into()),
        }
    }
    Err(ApiError::Busy)
}

async fn find(registry: &Registry, id: &RegionAlertId) -> Result<RegionAlert, ApiError> {
    registry.region_alert(id).await?.ok_or(ApiError::NotFound)
}
