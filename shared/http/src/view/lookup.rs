//! What a scan finds.

use anju_domain::ids::HouseholdId;
use schemars::JsonSchema;
use serde::Serialize;

use crate::view::region::VillageView;

/// The household behind a token.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "FoundHousehold")]
pub struct FoundView {
    /// Its id.
    pub id: HouseholdId,
    /// Its village.
    pub region: VillageView,
}
