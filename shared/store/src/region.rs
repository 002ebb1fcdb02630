//! Regions: names and public phones.

use std::collections::BTreeMap;

use anju_domain::region::{Level, Region, RegionCode, VillageCode};
use aws_sdk_dynamodb::types::AttributeValue;

use crate::batch_get::{Reading, batch_get};
use crate::item::{self, text};
use crate::transaction::Write;
use crate::{Registry, StoreError, keys};

impl Registry {
    /// The region with this code.
    pub async fn region(&self, code: &RegionCode) -> Result<Option<Region>, StoreError> {
        let got = (self.client.get_item().table_name(&self.table))
            .set_key(Some(keys::region(code).attributes()))
            .send()
            .await
            .map_err(StoreError::sdk("GetItem"))?;
        got.item.map(item::read).transpose()
    }

    /// The regions directly below, in order of their codes; without those that became a part of another.
    pub async fn regions_below(&self, parent: &RegionCode) -> Result<Vec<Region>, StoreError> {
        let mut regions = self.every_region_below(parent).await?;
        regions.retain(|region| region.merged_into.is_none());
        Ok(regions)
    }

    /// All regions directly below, those too that became a part of another and hold households that left.
    pub async fn every_region_below(&self, parent: &RegionCode) -> Result<Vec<Region>, StoreError> {
        let query = (self.client.query().table_name(&self.table))
            .key_condition_expression("PK = :pk")
            .expression_attribute_values(":pk", text(keys::regions_below(parent)));
        let items: Result<Vec<_>, _> = query.into_paginator().items().send().collect().await;
        let regions: Result<Vec<Region>, _> =
            items.map_err(StoreError::sdk("Query"))?.into_iter().map(item::read).collect();
        // The nation stands below itself.
        regions.map(|regions| regions.into_iter().filter(|region| region.code != *parent).collect())
    }

    /// The named ones among these regions.
    pub async fn regions(
        &self,
        codes: impl IntoIterator<Item = RegionCode>,
    ) -> Result<BTreeMap<RegionCode, Region>, StoreError> {
        let codes: std::collections::BTreeSet<RegionCode> = codes.into_iter().collect();
        let wanted: Vec<_> = codes.iter().map(keys::region).collect();
        let items = batch_get(&self.client, &self.table, &wanted, Reading::Eventual).await?;
        let mut found = BTreeMap::new();
        for item in items {
            let region: Region = item::read(item)?;
            found.insert(region.code.clone(), region);
        }
        Ok(found)
    }

    /// The region and those above it, from the province down. Regions without a row are left out.
    pub async fn path(&self, code: &RegionCode) -> Result<Vec<Region>, StoreError> {
        let above = code.ancestors().into_iter().chain([code.clone()]).skip(1);
        Ok(self.regions(above).await?.into_values().collect())
    }

    /// The named ones among these regions, as they are now.
    pub async fn regions_now(
        &self,
        codes: impl IntoIterator<Item = RegionCode>,
    ) -> Result<BTreeMap<RegionCode, Region>, StoreError> {
        let codes: std::collections::BTreeSet<RegionCode> = codes.into_iter().collect();
        let wanted: Vec<_> = codes.iter().map(keys::region).collect();
        let items = batch_get(&self.client, &self.table, &wanted, Reading::Consistent).await?;
        let regions = items.into_iter().map(item::read::<Region>);
        regions.map(|read| read.map(|region| (region.code.clone(), region))).collect()
    }

    /// Writes name and public phone of a region, and the import that says so. What else is known of it stays.
    pub async fn name_region(&self, region: &Region) -> Result<(), StoreError> {
        let Region { code, name, public_phone, imported, .. } = region;
        let imported = serde_dynamo::to_attribute_value(imported)
            .map_err(|error| StoreError::corrupt(keys::region(code).to_string(), error))?;
        let mut update = (self.client.update_item().table_name(&self.table))
            .set_key(Some(keys::region(code).attributes()))
            .expression_attribute_names("#code", "code")
            .expression_attribute_names("#name", "name")
            .expression_attribute_names("#phone", "public_phone")
            .expression_attribute_names("#imported", "imported")
            .expression_attribute_values(":code", text(code.to_string()))
            .expression_attribute_values(":imported", imported)
            .expression_attribute_values(":name", text(name));
        update = match public_phone {
            Some(phone) => update
                .update_expression("SET #code = :code, #name = :name, #imported = :imported, #phone = :phone")
                .expression_attribute_values(":phone", text(phone)),
            None => update
                .update_expression("SET #code = :code, #name = :name, #imported = :imported REMOVE #phone"),
        };
        update.send().await.map_err(StoreError::sdk("UpdateItem"))?;
        Ok(())
    }

    /// Says how many regions of each level lie below one that is there.
    pub async fn note_below(
        &self,
        code: &RegionCode,
        below: &BTreeMap<Level, u64>,
    ) -> Result<(), StoreError> {
        let below = serde_dynamo::to_attribute_value(below)
            .map_err(|error| StoreError::corrupt(keys::region(code).to_string(), error))?;
        self.set_of_region(code, "below", below).await
    }

    /// Says that a village has become a part of another.
    pub async fn note_merged(&self, village: &VillageCode, into: &VillageCode) -> Result<(), StoreError> {
        self.set_of_region(village.region(), "merged_into", text(into.to_string())).await
    }

    async fn set_of_region(
        &self,
        code: &RegionCode,
        attribute: &str,
        value: AttributeValue,
    ) -> Result<(), StoreError> {
        let set = Write::set(&self.table, &keys::region(code), attribute, value)?;
        crate::transaction::commit(&self.client, vec![set]).await
    }

    /// Writes a region's row.
    pub async fn put_region(&self, region: &Region) -> Result<(), StoreError> {
        let item = item::write(&keys::region(&region.code), region)?;
        crate::transaction::commit(&self.client, vec![Write::put(&self.table, item)?]).await
    }
}
