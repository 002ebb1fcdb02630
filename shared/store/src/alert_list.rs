//! Lists of data alerts, of households and of regions, newest first.

use anju_domain::region::{Level, RegionCode};
use anju_domain::region_alert::{AnyAlertKind, RegionAlertKind};
use serde::Deserialize;

use crate::delays::RegionAlertEntry;
use crate::entries::{Entries, EntryPage, Place, page_of};
use crate::household::AlertEntry;
use crate::item::text;
use crate::keys::{self, ALERTS, SK};
use crate::{Registry, StoreError};

/// Regions' alerts that are counted of a list, at most.
const MOST_COUNTED: usize = 1000;

/// An entry of a list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum ListedAlert {
    /// A household's.
    OfHousehold(AlertEntry),
    /// A region's.
    OfRegion(RegionAlertEntry),
}

/// How many entries there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// So many.
    Exactly(u64),
    /// So many at least.
    AtLeast(u64),
}

impl Registry {
    /// A part of the alerts of these kinds in a region, behind `after`. One request per partition, as for
    /// [`Registry::entries`].
    pub async fn alerts(
        &self,
        region: &RegionCode,
        kinds: &[AnyAlertKind],
        after: Option<&Place>,
        limit: usize,
    ) -> Result<EntryPage<ListedAlert>, StoreError> {
        let wanted = Entries { list: ALERTS, region, kinds: Vec::new(), after, limit };
        let merged = self.listing_regions(region).await?;
        let mut found = Vec::new();
        for kind in kinds {
            let (name, own) = match kind {
                AnyAlertKind::OfHousehold(kind) => (kind.name(), None),
                AnyAlertKind::OfRegion(kind) => (kind.name(), own_list(region)),
            };
            for region in merged.iter().chain(own) {
                self.add_newest(&wanted, &keys::entries(ALERTS, region, name), &mut found).await?;
            }
        }
        page_of(found, limit)
    }

    /// How many alerts of a kind the regions within a region have, counted in their list to a limit.
    pub async fn count_region_alerts(
        &self,
        region: &RegionCode,
        kind: RegionAlertKind,
    ) -> Result<Counted, StoreError> {
        let mut count = 0;
        for list in self.listing_regions(region).await?.iter().chain(own_list(region)) {
            let read = (self.client.query().table_name(&self.table))
                .key_condition_expression("PK = :pk")
                .expression_attribute_values(":pk", text(keys::entries(ALERTS, list, kind.name())))
                .projection_expression(SK)
                .limit(i32::try_from(MOST_COUNTED + 1 - count).unwrap_or(i32::MAX))
                .send()
                .await
                .map_err(StoreError::sdk("Query"))?;
            let places = read.items.unwrap_or_default();
            let places = places.iter().filter_map(|item| item.get(SK)?.as_s().ok());
            count += places.filter(|place| keys::is_listed_in(place, region)).count();
            if count > MOST_COUNTED {
                return Ok(Counted::AtLeast(MOST_COUNTED as u64));
            }
        }
        Ok(Counted::Exactly(count as u64))
    }
}

/// A list of a region's own that isn't among those that it merges: only alerts of regions stand there.
fn own_list(region: &RegionCode) -> Option<&RegionCode> {
    matches!(region.level(), Level::Nation | Level::Prefecture).then_some(region)
}

#[cfg(test)]
mod tests {
    use anju_domain::summary::AlertKind;
    use jiff::Timestamp;

    use super::*;
    use crate::item;

    #[test]
    fn entries_of_both_sorts_are_told_apart() {
        let (kind, raised_at) = (AlertKind::Burst, Timestamp::UNIX_EPOCH);
        let household: anju_domain::ids::HouseholdId = "530627101203-17".parse().unwrap();
        let township: RegionCode = "530627101".parse().unwrap();
        let key = keys::alert_entry(&township, kind, raised_at, &household);
        let entry = AlertEntry { household, kind, raised_at, revision: 7 };
        let read: ListedAlert = item::read(item::write(&key, &entry).unwrap()).unwrap();
        assert_eq!(read, ListedAlert::OfHousehold(entry));

        let kind = RegionAlertKind::BehindSchedule;
        let key = keys::region_alert_entry(&township, kind, raised_at, &township);
        let entry = RegionAlertEntry { region: township, kind, raised_at };
        let read: ListedAlert = item::read(item::write(&key, &entry).unwrap()).unwrap();
        assert_eq!(read, ListedAlert::OfRegion(entry));
    }
}
