//! What belongs to a household and is listed: its reports and surveys.

use std::collections::{BTreeMap, BTreeSet};

use anju_domain::household::Household;
use anju_domain::ids::HouseholdId;
use serde::de::DeserializeOwned;

use crate::batch_get::{Reading, batch_get};
use crate::item::{self, text};
use crate::keys::{self, Key};
use crate::{Registry, StoreError};

/// Something with an item of its own in its household's partition.
pub(crate) trait Child: DeserializeOwned {
    /// Its id, which names its household.
    type Id: Ord + Clone;
    /// What sort keys of such items begin with.
    const PREFIX: &str;

    fn id(&self) -> &Self::Id;

    fn household(id: &Self::Id) -> &HouseholdId;

    fn key(id: &Self::Id) -> Key;
}

impl Registry {
    /// The one of this id as it is now.
    pub(crate) async fn child<T: Child>(&self, id: &T::Id) -> Result<Option<T>, StoreError> {
        let got = (self.client.get_item().table_name(&self.table))
            .set_key(Some(T::key(id).attributes()))
            .consistent_read(true)
            .send()
            .await
            .map_err(StoreError::sdk("GetItem"))?;
        got.item.map(item::read).transpose()
    }

    /// All of a household, oldest first.
    pub(crate) async fn children<T: Child>(&self, household: &HouseholdId) -> Result<Vec<T>, StoreError> {
        let query = (self.client.query().table_name(&self.table))
            .key_condition_expression("PK = :pk AND begins_with(SK, :prefix)")
            .expression_attribute_values(":pk", text(keys::children(household)))
            .expression_attribute_values(":prefix", text(T::PREFIX))
            .consistent_read(true);
        let items: Result<Vec<_>, _> = query.into_paginator().items().send().collect().await;
        items.map_err(StoreError::sdk("Query"))?.into_iter().map(item::read).collect()
    }

    /// Those of these ids in this order, each with its household; what doesn't exist is left out.
    pub(crate) async fn children_with_households<T: Child>(
        &self,
        ids: &[T::Id],
    ) -> Result<Vec<(T, Household)>, StoreError> {
        let keys: Vec<Key> = ids.iter().map(T::key).collect();
        let items = batch_get(&self.client, &self.table, &keys, Reading::Consistent).await?;
        let items = items.into_iter().map(item::read::<T>);
        let mut found: BTreeMap<T::Id, T> =
            items.map(|read| read.map(|child| (child.id().clone(), child))).collect::<Result<_, _>>()?;
        let households = self.households_at(ids.iter().map(|id| T::household(id).clone())).await?;
        let with_household = |id: &T::Id| {
            let child = found.remove(id)?;
            Some((child, households.get(T::household(id))?.clone()))
        };
        Ok(ids.iter().filter_map(with_household).collect())
    }

    /// These households by their ids.
    pub async fn households_at(
        &self,
        ids: impl IntoIterator<Item = HouseholdId>,
    ) -> Result<BTreeMap<HouseholdId, Household>, StoreError> {
        let ids: BTreeSet<HouseholdId> = ids.into_iter().collect();
        let keys: Vec<Key> = ids.iter().map(keys::household).collect();
        let households = batch_get(&self.client, &self.table, &keys, Reading::Consistent).await?;
        let households = households.into_iter().map(item::read::<Household>);
        households.map(|read| read.map(|household| (household.id.clone(), household))).collect()
    }
}
