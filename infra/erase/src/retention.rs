//! Which households' retention is over.

use anju_counters::ports::{Register as _, Unavailable};
use anju_domain::ids::HouseholdId;
use anju_domain::region::{Level, RegionCode, VillageCode};
use anju_domain::time::china_date;
use anju_store::{Registry, StoreError};
use jiff::civil::Date;

/// Why they can't be found.
#[derive(Debug, thiserror::Error)]
pub enum RetentionError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Village(#[from] Unavailable),
}

/// The households of a region that were last written on this day or before.
pub async fn households(
    registry: &Registry,
    region: &RegionCode,
    until: Date,
) -> Result<Vec<HouseholdId>, RetentionError> {
    let mut found = Vec::new();
    let mut left = vec![region.clone()];
    while let Some(region) = left.pop() {
        if region.level() < Level::Village {
            let below = registry.every_region_below(&region).await?;
            left.extend(below.into_iter().map(|region| region.code));
            continue;
        }
        let Ok(village) = VillageCode::try_from(region) else { continue };
        for held in registry.households_of(&village).await? {
            if china_date(held.updated_at) <= until {
                found.push(HouseholdId::new(village.clone(), held.number));
            }
        }
    }
    found.sort();
    Ok(found)
}
