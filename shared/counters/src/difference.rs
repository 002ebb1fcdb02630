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
    /// What the row says; none where there is no row.
    pub held: Option<Versioned<Value>>,
    /// What it should say; none where there is nothing that it is made from, or where that can't be read.
    pub source: Option<Versioned<Value>>,
}

/// What is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Of a household.
    Summary(Packed),
    /// Of a bucket or a region.
    Counts(Box<Counts>),
}

impl From<&Packed> for Value {
    fn from(summary: &Packed) -> Self {
        Value::Summary(*summary)
    }
}

impl From<&Counts> for Value {
    fn from(counts: &Counts) -> Self {
        Value::Counts(Box::new(counts.clone()))
    }
}

/// A row's value or its source's, of whichever kind.
fn shown<V>(one: &Versioned<V>) -> Versioned<Value>
where
    for<'a> &'a V: Into<Value>,
{
    Versioned { version: one.version, value: (&one.value).into() }
}

impl<T> Difference<T> {
    /// How the row differs from its source, if it does.
    fn between<V: PartialEq>(
        place: Place,
        held: Option<&Versioned<V>>,
        source: &Versioned<V>,
        since: Option<T>,
    ) -> Option<Self>
    where
        for<'a> &'a V: Into<Value>,
    {
        let kind = Kind::of(held, source, since)?;
        Some(Difference { place, kind, held: held.map(shown), source: Some(shown(source)) })
    }

    /// A row that counts although nothing is there to be counted.
    fn without_source<V>(place: Place, held: &Versioned<V>) -> Self
    where
        for<'a> &'a V: Into<Value>,
    {
        Difference { place, kind: Kind::NoSource, held: Some(shown(held)), source: None }
    }
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
    /// register was set back to before the household was entered. Repaired also where the row was
    /// written by such a repair, and is wrong since.
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
        let since = Some(household.updated_at.clone());
        differences.extend(Difference::between(place(household.number), held, &source, since));
    }
    for (_, number, row) in without_household(buckets, households) {
        differences.push(Difference::without_source(place(number), &row));
    }
    differences
}

/// Rows that count something, though the register has no such household.
pub(crate) fn without_household<T>(
    buckets: &BTreeMap<BucketNumber, Bucket>,
    households: &[Registered<T>],
) -> Vec<(BucketNumber, u32, Versioned<Packed>)> {
    let known: BTreeSet<u32> = households.iter().map(|household| household.number).collect();
    let mut without = Vec::new();
    for (bucket, content) in buckets {
        for (number, row) in &content.rows {
            if !known.contains(number) && counts(&row.value) {
                without.push((*bucket, *number, *row));
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
        differences.extend(match bucket.total() {
            Ok(value) => {
                let counts = Versioned { version: bucket.version, value };
                of_child(item, region, &ChildCounts { of, counts })
            }
            Err(_) => Some(Difference {
                place: place(of.key()),
                kind: Kind::Wrong,
                held: item.and_then(|item| item.rows().get(&of.key())).map(shown),
                source: None,
            }),
        });
    }
    for (child, row) in item.into_iter().flat_map(RegionCounts::rows) {
        let there = matches!(child, ChildKey::Bucket(number) if buckets.contains_key(number));
        if !there && row.value != Counts::default() {
            differences.push(Difference::without_source(place(child.clone()), row));
        }
    }
    differences
}

/// The difference between a region's row in the item above and the region itself.
pub(crate) fn of_region<T>(parent: Option<&RegionCounts>, region: &RegionCounts) -> Option<Difference<T>> {
    let child = ChildCounts::from(region);
    of_child(parent, &child.of.parent()?, &child)
}

/// A row of a region that has no item of its own, if it counts anything.
pub(crate) fn of_missing_region<T>(parent: &RegionCounts, child: &RegionCode) -> Option<Difference<T>> {
    let key = ChildKey::Region(child.clone());
    let row = parent.rows().get(&key).filter(|row| row.value != Counts::default())?;
    let place = Place::Child { region: parent.region().clone(), child: key };
    Some(Difference::without_source(place, row))
}

/// The difference between a child's row in its region's item and the child itself.
pub(crate) fn of_child<T>(
    item: Option<&RegionCounts>,
    region: &RegionCode,
    child: &ChildCounts,
) -> Option<Difference<T>> {
    let held = item.and_then(|item| item.rows().get(&child.of.key()));
    let place = Place::Child { region: region.clone(), child: child.of.key() };
    Difference::between(place, held, &child.counts, None)
}
