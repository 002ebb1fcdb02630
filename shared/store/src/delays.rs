//! Regions that are behind schedule: which they are, one item per region above them; their alerts, which
//! are kept; and the alerts' entries in lists.

use std::collections::{BTreeMap, BTreeSet};

use anju_domain::region::{Level, RegionCode};
use anju_domain::region_alert::{Delay, Delays, Dismissal, RegionAlertId, RegionAlertKind};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::batch_get::{Reading, batch_get};
use crate::item::{self, text};
use crate::transaction::{Write, commit};
use crate::{Registry, StoreError, keys};

/// Items that a transaction takes.
const ITEMS: usize = 100;
/// Regions whose delays may change in one transaction: each writes an alert and up to three entries.
pub const CHANGES_AT_ONCE: usize = (ITEMS - 1) / 4;

/// A region's alert, raised or not any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegionAlert {
    /// The region that it flags.
    pub region: RegionCode,
    /// What it says.
    pub kind: RegionAlertKind,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// Who dismissed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dismissed: Option<Dismissal>,
    /// When the region had caught up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cleared_at: Option<Timestamp>,
}

/// A region's alert as lists have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegionAlertEntry {
    /// The region that it flags.
    pub region: RegionCode,
    /// What it says.
    pub kind: RegionAlertKind,
    /// When it was raised.
    pub raised_at: Timestamp,
}

/// The item of the regions below one.
#[derive(Serialize, Deserialize)]
struct StoredDelays {
    below: RegionCode,
    #[serde(flatten)]
    delays: Delays,
}

/// A change of the delays below a region.
#[derive(Debug)]
pub struct DelayChange<'a> {
    /// The region above.
    pub below: &'a RegionCode,
    /// As they were read.
    pub before: &'a Delays,
    /// As they are to be.
    pub after: &'a Delays,
    /// When.
    pub at: Timestamp,
    /// Who dismisses, where somebody does.
    pub dismissal: Option<&'a Dismissal>,
    /// Further writes, such as an idempotency record.
    pub with: Vec<Write>,
}

impl Registry {
    /// Which of the regions below these are behind schedule. The nation stands below itself.
    pub async fn delays_below(
        &self,
        regions: impl IntoIterator<Item = RegionCode>,
    ) -> Result<BTreeMap<RegionCode, Delays>, StoreError> {
        let regions: BTreeSet<RegionCode> = regions.into_iter().collect();
        let wanted: Vec<_> = regions.iter().map(keys::delays).collect();
        let items = batch_get(&self.client, &self.table, &wanted, Reading::Consistent).await?;
        let stored = items.into_iter().map(item::read::<StoredDelays>);
        stored.map(|stored| stored.map(|stored| (stored.below, stored.delays))).collect()
    }

    /// The alert as it is now.
    pub async fn region_alert(&self, id: &RegionAlertId) -> Result<Option<RegionAlert>, StoreError> {
        let got = (self.client.get_item().table_name(&self.table))
            .set_key(Some(keys::region_alert(id).attributes()))
            .consistent_read(true)
            .send()
            .await
            .map_err(StoreError::sdk("GetItem"))?;
        got.item.map(item::read).transpose()
    }

    /// Changes the delays below a region, [`CHANGES_AT_ONCE`] at most, with alerts and entries in one
    /// transaction. [`StoreError::Conflict`] where they were changed since they were read.
    pub async fn change_delays(&self, change: DelayChange<'_>) -> Result<(), StoreError> {
        let DelayChange { below, before, after, at, dismissal, with } = change;
        let table = self.table.as_str();
        let stored = StoredDelays { below: below.clone(), delays: after.clone() };
        let item = item::write(&keys::delays(below), &stored)?;
        let mut writes = vec![match before.revision {
            0 => Write::insert(table, item)?,
            held => Write::replace(table, item, "revision", held)?,
        }];
        let regions: BTreeSet<&RegionCode> = before.behind.keys().chain(after.behind.keys()).collect();
        for region in regions {
            let (old, new) = (before.behind.get(region), after.behind.get(region));
            writes.extend(alert_writes(table, region, old, new, at, dismissal)?);
        }
        writes.extend(with);
        commit(&self.client, writes).await
    }
}

/// What a region's alert and its entries become.
fn alert_writes(
    table: &str,
    region: &RegionCode,
    old: Option<&Delay>,
    new: Option<&Delay>,
    at: Timestamp,
    dismissal: Option<&Dismissal>,
) -> Result<Vec<Write>, StoreError> {
    let kind = RegionAlertKind::BehindSchedule;
    let mut writes = Vec::new();
    let listed = |delay: Option<&Delay>| delay.copied().filter(|delay| !delay.dismissed);
    match (old, new) {
        (None, Some(delay)) => {
            let raised_at = delay.raised_at;
            let alert =
                RegionAlert { region: region.clone(), kind, raised_at, dismissed: None, cleared_at: None };
            let key = keys::region_alert(&delay.alert_of(region));
            writes.push(Write::put(table, item::write(&key, &alert)?)?);
        }
        (Some(delay), None) => {
            let key = keys::region_alert(&delay.alert_of(region));
            writes.push(Write::set(table, &key, "cleared_at", text(at.to_string()))?);
        }
        (Some(old), Some(new)) if !old.dismissed && new.dismissed => {
            let key = keys::region_alert(&old.alert_of(region));
            let dismissed = serde_dynamo::to_attribute_value(dismissal)
                .map_err(|error| StoreError::corrupt(key.to_string(), error))?;
            writes.push(Write::set(table, &key, "dismissed", dismissed)?);
        }
        _ => {}
    }
    match (listed(old), listed(new)) {
        (None, Some(delay)) => {
            let entry = RegionAlertEntry { region: region.clone(), kind, raised_at: delay.raised_at };
            for list in lists(region) {
                let key = keys::region_alert_entry(&list, kind, delay.raised_at, region);
                writes.push(Write::put(table, item::write(&key, &entry)?)?);
            }
        }
        (Some(delay), None) => {
            for list in lists(region) {
                let key = keys::region_alert_entry(&list, kind, delay.raised_at, region);
                writes.push(Write::delete(table, &key)?);
            }
        }
        _ => {}
    }
    Ok(writes)
}

/// The regions in whose lists a region's alert stands: those of the levels that keep lists, from its own
/// upward, and its own where that level merges the lists below it.
fn lists(region: &RegionCode) -> Vec<RegionCode> {
    let levels = [Level::Township, Level::County, Level::Province];
    let mut lists: Vec<RegionCode> = levels.into_iter().filter_map(|level| region.at(level)).collect();
    if matches!(region.level(), Level::Nation | Level::Prefecture) {
        lists.push(region.clone());
    }
    lists
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alert_stands_in_the_lists_from_its_own_region_upward() {
        let lists = |code: &str| -> Vec<String> {
            lists(&code.parse().unwrap()).iter().map(ToString::to_string).collect()
        };
        assert_eq!(lists("530627101203"), ["530627101", "530627", "53"]);
        assert_eq!(lists("530627101"), ["530627101", "530627", "53"]);
        assert_eq!(lists("530627"), ["530627", "53"]);
        assert_eq!(lists("5306"), ["53", "5306"]);
        assert_eq!(lists("53"), ["53"]);
        assert_eq!(lists("0"), ["0"]);
    }

    #[test]
    fn delays_survive_storage() {
        let delay = |dismissed| Delay { raised_at: Timestamp::UNIX_EPOCH, dismissed };
        let behind = [("53", false), ("5306", true)]
            .map(|(code, dismissed)| (code.parse().unwrap(), delay(dismissed)));
        let delays = Delays { revision: 3, behind: behind.into() };
        let below = RegionCode::nation();
        let stored = StoredDelays { below: below.clone(), delays: delays.clone() };
        let read: StoredDelays = item::read(item::write(&keys::delays(&below), &stored).unwrap()).unwrap();
        assert_eq!((read.below, read.delays), (below, delays));
    }

    #[test]
    fn what_is_raised_dismissed_and_cleared_writes_an_alert_and_its_entries() {
        let region: RegionCode = "530627101203".parse().unwrap();
        let delay = |dismissed| Delay { raised_at: Timestamp::UNIX_EPOCH, dismissed };
        let writes = |old: Option<Delay>, new: Option<Delay>| {
            alert_writes("t", &region, old.as_ref(), new.as_ref(), Timestamp::UNIX_EPOCH, None).unwrap().len()
        };
        let (raised, dismissed) = (Some(delay(false)), Some(delay(true)));
        assert_eq!((writes(None, raised), writes(raised, dismissed), writes(raised, None)), (4, 4, 4));
        assert_eq!(
            (writes(dismissed, None), writes(raised, raised), writes(dismissed, dismissed)),
            (1, 0, 0)
        );
    }
}
