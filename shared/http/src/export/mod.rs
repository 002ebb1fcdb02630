//! Exports: what may be asked for, and what stands on the files.

pub mod form;
pub mod order;
pub mod stamp;

use anju_domain::export::Export;
use anju_store::attempts::Limit;
use anju_store::exports::KEPT_SECONDS;
use jiff::{SignedDuration, Timestamp};

/// How many exports an account may ask for: enough for a day's reports, too few to carry the register away unseen.
pub const LIMIT: Limit = Limit { attempts: 30, seconds: 3600 };

/// Until when an export and its file can be asked for.
pub fn kept_until(export: &Export) -> Timestamp {
    export.requested_at + SignedDuration::from_secs(KEPT_SECONDS)
}
