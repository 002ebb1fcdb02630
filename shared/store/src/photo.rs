//! Photo items.

use anju_domain::ids::{HouseholdId, PhotoId};
use anju_domain::photo::Photo;

use crate::item::{self, text};
use crate::transaction::{Write, commit};
use crate::{Registry, StoreError, keys};

impl Registry {
    /// The photo as it is now.
    pub async fn photo(&self, id: &PhotoId) -> Result<Option<Photo>, StoreError> {
        let got = (self.client.get_item().table_name(&self.table))
            .set_key(Some(keys::photo(id).attributes()))
            .consistent_read(true)
            .send()
            .await
            .map_err(StoreError::sdk("GetItem"))?;
        got.item.map(item::read).transpose()
    }

    /// All photos of a household, oldest first.
    pub async fn photos_of(&self, household: &HouseholdId) -> Result<Vec<Photo>, StoreError> {
        let query = (self.client.query().table_name(&self.table))
            .key_condition_expression("PK = :pk AND begins_with(SK, :prefix)")
            .expression_attribute_values(":pk", text(keys::children(household)))
            .expression_attribute_values(":prefix", text(keys::PHOTO_PREFIX))
            .consistent_read(true);
        let items: Result<Vec<_>, _> = query.into_paginator().items().send().collect().await;
        items.map_err(StoreError::sdk("Query"))?.into_iter().map(item::read).collect()
    }

    /// Announces a photo, together with `with`.
    pub async fn announce_photo(&self, photo: &Photo, with: Vec<Write>) -> Result<(), StoreError> {
        let mut writes = vec![self.announcement(photo)?];
        writes.extend(with);
        commit(&self.client, writes).await
    }

    /// The write that announces a photo, for the transaction of something else.
    pub fn announcement(&self, photo: &Photo) -> Result<Write, StoreError> {
        Write::insert(&self.table, item::write(&keys::photo(&photo.id), photo)?)
    }
}
