//! What lists read: the counts that lead to a page, and the page's households.

use std::collections::BTreeMap;

use anju_counters::bucket::{Bucket, BucketId};
use anju_counters::ports::Register as _;
use anju_counters::region::RegionCounts;
use anju_domain::household::Household;
use anju_domain::ids::HouseholdId;
use anju_domain::region::{RegionCode, VillageCode};
use anju_domain::summary::Summary;
use anju_query::ports::{Index, Pointed, Register, Sought, Unavailable};

use crate::batch_get::{Reading, batch_get};
use crate::counters::{bucket_id, read_bucket, read_region};
use crate::{CounterTable, Registry, StoreError, item, keys};

impl Index for CounterTable {
    async fn regions(&self, codes: &[RegionCode]) -> Result<BTreeMap<RegionCode, RegionCounts>, Unavailable> {
        let by_key = codes.iter().map(|code| (keys::region_counts(code), code));
        let by_key: BTreeMap<String, &RegionCode> =
            by_key.map(|(key, code)| (key.to_string(), code)).collect();
        let wanted: Vec<_> = codes.iter().map(keys::region_counts).collect();
        let items = batch_get(&self.client, &self.table, &wanted, Reading::Consistent).await?;
        let mut found = BTreeMap::new();
        for item in items {
            if let Some(code) = by_key.get(&item::describe(&item)) {
                let counts = read_region(code, &keys::region_counts(code), item)?;
                found.insert((*code).clone(), counts);
            }
        }
        Ok(found)
    }

    async fn buckets(&self, ids: &[BucketId]) -> Result<BTreeMap<BucketId, Bucket>, Unavailable> {
        let wanted: Vec<_> = ids.iter().map(keys::bucket).collect();
        let items = batch_get(&self.client, &self.table, &wanted, Reading::Consistent).await?;
        let read = |item| Ok::<_, StoreError>((bucket_id(&item)?, read_bucket(item)?));
        Ok(items.into_iter().map(read).collect::<Result<_, _>>()?)
    }
}

impl Register for Registry {
    async fn summaries(&self, village: &VillageCode) -> Result<BTreeMap<u32, Summary>, Unavailable> {
        let households = self.households_of(village).await?;
        let read = |summary: anju_domain::summary::Packed| {
            summary.unpack().map_err(|error| StoreError::corrupt(keys::village(village), error))
        };
        let by_number =
            households.into_iter().map(|household| Ok((household.number, read(household.summary)?)));
        Ok(by_number.collect::<Result<_, StoreError>>()?)
    }

    async fn households(&self, ids: &[HouseholdId]) -> Result<Vec<Household>, Unavailable> {
        let wanted: Vec<_> = ids.iter().map(keys::household).collect();
        let items = batch_get(&self.client, &self.table, &wanted, Reading::Consistent).await?;
        let mut households: Vec<Household> =
            items.into_iter().map(item::read).collect::<Result<_, StoreError>>()?;
        households.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(households)
    }

    async fn pointed(
        &self,
        sought: &Sought,
        within: &RegionCode,
        after: Option<&HouseholdId>,
    ) -> Result<Pointed, Unavailable> {
        Ok(self.pointers_to(sought, within, after).await?)
    }
}
