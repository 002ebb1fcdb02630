//! Which accounts to issue.

use anju_domain::region::RegionCode;
use anju_domain::violation::ViolationCode;

use crate::auth::initial::Initial;
use crate::form::Fields;

/// Accounts that one call issues: each costs a password hash.
const MAX_REGIONS: usize = 100;

/// One region, several, or all below one.
#[derive(Debug)]
pub struct IssueForm {
    /// The regions named.
    pub regions: Vec<RegionCode>,
    /// All regions directly below this one.
    pub children_of: Option<RegionCode>,
    /// The kind of password.
    pub initial: Initial,
    single: bool,
}

impl IssueForm {
    /// Whether `region` was named, and not `regions`.
    pub fn is_single(&self) -> bool {
        self.single
    }

    /// JSON pointer to the region named at this place.
    pub fn pointer(&self, index: usize) -> String {
        if self.single { "/region".to_owned() } else { format!("/regions/{index}") }
    }
}

/// Reads the form: exactly one of `region`, `regions` and `children_of`.
pub fn accounts(fields: &mut Fields) -> Option<IssueForm> {
    let initial = fields.choice("initial_password").unwrap_or_default();
    let region: Option<RegionCode> = fields.parsed("region", ViolationCode::RegionUnknown);
    let regions: Vec<RegionCode> = fields.list("regions", MAX_REGIONS, ViolationCode::RegionUnknown);
    let children_of = fields.parsed("children_of", ViolationCode::RegionUnknown);
    let single = region.is_some();
    let named =
        [single, !regions.is_empty(), children_of.is_some()].into_iter().filter(|named| *named).count();
    match named {
        0 if !fields.is_rejected_below("regions") => fields.reject("region", ViolationCode::Required),
        0 | 1 => {}
        _ => fields.reject("regions", ViolationCode::NotApplicable),
    }
    let regions = region.map_or(regions, |region| vec![region]);
    Some(IssueForm { regions, children_of, initial, single })
}

/// Reads the kind of password alone; random unless asked.
pub fn initial(fields: &mut Fields) -> Option<Initial> {
    Some(fields.choice("initial_password").unwrap_or_default())
}
