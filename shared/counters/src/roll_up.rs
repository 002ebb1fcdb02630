//! From changed buckets up to the nation, in one go: one write per region and batch.

use std::collections::BTreeMap;

use anju_domain::count::{OnEqual, Versioned};
use anju_domain::region::{RegionCode, VillageCode};
use anju_domain::summary::InvalidSummary;

use crate::Counters;
use crate::at_once::{Work, at_once};
use crate::bucket::{Bucket, BucketId};
use crate::failure::{ATTEMPTS, UpdateFailed};
use crate::ports::{CounterStore, Pause, PutError};
use crate::region::{Child, ChildCounts, RegionCounts};

/// What became of a batch.
#[derive(Debug, Default)]
pub struct RolledUp {
    /// Regions that hold their children's counts now.
    pub regions: usize,
    /// Regions that don't (or may not, where an answer was lost), and what is above them only in
    /// part. Others are not affected.
    pub failed: Vec<FailedRegion>,
}

impl RolledUp {
    /// Why the village's counts haven't all reached the nation; none when they have. Its buckets are
    /// then to be delivered again.
    pub fn failure_of(&self, village: &VillageCode) -> Option<&UpdateFailed> {
        self.failed.iter().find(|failed| failed.region.contains(village.region())).map(|failed| &failed.cause)
    }
}

/// A region that could not be brought up to date.
#[derive(Debug)]
pub struct FailedRegion {
    /// The region.
    pub region: RegionCode,
    /// Why.
    pub cause: UpdateFailed,
}

impl FailedRegion {
    fn invalid_bucket(id: &BucketId, error: InvalidSummary) -> Self {
        FailedRegion { region: id.village().region().clone(), cause: error.into() }
    }
}

impl<S: CounterStore, P: Pause> Counters<S, P> {
    /// Brings buckets, as the counters' stream shows them and in any order, into all regions above.
    pub async fn roll_up(&self, images: impl IntoIterator<Item = (BucketId, Bucket)>) -> RolledUp {
        self.climb(latest(images), OnEqual::Keep).await
    }

    /// Brings buckets into all regions above, level by level.
    ///
    /// It goes on upward from regions that needed no change, with what they hold *now*: whoever
    /// wrote that may have died before going on.
    pub(crate) async fn climb(&self, buckets: BTreeMap<BucketId, Bucket>, on_equal: OnEqual) -> RolledUp {
        let mut outcome = RolledUp::default();
        let mut level = Vec::new();
        for (id, bucket) in buckets {
            match bucket.total() {
                Ok(value) => {
                    let counts = Versioned { version: bucket.version, value };
                    level.push(ChildCounts { of: Child::Bucket(id), counts });
                }
                Err(error) => outcome.failed.push(FailedRegion::invalid_bucket(&id, error)),
            }
        }
        while !level.is_empty() {
            level = self.climb_one(level, on_equal, &mut outcome).await;
        }
        outcome
    }

    /// Brings children into their parents; gives the parents as the next level's children.
    async fn climb_one(
        &self,
        children: Vec<ChildCounts>,
        on_equal: OnEqual,
        outcome: &mut RolledUp,
    ) -> Vec<ChildCounts> {
        let mut work: Vec<Work<'_, Result<ChildCounts, FailedRegion>>> = Vec::new();
        for (region, children) in by_parent(children) {
            work.push(Box::pin(async move {
                match self.update_region(&region, &children, on_equal).await {
                    Ok(item) => Ok(ChildCounts::from(&item)),
                    Err(cause) => Err(FailedRegion { region, cause }),
                }
            }));
        }
        let mut next = Vec::new();
        for result in at_once(work).await {
            match result {
                Ok(item) => {
                    outcome.regions += 1;
                    next.push(item);
                }
                Err(failed) => outcome.failed.push(failed),
            }
        }
        next
    }

    /// Brings the children into the region's item, and gives it as it is then. Writes only what
    /// changes.
    async fn update_region(
        &self,
        region: &RegionCode,
        children: &[ChildCounts],
        on_equal: OnEqual,
    ) -> Result<RegionCounts, UpdateFailed> {
        for attempt in 1..=ATTEMPTS {
            let read = self.store.region_counts(region).await?;
            let expected = read.as_ref().map(RegionCounts::version);
            let mut item = read.unwrap_or_else(|| RegionCounts::empty(region.clone()));
            if !item.take(children, on_equal) {
                return Ok(item);
            }
            item.advance(self.epoch);
            match self.store.put_region_counts(&item, expected).await {
                Ok(()) => return Ok(item),
                Err(PutError::Unavailable(error)) => return Err(error.into()),
                Err(PutError::Conflict) => self.pause.after(attempt).await,
            }
        }
        Err(UpdateFailed::Contended)
    }
}

/// Of several images of one bucket the newest: it holds all that the others hold.
fn latest(images: impl IntoIterator<Item = (BucketId, Bucket)>) -> BTreeMap<BucketId, Bucket> {
    let mut latest: BTreeMap<BucketId, Bucket> = BTreeMap::new();
    for (id, bucket) in images {
        match latest.get(&id) {
            Some(held) if held.version >= bucket.version => {}
            _ => drop(latest.insert(id, bucket)),
        }
    }
    latest
}

/// The nation, which has no parent, is left out.
fn by_parent(children: Vec<ChildCounts>) -> BTreeMap<RegionCode, Vec<ChildCounts>> {
    let mut by_parent: BTreeMap<RegionCode, Vec<ChildCounts>> = BTreeMap::new();
    for child in children {
        if let Some(parent) = child.of.parent() {
            by_parent.entry(parent).or_default().push(child);
        }
    }
    by_parent
}
