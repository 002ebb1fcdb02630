//! Data alerts as clients see them.

use anju_domain::ids::{AlertId, HouseholdId};
use anju_domain::region::RegionCode;
use anju_domain::region_alert::{AnyAlertId, AnyAlertKind, Dismissal, RegionAlertId, RegionAlertKind};
use anju_domain::time::{DateTime, china_date};
use anju_store::Registry;
use anju_store::alert_list::ListedAlert;
use anju_store::delays::RegionAlert;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::error::ApiError;
use crate::regions::RegionNames;
use crate::view::household::HouseholdView;
use crate::view::region::VillageView;

/// A row of the list: of a household, in its village, or of a region.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Alert")]
pub struct AlertView {
    id: AnyAlertId,
    kind: AnyAlertKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    household: Option<HouseholdId>,
    region: VillageView,
    #[schemars(with = "DateTime")]
    raised_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    dismissed: Option<Dismissal>,
}

/// What dismissing an alert answers.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Dismissed")]
pub enum DismissedView {
    /// The record of the household whose alert it was.
    Household(Box<HouseholdView>),
    /// The alert of a region.
    Region(Box<AlertView>),
}

impl AlertView {
    /// The entries with the names of their regions.
    pub async fn list(registry: &Registry, entries: &[ListedAlert]) -> Result<Vec<Self>, ApiError> {
        let names = RegionNames::read(registry, entries.iter().map(region_of)).await?;
        Ok(entries.iter().map(|entry| Self::of(entry, &names)).collect())
    }

    /// A region's alert, dismissed or not.
    pub async fn of_region(registry: &Registry, alert: RegionAlert) -> Result<Self, ApiError> {
        let names = RegionNames::read(registry, std::iter::once(&alert.region)).await?;
        let RegionAlert { region, kind, raised_at, dismissed, .. } = alert;
        Ok(AlertView { dismissed, ..Self::raised_in(&region, kind, raised_at, &names) })
    }

    fn of(entry: &ListedAlert, names: &RegionNames) -> Self {
        let entry = match entry {
            ListedAlert::OfHousehold(entry) => entry,
            ListedAlert::OfRegion(entry) => {
                return Self::raised_in(&entry.region, entry.kind, entry.raised_at, names);
            }
        };
        let (household, kind, revision) = (entry.household.clone(), entry.kind, entry.revision);
        AlertView {
            id: AnyAlertId::OfHousehold(AlertId { household: household.clone(), kind, revision }),
            kind: AnyAlertKind::OfHousehold(kind),
            region: names.view(household.village().region()),
            household: Some(household),
            raised_at: entry.raised_at,
            dismissed: None,
        }
    }

    fn raised_in(
        region: &RegionCode,
        kind: RegionAlertKind,
        raised_at: Timestamp,
        names: &RegionNames,
    ) -> Self {
        let id = RegionAlertId { region: region.clone(), kind, day: china_date(raised_at) };
        AlertView {
            id: AnyAlertId::OfRegion(id),
            kind: AnyAlertKind::OfRegion(kind),
            household: None,
            region: names.view(region),
            raised_at,
            dismissed: None,
        }
    }
}

/// Where an alert arose.
fn region_of(entry: &ListedAlert) -> &RegionCode {
    match entry {
        ListedAlert::OfHousehold(entry) => entry.household.village().region(),
        ListedAlert::OfRegion(entry) => &entry.region,
    }
}
