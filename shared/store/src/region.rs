//! Regions: names and public phones.

use std::collections::BTreeMap;

use anju_domain::region::{Region, RegionCode};

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

    /// The regions directly below, in order of their codes.
    pub async fn regions_below(&self, parent: &RegionCode) -> Result<Vec<Region>, StoreError> {
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

    /// Writes a region's row.
    pub async fn put_region(&self, region: &Region) -> Result<(), StoreError> {
        let item = item::write(&keys::region(&region.code), region)?;
        crate::transaction::commit(&self.client, vec![Write::put(&self.table, item)?]).await
    }
}
