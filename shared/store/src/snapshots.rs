//! The mornings' counts of regions, one item per region above them, and how far a morning's walk has come.

use std::collections::BTreeMap;

use anju_domain::region::RegionCode;
use anju_domain::schedule::Snapshots;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::batch_get::{Reading, batch_get};
use crate::item;
use crate::transaction::{Write, commit};
use crate::{Control, StoreError, keys};

/// How long snapshots are kept after the last one, in seconds: longer than any pace looks back.
const KEPT_SECONDS: i64 = 14 * 24 * 3600;

/// Snapshots as they were read.
#[derive(Debug, Clone, Default)]
pub struct HeldSnapshots {
    /// Of the regions below one.
    pub snapshots: Snapshots,
    revision: u64,
}

#[derive(Serialize, Deserialize)]
struct StoredSnapshots {
    below: RegionCode,
    days: Snapshots,
    revision: u64,
    expires_at: i64,
}

#[derive(Serialize, Deserialize)]
struct StoredWalk {
    through: RegionCode,
    expires_at: i64,
}

impl Control {
    /// The snapshots of the regions below each of these, which differ from one another.
    pub async fn snapshots_below(
        &self,
        regions: impl IntoIterator<Item = &RegionCode>,
    ) -> Result<BTreeMap<RegionCode, HeldSnapshots>, StoreError> {
        let wanted: Vec<_> = regions.into_iter().map(keys::snapshots).collect();
        let items = batch_get(&self.client, &self.table, &wanted, Reading::Consistent).await?;
        let read = |item| {
            let StoredSnapshots { below, days, revision, .. } = item::read(item)?;
            Ok((below, HeldSnapshots { snapshots: days, revision }))
        };
        items.into_iter().map(read).collect()
    }

    /// Writes the snapshots of the regions below one. [`StoreError::Conflict`] where others were written
    /// since `held` was read.
    pub async fn put_snapshots(
        &self,
        below: &RegionCode,
        held: &HeldSnapshots,
        days: Snapshots,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let revision = held.revision + 1;
        let expires_at = now.as_second() + KEPT_SECONDS;
        let stored = StoredSnapshots { below: below.clone(), days, revision, expires_at };
        let item = item::write(&keys::snapshots(below), &stored)?;
        let write = match held.revision {
            0 => Write::insert(&self.table, item)?,
            held => Write::replace(&self.table, item, "revision", held)?,
        };
        commit(&self.client, vec![write]).await
    }

    /// The last region that was walked on a morning, in order of the codes.
    pub async fn walked_through(&self, morning: Date) -> Result<Option<RegionCode>, StoreError> {
        let got = (self.client.get_item().table_name(&self.table))
            .set_key(Some(keys::walk(morning).attributes()))
            .consistent_read(true)
            .send()
            .await
            .map_err(StoreError::sdk("GetItem"))?;
        let held: Option<StoredWalk> = got.item.map(item::read).transpose()?;
        Ok(held.map(|held| held.through))
    }

    /// Notes how far a morning's walk has come.
    pub async fn note_walk(
        &self,
        morning: Date,
        through: &RegionCode,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let stored = StoredWalk { through: through.clone(), expires_at: now.as_second() + KEPT_SECONDS };
        let item = item::write(&keys::walk(morning), &stored)?;
        commit(&self.client, vec![Write::put(&self.table, item)?]).await
    }
}
