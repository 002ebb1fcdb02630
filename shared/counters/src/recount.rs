//! The counts made anew from the register, in place and beside live traffic.

use std::collections::{BTreeMap, BTreeSet};

use anju_domain::count::{OnEqual, Version, Versioned};
use anju_domain::region::{Level, RegionCode, VillageCode};
use anju_domain::summary::{Packed, State, Summary};

use crate::Counters;
use crate::at_once::{Work, at_once};
use crate::bucket::{Bucket, BucketId, BucketNumber};
use crate::difference::{self, Difference};
use crate::failure::UpdateFailed;
use crate::ports::{CounterStore, Pause, Register, Registered, Unavailable};
use crate::region::RegionCounts;
use crate::roll_up::RolledUp;
use crate::tally::BucketRows;

/// Whether a recount writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// It only says what differs.
    Check,
    /// It also brings everything to what the register says.
    Repair,
}

/// What a recount found and did. `T` is the register's kind of time.
#[derive(Debug)]
pub struct Recounted<T> {
    /// What differed when it was read, before any repair.
    pub differences: Vec<Difference<T>>,
    /// Villages that were not checked, or whose buckets were not repaired, to the end.
    pub failed: Vec<FailedVillage>,
    /// What became of the regions; nothing in [`Mode::Check`].
    pub climbed: RolledUp,
    /// Households that were compared.
    pub households: usize,
}

impl<T> Recounted<T> {
    /// Whether every village got to its end. If not, recount them again: also a repair that was
    /// written half-way may need it.
    pub fn is_complete(&self) -> bool {
        self.failed.is_empty() && self.climbed.failed.is_empty()
    }
}

/// A village whose recount didn't get to its end.
#[derive(Debug)]
pub struct FailedVillage {
    /// The village.
    pub village: VillageCode,
    /// Why.
    pub cause: UpdateFailed,
}

/// One village as it was read, its buckets before its households.
pub(crate) struct Village<'a, T> {
    code: &'a VillageCode,
    buckets: BTreeMap<BucketNumber, Bucket>,
    pub(crate) households: Vec<Registered<T>>,
}

impl<S: CounterStore, P: Pause> Counters<S, P> {
    /// Recounts the villages, and in [`Mode::Repair`] brings them and all regions above them to what
    /// the register says.
    ///
    /// Safe beside live traffic: what it read of the register goes in by version like anything else,
    /// except that it also replaces what differs at an equal version. It holds the villages' buckets
    /// in memory, so give it a county at most.
    pub async fn recount<R: Register>(
        &self,
        register: &R,
        villages: &BTreeSet<VillageCode>,
        mode: Mode,
    ) -> Result<Recounted<R::Time>, Unavailable> {
        let regions = self.regions_of(villages).await?;
        let mut differences = Vec::new();
        for (code, item) in &regions {
            let parent = code.parent().and_then(|parent| regions.get(&parent));
            differences.extend(difference::of_region(parent, item));
        }
        let mut recounted =
            Recounted { differences, failed: Vec::new(), climbed: RolledUp::default(), households: 0 };
        let mut repaired = BTreeMap::new();
        for code in villages {
            let village = match self.read_village(register, code).await {
                Ok(village) => village,
                Err(error) => {
                    recounted.failed.push(FailedVillage { village: code.clone(), cause: error.into() });
                    continue;
                }
            };
            recounted.households += village.households.len();
            recounted.differences.extend(village.differences(self.epoch, regions.get(code.region())));
            if mode == Mode::Repair {
                self.repair_buckets(&village, &mut repaired, &mut recounted.failed).await;
            }
        }
        recounted.climbed = self.climb(repaired, OnEqual::Replace).await;
        Ok(recounted)
    }

    /// The items of the villages and of all regions above them, where there are any. Parents are read
    /// before their children: so a row can't rightly be newer than its child.
    async fn regions_of(
        &self,
        villages: &BTreeSet<VillageCode>,
    ) -> Result<BTreeMap<RegionCode, RegionCounts>, Unavailable> {
        let mut items = BTreeMap::new();
        for level in Level::ALL {
            let codes: BTreeSet<_> =
                villages.iter().filter_map(|village| village.region().at(level)).collect();
            let mut work: Vec<Work<'_, Result<Option<RegionCounts>, Unavailable>>> = Vec::new();
            for code in codes {
                work.push(Box::pin(async move { self.store.region_counts(&code).await }));
            }
            for read in at_once(work).await {
                items.extend(read?.map(|item| (item.region().clone(), item)));
            }
        }
        Ok(items)
    }

    pub(crate) async fn read_village<'a, R: Register>(
        &self,
        register: &R,
        code: &'a VillageCode,
    ) -> Result<Village<'a, R::Time>, Unavailable> {
        let buckets = self.store.buckets_of(code).await?;
        let households = register.households_of(code).await?;
        Ok(Village { code, buckets, households })
    }

    /// Brings the village's buckets to what the register says, and adds them as they are then.
    async fn repair_buckets<T>(
        &self,
        village: &Village<'_, T>,
        repaired: &mut BTreeMap<BucketId, Bucket>,
        failed: &mut Vec<FailedVillage>,
    ) {
        let mut work: Vec<Work<'_, Result<(BucketId, Bucket), UpdateFailed>>> = Vec::new();
        for (number, rows) in village.rows(self.epoch) {
            let id = BucketId::new(village.code.clone(), number);
            work.push(Box::pin(async move {
                let bucket = self.update_bucket(&id, rows, OnEqual::Replace).await?;
                Ok((id, bucket))
            }));
        }
        for result in at_once(work).await {
            match result {
                Ok((id, bucket)) => drop(repaired.insert(id, bucket)),
                Err(cause) => failed.push(FailedVillage { village: village.code.clone(), cause }),
            }
        }
    }
}

impl<T: Clone> Village<'_, T> {
    /// What differs in it and in its buckets' rows. The village's item was read before them.
    pub(crate) fn differences(&self, epoch: u32, item: Option<&RegionCounts>) -> Vec<Difference<T>> {
        let mut differences = difference::of_households(self.code, epoch, &self.buckets, &self.households);
        differences.extend(difference::of_buckets(self.code, item, &self.buckets));
        differences
    }
}

impl<T> Village<'_, T> {
    /// The rows of all its buckets as they should be.
    ///
    /// A household goes in even if its summary is there already at an older version: a worker that
    /// was given up but still runs could otherwise put a summary from in between on top.
    fn rows(&self, epoch: u32) -> BTreeMap<BucketNumber, BucketRows> {
        let mut rows: BTreeMap<_, _> = self.buckets.keys().map(|number| (*number, Vec::new())).collect();
        for household in &self.households {
            let version = Version { epoch, n: household.revision };
            let bucket = BucketNumber::of_household(household.number);
            let row = Versioned { version, value: household.summary };
            rows.entry(bucket).or_default().push((household.number, row));
        }
        for (bucket, number, held) in difference::without_household(&self.buckets, &self.households) {
            let gone = gone(epoch);
            if held.version <= gone.version {
                rows.entry(bucket).or_default().push((number, gone));
            }
        }
        rows
    }
}

/// The row of a household that was entered after the moment to which the register was set back: it
/// counts nothing, and any revision of a household entered under the same number wins over it.
fn gone(epoch: u32) -> Versioned<Packed> {
    let left = Summary { state: State::Left, ..Summary::pending(0) };
    Versioned { version: Version { epoch, n: 0 }, value: left.pack() }
}
