//! Why an item could not be brought up to date.

use anju_domain::summary::InvalidSummary;

use crate::ports::Unavailable;

/// Attempts at one item before giving up, for now: more than can meet at the busiest item, the
/// nation's, when they pause in between.
pub(crate) const ATTEMPTS: u32 = 12;

/// Why an item could not be brought up to date. Trying again later is right for all of these; what
/// has been written stays right in any case.
#[derive(Debug, thiserror::Error)]
pub enum UpdateFailed {
    /// Others wrote the item at each attempt.
    #[error("others wrote the item at each of {ATTEMPTS} attempts")]
    Contended,
    /// A store failed.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// The bucket was written by somebody of a later epoch, over whom nothing of ours can win: this
    /// worker was deployed before the epoch was raised, or with too low a number.
    #[error("this worker lives in epoch {own}, the bucket already in epoch {bucket}")]
    EpochIsOver {
        /// The worker's.
        own: u32,
        /// The bucket's.
        bucket: u32,
    },
    /// A bucket holds bytes that are no summary; a recount replaces them.
    #[error(transparent)]
    InvalidSummary(#[from] InvalidSummary),
}
