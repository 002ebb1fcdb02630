//! Which households a file has named so far: a bit each, so that a million take less than a megabyte.

use std::collections::BTreeMap;

use anju_domain::ids::HouseholdId;
use anju_domain::region::VillageCode;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use roaring::RoaringBitmap;
use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Households by village.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Seen(BTreeMap<VillageCode, Numbers>);

/// Numbers of a village's households.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Numbers(RoaringBitmap);

impl Seen {
    /// None yet.
    pub const fn new() -> Seen {
        Seen(BTreeMap::new())
    }

    /// Whether none was named.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a household was named.
    pub fn contains(&self, id: &HouseholdId) -> bool {
        self.of(id.village()).is_some_and(|numbers| numbers.contains(id.number()))
    }

    /// Adds a household. False where it was there already.
    pub fn insert(&mut self, id: &HouseholdId) -> bool {
        match self.0.get_mut(id.village()) {
            Some(numbers) => numbers.0.insert(id.number()),
            None => self.0.entry(id.village().clone()).or_default().0.insert(id.number()),
        }
    }

    /// The villages, each with the numbers that were named.
    pub fn villages(&self) -> impl Iterator<Item = (&VillageCode, &Numbers)> {
        self.0.iter()
    }

    /// The numbers of a village.
    pub fn of(&self, village: &VillageCode) -> Option<&Numbers> {
        self.0.get(village)
    }
}

impl Numbers {
    /// Whether a household was named.
    pub fn contains(&self, number: u32) -> bool {
        self.0.contains(number)
    }

    /// With those of another.
    pub fn and(&self, other: Option<&Numbers>) -> Numbers {
        other.map_or_else(|| self.clone(), |other| Numbers(&self.0 | &other.0))
    }
}

impl Serialize for Numbers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut bytes = Vec::with_capacity(self.0.serialized_size());
        self.0.serialize_into(&mut bytes).map_err(S::Error::custom)?;
        serializer.serialize_str(&BASE64_STANDARD.encode(bytes))
    }
}

impl<'de> Deserialize<'de> for Numbers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = BASE64_STANDARD.decode(text).map_err(D::Error::custom)?;
        RoaringBitmap::deserialize_from(bytes.as_slice()).map(Numbers).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_survives_storage() {
        let mut seen = Seen::default();
        for n in 1..1405 {
            assert!(seen.insert(&format!("530627101203-{n}").parse().unwrap()));
        }
        assert!(!seen.insert(&"530627101203-7".parse().unwrap()));
        let stored = serde_json::to_string(&seen).unwrap();
        assert!(stored.len() < 4000, "{}", stored.len());
        assert_eq!(serde_json::from_str::<Seen>(&stored).unwrap(), seen);
    }
}
