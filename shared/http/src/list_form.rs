//! What lists are asked for that know few filters.

use anju_domain::export::ExportId;
use anju_domain::region::RegionCode;
use anju_domain::region_alert::AnyAlertKind;
use anju_domain::violation::{Violation, ViolationCode};
use anju_store::entries::Place;
use lambda_http::Request;

use crate::error::ApiError;
use crate::form::{self, Fields};
use crate::page::{cursor, limit};

/// Which accounts are asked for.
pub struct AccountQuery {
    /// Those below this region; below the caller's own where none is named.
    pub region: Option<RegionCode>,
    /// Behind this account.
    pub after: Option<RegionCode>,
    /// Rows of a page.
    pub limit: usize,
}

/// Which alerts are asked for.
pub struct AlertQuery {
    /// Those within this region; within the caller's own where none is named.
    pub region: Option<RegionCode>,
    /// Of this kind.
    pub kind: Option<AnyAlertKind>,
    /// Behind this one.
    pub after: Option<Place>,
    /// Rows of a page.
    pub limit: usize,
}

/// Which exports are asked for.
pub struct ExportQuery {
    /// Behind this one.
    pub after: Option<ExportId>,
    /// Rows of a page.
    pub limit: usize,
}

/// Reads which of one's own exports are asked for.
pub fn exports(fields: &mut Fields) -> Option<ExportQuery> {
    Some(ExportQuery { after: cursor(fields), limit: limit(fields) })
}

/// Reads which accounts are asked for.
pub fn accounts(fields: &mut Fields) -> Option<AccountQuery> {
    Some(AccountQuery { region: region(fields), after: cursor(fields), limit: limit(fields) })
}

/// Reads which alerts are asked for.
pub fn alerts(fields: &mut Fields) -> Option<AlertQuery> {
    let (region, kind) = (region(fields), fields.choice("kind"));
    Some(AlertQuery { region, kind, after: cursor(fields), limit: limit(fields) })
}

/// Reads the region that a list is asked of.
pub fn region(fields: &mut Fields) -> Option<RegionCode> {
    fields.parsed("region", ViolationCode::RegionUnknown)
}

/// Reads the parameters of a list. A code that is none names no region, and unknown regions are not
/// found.
pub fn read_address<T>(
    request: &Request,
    read: impl FnOnce(&mut Fields) -> Option<T>,
) -> Result<T, ApiError> {
    form::read_address(request, read).map_err(unknown_region)
}

/// A list's answer where its form is wrong.
pub(crate) fn unknown_region(error: ApiError) -> ApiError {
    match error {
        ApiError::Invalid(broken) => known_region(&broken).err().unwrap_or(ApiError::Invalid(broken)),
        other => other,
    }
}

/// Whether no code that was sent is wrong by itself: such regions are not found, whatever else is wrong.
pub fn known_region(broken: &[Violation]) -> Result<(), ApiError> {
    let unknown = broken.iter().any(|one| one.code == ViolationCode::RegionUnknown);
    if unknown { Err(ApiError::NotFound) } else { Ok(()) }
}
