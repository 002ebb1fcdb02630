//! Data alerts as clients see them.

use anju_domain::ids::{AlertId, HouseholdId};
use anju_domain::summary::AlertKind;
use anju_store::Registry;
use anju_store::household::AlertEntry;
use jiff::Timestamp;
use serde::Serialize;

use crate::error::ApiError;
use crate::regions::RegionNames;
use crate::view::region::VillageView;

/// A row of the list.
#[derive(Debug, Serialize)]
pub struct AlertView {
    id: AlertId,
    kind: AlertKind,
    household: HouseholdId,
    region: VillageView,
    raised_at: Timestamp,
}

impl AlertView {
    /// The entries with the names of their regions.
    pub async fn list(registry: &Registry, entries: &[AlertEntry]) -> Result<Vec<Self>, ApiError> {
        let villages = entries.iter().map(|entry| entry.household.village().region());
        let names = RegionNames::read(registry, villages).await?;
        let view = |entry: &AlertEntry| {
            let (household, kind, revision) = (entry.household.clone(), entry.kind, entry.revision);
            AlertView {
                id: AlertId { household: household.clone(), kind, revision },
                kind,
                region: names.view(household.village().region()),
                household,
                raised_at: entry.raised_at,
            }
        };
        Ok(entries.iter().map(view).collect())
    }
}
