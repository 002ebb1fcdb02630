//! Visits of an account: one item a day, which holds the numbers of the households by ten minutes.

use std::collections::BTreeSet;

use anju_domain::burst::{BurstLimit, DayOfVisits, Slot};
use anju_domain::ids::HouseholdId;
use anju_domain::region::RegionCode;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use jiff::Timestamp;

use crate::item::{self, Item, number};
use crate::{Control, StoreError, keys};

/// How long a day is remembered after its last visit came in, in seconds: a week, as phones stay offline
/// for days.
const KEPT_SECONDS: i64 = 7 * 24 * 3600;
/// Attributes of slots begin with it.
const SLOT_PREFIX: &str = "s";

impl Control {
    /// Notes a visit of a village account, and says whether it is part of a burst. One request, whose
    /// item doesn't grow: a slot that holds more than the limit takes no more. The same household again
    /// changes nothing.
    pub async fn note_visit(
        &self,
        account: &RegionCode,
        household: &HouseholdId,
        slot: Slot,
        limit: BurstLimit,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let visited = AttributeValue::Ns(vec![household.number().to_string()]);
        let update = (self.client.update_item().table_name(&self.table))
            .set_key(Some(keys::visits(account, slot.day()).attributes()))
            .update_expression("ADD #slot :visited SET expires_at = :until")
            .condition_expression("attribute_not_exists(#slot) OR size(#slot) <= :limit")
            .expression_attribute_names("#slot", format!("{SLOT_PREFIX}{:03}", slot.index()))
            .expression_attribute_values(":visited", visited)
            .expression_attribute_values(":limit", number(limit.0))
            .expression_attribute_values(":until", number(now.as_second() + KEPT_SECONDS))
            .return_values(ReturnValue::AllNew);
        match update.send().await {
            Ok(updated) => Ok(day_of_visits(&updated.attributes.unwrap_or_default())?.is_burst(slot, limit)),
            Err(error) => match error.as_service_error() {
                // More than the limit in ten minutes.
                Some(UpdateItemError::ConditionalCheckFailedException(_)) => Ok(true),
                _ => Err(StoreError::sdk("UpdateItem")(error)),
            },
        }
    }
}

fn day_of_visits(item: &Item) -> Result<DayOfVisits, StoreError> {
    let mut visits = DayOfVisits::default();
    for (name, value) in item {
        let Some(slot) = name.strip_prefix(SLOT_PREFIX).and_then(|slot| slot.parse().ok()) else { continue };
        let numbers =
            value.as_ns().map_err(|_| StoreError::corrupt(item::describe(item), "no set of numbers"))?;
        let numbers: Result<BTreeSet<u32>, _> = numbers.iter().map(|number| number.parse()).collect();
        let numbers = numbers.map_err(|error| StoreError::corrupt(item::describe(item), error))?;
        visits.0.insert(slot, numbers);
    }
    Ok(visits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slots_of_an_item_are_the_visits_of_a_day() {
        let mut item = Item::from([("expires_at".to_owned(), number(7))]);
        item.extend(
            keys::visits(&"530627101203".parse().unwrap(), "2020-06-03".parse().unwrap()).attributes(),
        );
        item.insert("s083".to_owned(), AttributeValue::Ns(vec!["17".to_owned(), "4".to_owned()]));
        let visits = day_of_visits(&item).unwrap();
        assert_eq!(visits.0.into_iter().collect::<Vec<_>>(), [(83, BTreeSet::from([4, 17]))]);
        item.insert("s084".to_owned(), number(1));
        assert!(day_of_visits(&item).is_err());
    }
}
