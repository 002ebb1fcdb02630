//! The queue of regions whose counts are to be compared with the register, and the one of what differed.

use std::time::Duration;

use anju_counters::check::Suspect;
use anju_counters::region::ChildKey;
use anju_domain::count::Version;
use anju_domain::region::RegionCode;
use aws_sdk_sqs::Client;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::StoreError;
use crate::queue::Queue;

/// A region whose counts are to be compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// The region: its rows, and of a township all that lies below.
    pub region: RegionCode,
    /// Rows that were behind at the first look: only these are looked at then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub again: Vec<BehindRow>,
}

impl Check {
    /// A first look at a region.
    pub fn of(region: RegionCode) -> Self {
        Check { region, again: Vec::new() }
    }
}

/// A [`Suspect`] as a message and a file have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BehindRow {
    region: RegionCode,
    child: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    held: Option<u64>,
}

impl From<&Suspect> for BehindRow {
    fn from(suspect: &Suspect) -> Self {
        BehindRow {
            region: suspect.region.clone(),
            child: suspect.child.to_string(),
            held: suspect.held.map(Version::to_number),
        }
    }
}

impl BehindRow {
    /// The row; none where the text names no child of the region, which reading rules out.
    pub fn suspect(&self) -> Option<Suspect> {
        let child = ChildKey::parse(&self.region, &self.child).ok()?;
        let held = self.held.map(Version::from_number);
        Some(Suspect { region: self.region.clone(), child, held })
    }
}

impl<'de> Deserialize<'de> for BehindRow {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Row {
            region: RegionCode,
            child: String,
            held: Option<u64>,
        }
        let Row { region, child, held } = Row::deserialize(deserializer)?;
        ChildKey::parse(&region, &child).map_err(D::Error::custom)?;
        Ok(BehindRow { region, child, held })
    }
}

/// The queue of checks.
#[derive(Debug, Clone)]
pub struct CheckQueue(Queue);

impl CheckQueue {
    /// The queue at `url`.
    pub fn new(client: Client, url: String) -> Self {
        CheckQueue(Queue::new(client, url))
    }

    /// Queues checks. Where it fails, some may be queued.
    pub async fn send(&self, checks: &[Check]) -> Result<(), StoreError> {
        self.0.send_all(checks).await
    }

    /// Queues a check that is to be made after a while, 15 minutes at most.
    pub async fn send_later(&self, check: &Check, after: Duration) -> Result<(), StoreError> {
        self.0.send(check, Some(after)).await
    }
}

/// The queue of what differed. Nobody takes from it: a message in it is an alarm, and says where.
#[derive(Debug, Clone)]
pub struct DifferenceQueue(Queue);

impl DifferenceQueue {
    /// The queue at `url`.
    pub fn new(client: Client, url: String) -> Self {
        DifferenceQueue(Queue::new(client, url))
    }

    /// Leaves a report, as JSON.
    pub async fn send(&self, report: &impl Serialize) -> Result<(), StoreError> {
        self.0.send(report, None).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::body;

    #[test]
    fn a_row_that_was_behind_survives_its_message() {
        let suspects = [("530627101", "530627101203", Some(7)), ("530627101203", "4", None)];
        for (region, child, held) in suspects {
            let region: RegionCode = region.parse().unwrap();
            let child = ChildKey::parse(&region, child).unwrap();
            let held = held.map(|n| Version { epoch: 2, n });
            let suspect = Suspect { region: region.clone(), child, held };
            let check = Check { region, again: vec![BehindRow::from(&suspect)] };
            let read: Check = serde_json::from_str(&body(&check).unwrap()).unwrap();
            assert_eq!(read.again[0].suspect(), Some(suspect));
        }
    }

    #[test]
    fn a_first_look_names_just_its_region_and_a_row_of_no_child_is_refused() {
        let check = Check::of("530627".parse().unwrap());
        assert_eq!(body(&check).unwrap(), r#"{"region":"530627"}"#);
        let wrong = r#"{"region":"530627","again":[{"region":"530627","child":"11"}]}"#;
        assert!(serde_json::from_str::<Check>(wrong).is_err());
    }
}
