//! What to do about what failed, and the repair itself.

use std::collections::BTreeSet;

use anju_counters::Counters;
use anju_counters::failure::UpdateFailed;
use anju_counters::ports::Unavailable;
use anju_counters::recount::Mode;
use anju_store::counters::Jitter;
use anju_store::duplicates::DuplicateQueue;
use anju_store::repair::Repair;
use anju_store::{CounterTable, StoreError};

use crate::publishing::{PublishError, Publisher};

/// What helps against a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// The store will answer again.
    DeliverAgain,
    /// The same records would fail again: the village is recounted.
    Repair,
}

/// What helps against this failure.
pub fn remedy(failure: &UpdateFailed) -> Remedy {
    match failure {
        UpdateFailed::Unavailable(Unavailable(cause)) => match cause.downcast_ref() {
            Some(StoreError::Corrupt { .. }) => Remedy::Repair,
            _ => Remedy::DeliverAgain,
        },
        UpdateFailed::Contended | UpdateFailed::EpochIsOver { .. } | UpdateFailed::InvalidSummary(_) => {
            Remedy::Repair
        }
    }
}

/// Why a repair failed.
#[derive(Debug, thiserror::Error)]
pub enum RepairError {
    /// The message is no repair.
    #[error("not a repair: {0}")]
    Message(#[from] serde_json::Error),
    /// The counts could not be read.
    #[error(transparent)]
    Counts(#[from] Unavailable),
    /// The counts were not repaired to the end.
    #[error("the recount did not get to its end: {0}")]
    Incomplete(String),
    /// The page could not be published.
    #[error(transparent)]
    Page(#[from] PublishError),
    /// The household could not be queued for a look at its ID numbers.
    #[error(transparent)]
    Duplicates(#[from] StoreError),
}

/// Recounts the village. Of a household that is in doubt, publishes the page and has the ID numbers
/// compared.
pub async fn repair(
    counters: &Counters<CounterTable, Jitter>,
    publisher: &Publisher,
    duplicates: &DuplicateQueue,
    repair: &Repair,
) -> Result<(), RepairError> {
    let villages = BTreeSet::from([repair.village.clone()]);
    let recounted = counters.recount(&publisher.registry, &villages, Mode::Repair).await?;
    if !recounted.is_complete() {
        let of_villages = recounted.failed.iter().map(|failed| failed.cause.to_string());
        let of_regions = recounted.climbed.failed.iter().map(|failed| failed.cause.to_string());
        return Err(RepairError::Incomplete(of_villages.chain(of_regions).collect::<Vec<_>>().join("; ")));
    }
    if let Some(household) = &repair.household {
        publisher.publish(household).await?;
        duplicates.send(&BTreeSet::from([household.clone()])).await?;
    }
    Ok(())
}
