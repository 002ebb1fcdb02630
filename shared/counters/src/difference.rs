//! What a recount finds to differ between the counters and what they are made from.

use std::collections::{BTreeMap, BTreeSet};

use anju_domain::count::{Counts, Version, Versioned};
use anju_domain::ids::HouseholdId;
use anju_domain::region::{RegionCode, VillageCode};
use anju_domain::summary::{Packed, State};

use crate::bucket::{Bucket, BucketId, BucketNumber};
use crate::ports::Registered;
use crate::region::{Child, ChildCounts, ChildKey, RegionCounts};

/// Something that isn't counted as it should be. `T` is the register's kind of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference<T> {
    /// Where.
    pub place: Place,
    /// How.
    pub kind: Kind<T>,
}

/// A row of a counter item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A household's row in its bucket.
    Household(HouseholdId),
    /// A child's row in its region.
    Child {
        /// The region.
        region: RegionCode,
        /// The child.
        child: ChildKey,
    },
}

/// How a row differs from what it is made from, its source: the household or the child's item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind<T> {
    /// At the same version: it was written wrongly. Repaired.
    Wrong,
    /// The source has a newer version: on its way, or lost if it stays so. Repaired.
    Behind {
        /// The row's version; none where there is no row yet.
        held: Option<Version>,
        /// Since when; regions don't know. For them, see whether `held` still stands later on.
        since: Option<T>,
    },
    /// The source has an older version, though it was read later: it was set back, and the epoch must
    /// be raised before a recount can repair this.
    Ahead,
    /// There is no source, but it counts. Repaired where the row is from an earlier epoch: then the
    /// register was set back to before the household was entered.
    NoSource,
}

impl<T> Kind<T> {
    fn of<V: PartialEq>(
        held: Option<&Versioned<V>>,
        source: &Versioned<V>,
        since: Option<T>,
    ) -> Option<Self> {
        let Some(row) = held else { return Some(Kind::Behind { held: None, since }) };
        if row.value == source.value {
            None
        } else if row.version == source.version {
            Some(Kind::Wrong)
        } else if row.version < source.version {
            Some(Kind::Behind { held: Some(row.version), since })
        } else {
            Some(Kind::Ahead)
        }
    }
}

/// Differences between a village's buckets and its households. Only where the buckets were read first
/// does `Ahead` mean what it says.
pub(crate) fn of_households<T: Clone>(
    village: &VillageCode,
    epoch: u32,
    buckets: &BTreeMap<BucketNumber, Bucket>,
    households: &[Registered<T>],
) -> Vec<Difference<T>> {
    let place = |number| Place::Household(HouseholdId::new(village.clone(), number));
    let mut differences = Vec::new();
    for household in households {
        let bucket = buckets.get(&BucketNumber::of_household(household.number));
        let held = bucket.and_then(|bucket| bucket.rows.get(&household.number));
        let version = Version { epoch, n: household.revision };
        let source = Versioned { version, value: household.summary };
        let kind = Kind::of(held, &source, Some(household.updated_at.clone()));
        differences.extend(kind.map(|kind| Difference { place: place(household.number), kind }));
    }
    for (_, number, _) in without_household(buckets, households) {
        differences.push(Difference { place: place(number), kind: Kind::NoSource });
    }
    differences
}

/// Rows that count something, though the register has no such household.
pub(crate) fn without_household<T>(
    buckets: &BTreeMap<BucketNumber, Bucket>,
    households: &[Registered<T>],
) -> Vec<(BucketNumber, u32, Version)> {
    let known: BTreeSet<u32> = households.iter().map(|household| household.number).collect();
    let mut without = Vec::new();
    for (bucket, content) in buckets {
        for (number, row) in &content.rows {
            if !known.contains(number) && counts(&row.value) {
                without.push((*bucket, *number, row.version));
            }
        }
    }
    without
}

fn counts(summary: &Packed) -> bool {
    summary.unpack().map_or(true, |summary| summary.state != State::Left)
}

/// Differences between a village's item and its buckets. Buckets that are no summaries differ.
pub(crate) fn of_buckets<T>(
    village: &VillageCode,
    item: Option<&RegionCounts>,
    buckets: &BTreeMap<BucketNumber, Bucket>,
) -> Vec<Difference<T>> {
    let region = village.region();
    let place = |child| Place::Child { region: region.clone(), child };
    let mut differences = Vec::new();
    for (number, bucket) in buckets {
        let of = Child::Bucket(BucketId::new(village.clone(), *number));
        let kind = match bucket.total() {
            Ok(value) => {
                let counts = Versioned { version: bucket.version, value };
                of_child(item, &ChildCounts { of, counts })
            }
            Err(_) => Some(Kind::Wrong),
        };
        differences.extend(kind.map(|kind| Difference { place: place(ChildKey::Bucket(*number)), kind }));
    }
    for (child, row) in item.into_iter().flat_map(RegionCounts::rows) {
        let there = matches!(child, ChildKey::Bucket(number) if buckets.contains_key(number));
        if !there && row.value != Counts::default() {
            differences.push(Difference { place: place(child.clone()), kind: Kind::NoSource });
        }
    }
    differences
}

/// The difference between a region's row in the item above and the region itself.
pub(crate) fn of_region<T>(parent: Option<&RegionCounts>, region: &RegionCounts) -> Option<Difference<T>> {
    let child = ChildCounts::from(region);
    let place = Place::Child { region: child.of.parent()?, child: child.of.key() };
    of_child(parent, &child).map(|kind| Difference { place, kind })
}

fn of_child<T>(parent: Option<&RegionCounts>, child: &ChildCounts) -> Option<Kind<T>> {
    let held = parent.and_then(|parent| parent.rows().get(&child.of.key()));
    Kind::of(held, &child.counts, None)
}
