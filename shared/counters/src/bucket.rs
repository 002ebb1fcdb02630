//! Buckets: the summaries of up to 64 households of one village in one item.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use anju_domain::count::{Counts, Version, Versioned};
use anju_domain::ids::{HouseholdId, InvalidId};
use anju_domain::region::VillageCode;
use anju_domain::summary::{InvalidSummary, Packed};

/// How many households share a bucket: few enough that an item stays within three write units, many
/// enough that a village's item has few rows.
pub const HOUSEHOLDS_PER_BUCKET: u32 = 64;

/// Which bucket of its village, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BucketNumber(u32);

impl BucketNumber {
    /// The bucket that the household with this number falls into.
    pub fn of_household(number: u32) -> Self {
        BucketNumber(number / HOUSEHOLDS_PER_BUCKET)
    }

    /// The highest number that falls into it.
    pub fn last_household(self) -> u32 {
        self.0 * HOUSEHOLDS_PER_BUCKET + (HOUSEHOLDS_PER_BUCKET - 1)
    }
}

impl fmt::Display for BucketNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl FromStr for BucketNumber {
    type Err = InvalidId;

    /// Digits only; leading zeros are fine, keys have them so that they sort.
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let number: u32 = text.parse().map_err(|_| InvalidId)?;
        if digits && number <= u32::MAX / HOUSEHOLDS_PER_BUCKET {
            Ok(BucketNumber(number))
        } else {
            Err(InvalidId)
        }
    }
}

/// A bucket of a village.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BucketId {
    village: VillageCode,
    number: BucketNumber,
}

impl BucketId {
    /// The bucket with this number in the village.
    pub fn new(village: VillageCode, number: BucketNumber) -> Self {
        BucketId { village, number }
    }

    /// The bucket that the household falls into.
    pub fn of(household: &HouseholdId) -> Self {
        BucketId::new(household.village().clone(), BucketNumber::of_household(household.number()))
    }

    /// Its village.
    pub fn village(&self) -> &VillageCode {
        &self.village
    }

    /// Its number within the village.
    pub fn number(&self) -> BucketNumber {
        self.number
    }
}

impl fmt::Display for BucketId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}#{}", self.village, self.number)
    }
}

/// What a bucket holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bucket {
    /// How often it was written, within its epoch. Two different contents never share a version.
    pub version: Version,
    /// Households by their number; a row's version is (epoch, the household's revision).
    pub rows: BTreeMap<u32, Versioned<Packed>>,
}

impl Bucket {
    /// The counts of its households together.
    pub fn total(&self) -> Result<Counts, InvalidSummary> {
        let mut total = Counts::default();
        for row in self.rows.values() {
            total += &Counts::of(&row.value.unpack()?);
        }
        Ok(total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixty_four_households_share_a_bucket() {
        let bucket = |household: &str| BucketId::of(&household.parse().unwrap()).to_string();
        assert_eq!(bucket("530627101203-1"), "530627101203#0");
        assert_eq!(bucket("530627101203-63"), "530627101203#0");
        assert_eq!(bucket("530627101203-64"), "530627101203#1");
        assert_eq!(BucketNumber::of_household(64).last_household(), 127);
    }

    #[test]
    fn a_bucket_number_reads_with_and_without_padding() {
        let seven: BucketNumber = "0007".parse().unwrap();
        assert_eq!(format!("{seven:04} {seven}"), "0007 7");
        for wrong in ["", "+7", "x", "67108864", "4294967296"] {
            assert!(wrong.parse::<BucketNumber>().is_err(), "{wrong}");
        }
    }
}
