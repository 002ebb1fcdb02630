//! Failures that are counted, each kind until nothing failed for a while.

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::ReturnValue;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::item::{self, number};
use crate::keys::Key;
use crate::{Control, StoreError, keys};

/// What is counted: a kind of failure of somebody. `whom` must not be personal.
#[derive(Debug, Clone)]
pub struct Failing(Key);

impl Failing {
    /// Failures `of` a kind by `whom`.
    pub fn new(of: &str, whom: &str) -> Self {
        Failing(keys::failures(of, whom))
    }
}

/// How often something failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Failures {
    /// So often.
    pub count: u32,
    /// Forgotten then, in seconds since 1970.
    pub expires_at: i64,
}

impl Control {
    /// How often it failed lately.
    pub async fn failures(&self, failing: &Failing, now: Timestamp) -> Result<Failures, StoreError> {
        let got = (self.client.get_item().table_name(&self.table))
            .set_key(Some(failing.0.attributes()))
            .consistent_read(true)
            .send()
            .await
            .map_err(StoreError::sdk("GetItem"))?;
        let held: Option<Failures> = got.item.map(item::read).transpose()?;
        Ok(held.filter(|held| held.expires_at > now.as_second()).unwrap_or_default())
    }

    /// Counts one more failure, remembered for `seconds` from now; gives the count with it.
    pub async fn count_failure(
        &self,
        failing: &Failing,
        now: Timestamp,
        seconds: i64,
    ) -> Result<u32, StoreError> {
        if let Some(count) = self.add_failure(failing, now, seconds, true).await? {
            return Ok(count);
        }
        // What is there has expired.
        Ok(self.add_failure(failing, now, seconds, false).await?.unwrap_or(1))
    }

    /// Forgets the failures.
    pub async fn forget_failures(&self, failing: &Failing) -> Result<(), StoreError> {
        let delete = self.client.delete_item().table_name(&self.table);
        delete.set_key(Some(failing.0.attributes())).send().await.map_err(StoreError::sdk("DeleteItem"))?;
        Ok(())
    }

    /// Adds to a count that is still valid, or begins a new one in place of one that isn't.
    async fn add_failure(
        &self,
        failing: &Failing,
        now: Timestamp,
        seconds: i64,
        valid: bool,
    ) -> Result<Option<u32>, StoreError> {
        let (condition, count) = if valid {
            ("attribute_not_exists(PK) OR expires_at > :now", "if_not_exists(#count, :none) + :one")
        } else {
            ("expires_at <= :now", ":one")
        };
        let mut update = (self.client.update_item().table_name(&self.table))
            .set_key(Some(failing.0.attributes()))
            .update_expression(format!("SET #count = {count}, expires_at = :until"))
            .condition_expression(condition)
            .expression_attribute_names("#count", "count")
            .expression_attribute_values(":now", number(now.as_second()))
            .expression_attribute_values(":until", number(now.as_second() + seconds))
            .expression_attribute_values(":one", number(1))
            .return_values(ReturnValue::AllNew);
        if valid {
            update = update.expression_attribute_values(":none", number(0));
        }
        match update.send().await {
            Ok(updated) => {
                let counted: Option<Failures> = updated.attributes.map(item::read).transpose()?;
                Ok(counted.map(|counted| counted.count))
            }
            Err(error) => match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(_)) => Ok(None),
                _ => Err(StoreError::sdk("UpdateItem")(error)),
            },
        }
    }
}
