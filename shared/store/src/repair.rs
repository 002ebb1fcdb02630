//! The queue of households and villages whose counts and page are to be made anew.

use anju_domain::ids::HouseholdId;
use anju_domain::region::VillageCode;
use aws_sdk_sqs::Client;
use serde::{Deserialize, Serialize};

use crate::StoreError;
use crate::queue::Queue;

/// What is to be repaired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repair {
    /// The village whose counts are in doubt.
    pub village: VillageCode,
    /// The household whose page is in doubt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub household: Option<HouseholdId>,
}

impl Repair {
    /// The counts of a village.
    pub fn counts_of(village: &VillageCode) -> Self {
        Repair { village: village.clone(), household: None }
    }

    /// A household's page, and its village's counts.
    pub fn page_of(household: &HouseholdId) -> Self {
        Repair { village: household.village().clone(), household: Some(household.clone()) }
    }
}

/// The queue `repair`.
#[derive(Debug, Clone)]
pub struct RepairQueue(Queue);

impl RepairQueue {
    /// The queue at `url`.
    pub fn new(client: Client, url: String) -> Self {
        RepairQueue(Queue::new(client, url))
    }

    /// Queues a repair.
    pub async fn send(&self, repair: &Repair) -> Result<(), StoreError> {
        self.0.send(repair, None).await
    }
}
