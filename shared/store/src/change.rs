//! The history of a household.

use anju_domain::change::Change;
use anju_domain::ids::HouseholdId;

use crate::item::{self, text};
use crate::{Registry, StoreError, keys};

impl Registry {
    /// All changes of a household, oldest first.
    pub async fn history(&self, id: &HouseholdId) -> Result<Vec<Change>, StoreError> {
        let query = (self.client.query().table_name(&self.table))
            .key_condition_expression("PK = :pk AND begins_with(SK, :prefix)")
            .expression_attribute_values(":pk", text(keys::children(id)))
            .expression_attribute_values(":prefix", text(keys::CHANGE_PREFIX))
            .consistent_read(true);
        let items: Result<Vec<_>, _> = query.into_paginator().items().send().collect().await;
        items.map_err(StoreError::sdk("Query"))?.into_iter().map(item::read).collect()
    }
}
