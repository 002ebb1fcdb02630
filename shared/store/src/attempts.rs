//! Attempts that are limited: so many within each window of time, whoever makes them.

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::ReturnValue;
use jiff::Timestamp;
use serde::Deserialize;

use crate::item::{number, read, text};
use crate::{Control, StoreError, keys};

/// How many attempts fit into each window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// So many.
    pub attempts: u32,
    /// Within windows of this length, in seconds, which begin at whole multiples of it.
    pub seconds: i64,
}

impl Limit {
    fn window(self, now: Timestamp) -> i64 {
        now.as_second().div_euclid(self.seconds)
    }

    /// Seconds until the next window.
    fn wait(self, now: Timestamp) -> i64 {
        self.seconds - now.as_second().rem_euclid(self.seconds)
    }
}

impl Control {
    /// Counts an attempt `at` something, of `whom`, which must not be personal. Gives the seconds to wait
    /// where the window is full: then it isn't counted.
    pub async fn attempt(
        &self,
        at: &str,
        whom: &str,
        limit: Limit,
        now: Timestamp,
    ) -> Result<Option<i64>, StoreError> {
        let update = (self.client.update_item().table_name(&self.table))
            .set_key(Some(keys::attempts(at, whom, limit.window(now)).attributes()))
            .update_expression("ADD #count :one SET expires_at = :until")
            .condition_expression("attribute_not_exists(#count) OR #count < :limit")
            .expression_attribute_names("#count", "count")
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":limit", number(limit.attempts))
            .expression_attribute_values(":until", number(now.as_second() + limit.wait(now)));
        match update.send().await {
            Ok(_) => Ok(None),
            Err(error) => match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(_)) => Ok(Some(limit.wait(now))),
                _ => Err(StoreError::sdk("UpdateItem")(error)),
            },
        }
    }
}

/// How long a day's salt is kept: what is hashed with it is counted for a day at most.
const SALT_SECONDS: i64 = 2 * DAY_SECONDS;
const DAY_SECONDS: i64 = 24 * 3600;

impl Control {
    /// What today's network addresses are hashed with: `fresh`, unless there is one already. It is deleted after
    /// two days, and then nobody can tell an address from its hash by trying all of them.
    pub async fn salt_of_day(&self, fresh: &str, now: Timestamp) -> Result<String, StoreError> {
        let day = now.as_second().div_euclid(DAY_SECONDS);
        let update = (self.client.update_item().table_name(&self.table))
            .set_key(Some(keys::salt(day).attributes()))
            .update_expression("SET salt = if_not_exists(salt, :fresh), expires_at = :until")
            .expression_attribute_values(":fresh", text(fresh))
            .expression_attribute_values(":until", number(day * DAY_SECONDS + SALT_SECONDS))
            .return_values(ReturnValue::AllNew);
        let item = update.send().await.map_err(StoreError::sdk("UpdateItem"))?.attributes;
        Ok(read::<Salt>(item.unwrap_or_default())?.salt)
    }
}

#[derive(Deserialize)]
struct Salt {
    salt: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_ends_where_the_next_window_begins() {
        let limit = Limit { attempts: 5, seconds: 3600 };
        for second in [0, 1, 3599, 3600, 1_591_156_800] {
            let now = Timestamp::from_second(second).unwrap();
            let then = Timestamp::from_second(second + limit.wait(now)).unwrap();
            let before = Timestamp::from_second(then.as_second() - 1).unwrap();
            assert_eq!(limit.window(before), limit.window(now));
            assert_eq!(limit.window(then), limit.window(now) + 1);
        }
    }
}
