//! Which households share an ID number, as the search pointers have it; and the queue of those whose ID
//! numbers changed.

use std::collections::BTreeSet;

use anju_domain::duplicate::MOST_SHARING;
use anju_domain::household::Household;
use anju_domain::ids::HouseholdId;
use anju_domain::region::RegionCode;
use aws_lambda_events::dynamodb::EventRecord;
use aws_sdk_sqs::Client;
use serde::{Deserialize, Serialize};

use crate::item::{self, Item};
use crate::queue::Queue;
use crate::search::id_numbers;
use crate::stream::image;
use crate::{Registry, StoreError};

/// Attributes that hold ID numbers.
const WITH_ID_NUMBERS: [&str; 3] = ["head", "members", "progress"];

impl Registry {
    /// The other households that share one of its ID numbers now; of more than are remembered, the first.
    /// One request for each ID number.
    pub async fn sharing_id_numbers(
        &self,
        household: &Household,
    ) -> Result<BTreeSet<HouseholdId>, StoreError> {
        let nation = RegionCode::nation();
        let mut sharing = BTreeSet::new();
        for id_number in id_numbers(household) {
            sharing.extend(self.first_with_id_number(&id_number, &nation).await?);
        }
        sharing.remove(&household.id);
        Ok(sharing.into_iter().take(MOST_SHARING).collect())
    }
}

/// Whether a write changed a household's ID numbers, with those that it was entered or left with.
pub fn changed_id_numbers(record: &EventRecord) -> Result<bool, StoreError> {
    let (old, new) = (image(&record.change.old_image)?, image(&record.change.new_image)?);
    // Most writes can't have: photos, alerts and reports stand elsewhere.
    if WITH_ID_NUMBERS.iter().all(|name| old.get(*name) == new.get(*name)) {
        return Ok(false);
    }
    let of = |image: Item| -> Result<BTreeSet<String>, StoreError> {
        if image.is_empty() { Ok(BTreeSet::new()) } else { Ok(id_numbers(&item::read::<Household>(image)?)) }
    };
    Ok(of(old)? != of(new)?)
}

/// A household whose ID numbers are to be compared with those of all others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// The household.
    pub household: HouseholdId,
}

/// The queue of households whose ID numbers are to be compared.
#[derive(Debug, Clone)]
pub struct DuplicateQueue(Queue);

impl DuplicateQueue {
    /// The queue at `url`.
    pub fn new(client: Client, url: String) -> Self {
        DuplicateQueue(Queue::new(client, url))
    }

    /// Queues households. Where it fails, some may be queued.
    pub async fn send(&self, households: &BTreeSet<HouseholdId>) -> Result<(), StoreError> {
        let comparisons = households.iter().map(|household| Comparison { household: household.clone() });
        self.0.send_all(&comparisons.collect::<Vec<_>>()).await
    }
}
