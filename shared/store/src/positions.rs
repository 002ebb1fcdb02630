//! Where a village's houses stand: one item, which holds a bounded sample.

use anju_counters::ports::Pause;
use anju_domain::ids::HouseholdId;
use anju_domain::photo::Location;
use anju_domain::position::VillagePositions;
use anju_domain::region::VillageCode;
use serde::{Deserialize, Serialize};

use crate::counters::Jitter;
use crate::item;
use crate::transaction::{Write, commit};
use crate::{Control, StoreError, keys};

/// Attempts while others change the village's positions: its one officer sends a few photos at a time.
const ATTEMPTS: u32 = 10;

#[derive(Default, Serialize, Deserialize)]
struct StoredPositions {
    positions: VillagePositions,
    revision: u64,
}

impl Control {
    /// What is known of where a village's houses stand.
    pub async fn positions(&self, village: &VillageCode) -> Result<VillagePositions, StoreError> {
        Ok(self.stored_positions(village).await?.positions)
    }

    /// Notes where a house stands, and gives what is known of its village then. Two requests, or one where it
    /// was known. [`StoreError::Conflict`] where others noted theirs at each attempt.
    pub async fn note_position(
        &self,
        household: &HouseholdId,
        location: &Location,
    ) -> Result<VillagePositions, StoreError> {
        let note = |positions: &VillagePositions| positions.noting(household.number(), location);
        self.change_positions(household.village(), note).await
    }

    /// Forgets where a house stands. Two requests, or one where it wasn't known. [`StoreError::Conflict`] as above.
    pub async fn forget_position(&self, household: &HouseholdId) -> Result<(), StoreError> {
        let forget = |positions: &VillagePositions| positions.without(household.number());
        self.change_positions(household.village(), forget).await.map(|_| ())
    }

    /// Writes what a change makes of a village's positions, where it changes them, and gives what is known then.
    async fn change_positions(
        &self,
        village: &VillageCode,
        change: impl Fn(&VillagePositions) -> Option<VillagePositions>,
    ) -> Result<VillagePositions, StoreError> {
        for attempt in 1..=ATTEMPTS {
            let StoredPositions { positions, revision: held } = self.stored_positions(village).await?;
            let Some(positions) = change(&positions) else { return Ok(positions) };
            let stored = StoredPositions { positions, revision: held + 1 };
            let item = item::write(&keys::positions(village), &stored)?;
            let write = match held {
                0 => Write::insert(&self.table, item)?,
                held => Write::replace(&self.table, item, "revision", held)?,
            };
            match commit(&self.client, vec![write]).await {
                Err(StoreError::Conflict) => Jitter.after(attempt).await,
                written => return written.map(|()| stored.positions),
            }
        }
        Err(StoreError::Conflict)
    }

    async fn stored_positions(&self, village: &VillageCode) -> Result<StoredPositions, StoreError> {
        let got = (self.client.get_item().table_name(&self.table))
            .set_key(Some(keys::positions(village).attributes()))
            .consistent_read(true)
            .send()
            .await
            .map_err(StoreError::sdk("GetItem"))?;
        Ok(got.item.map(item::read).transpose()?.unwrap_or_default())
    }
}
