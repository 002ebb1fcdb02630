//! Data alerts as clients see them.

use anju_domain::ids::{AlertId, HouseholdId};
use anju_domain::summary::AlertKind;
use anju_domain::time::DateTime;
use anju_store::Registry;
use anju_store::household::AlertEntry;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::error::ApiError;
use crate::view::region::VillageView;

/// A row of the list.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AlertView {
    id: AlertId,
    kind: AlertKind,
    household: HouseholdId,
    region: VillageView,
    #[schemars(with = "DateTime")]
    raised_at: Timestamp,
}

impl AlertView {
    /// The entries with the names of their regions.
    pub async fn list(registry: &Registry, entries: &[AlertEntry]) -> Result<Vec<Self>, ApiError> {
        let villages = entries.iter().map(|entry| entry.household.village().region());
        let paths =
            villages.flat_map(|village| village.ancestors().into_iter().skip(1).chain([village.clone()]));
        let names = registry.regions(paths).await?;
        let view = |entry: &AlertEntry| {
            let village = entry.household.village().region();
            let path = names.values().filter(|region| region.code.contains(village)).cloned().collect();
            let (household, kind, revision) = (entry.household.clone(), entry.kind, entry.revision);
            AlertView {
                id: AlertId { household: household.clone(), kind, revision },
                kind,
                household,
                region: VillageView::new(village, path),
                raised_at: entry.raised_at,
            }
        };
        Ok(entries.iter().map(view).collect())
    }
}
