//! What the counters ask of the outside.

use std::collections::BTreeMap;
use std::error::Error;
use std::future::Future;

use anju_domain::count::Version;
use anju_domain::region::{RegionCode, VillageCode};
use anju_domain::summary::Packed;

use crate::bucket::{Bucket, BucketId, BucketNumber};
use crate::region::RegionCounts;

/// A store didn't answer, or not with what belongs there.
#[derive(Debug, thiserror::Error)]
#[error("the store failed: {0}")]
pub struct Unavailable(#[source] pub Box<dyn Error + Send + Sync>);

/// Why a put has no answer of success.
#[derive(Debug, thiserror::Error)]
pub enum PutError {
    /// The item isn't the one that was read; nothing was written.
    #[error("the item was changed since it was read")]
    Conflict,
    /// It may or may not have been written.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// Keeps buckets and regions. All reads are consistent: they see every put that was answered before.
///
/// A put takes place only while the item's version is `expected`, or while there is none for `None`.
pub trait CounterStore: Sync {
    /// A bucket; none where it was never written.
    fn bucket(&self, id: &BucketId) -> impl Future<Output = Result<Option<Bucket>, Unavailable>> + Send;

    /// All buckets of a village.
    fn buckets_of(
        &self,
        village: &VillageCode,
    ) -> impl Future<Output = Result<BTreeMap<BucketNumber, Bucket>, Unavailable>> + Send;

    /// Writes a bucket.
    fn put_bucket(
        &self,
        id: &BucketId,
        new: &Bucket,
        expected: Option<Version>,
    ) -> impl Future<Output = Result<(), PutError>> + Send;

    /// A region's item; none where it was never written.
    fn region_counts(
        &self,
        region: &RegionCode,
    ) -> impl Future<Output = Result<Option<RegionCounts>, Unavailable>> + Send;

    /// Writes a region's item.
    fn put_region_counts(
        &self,
        new: &RegionCounts,
        expected: Option<Version>,
    ) -> impl Future<Output = Result<(), PutError>> + Send;
}

/// A household as the register has it now. `T` is the register's kind of time, which only whoever
/// judges differences looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered<T> {
    /// Its number within the village.
    pub number: u32,
    /// Moves with every write of it, from 1.
    pub revision: u64,
    /// What counts of it.
    pub summary: Packed,
    /// When it was last written.
    pub updated_at: T,
}

/// The register of households.
pub trait Register: Sync {
    /// Its kind of time.
    type Time: Clone + Send + Sync;

    /// All households of a village, each read consistently (not all at one moment).
    fn households_of(
        &self,
        village: &VillageCode,
    ) -> impl Future<Output = Result<Vec<Registered<Self::Time>>, Unavailable>> + Send;
}

/// Waits before another attempt, so that those who met don't meet again.
pub trait Pause: Sync {
    /// Waits; `attempt` says how many have failed, from 1.
    fn after(&self, attempt: u32) -> impl Future<Output = ()> + Send;
}

/// Doesn't wait at all.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoPause;

impl Pause for NoPause {
    async fn after(&self, _attempt: u32) {}
}

impl<S: CounterStore> CounterStore for &S {
    async fn bucket(&self, id: &BucketId) -> Result<Option<Bucket>, Unavailable> {
        (**self).bucket(id).await
    }

    async fn buckets_of(&self, village: &VillageCode) -> Result<BTreeMap<BucketNumber, Bucket>, Unavailable> {
        (**self).buckets_of(village).await
    }

    async fn put_bucket(
        &self,
        id: &BucketId,
        new: &Bucket,
        expected: Option<Version>,
    ) -> Result<(), PutError> {
        (**self).put_bucket(id, new, expected).await
    }

    async fn region_counts(&self, region: &RegionCode) -> Result<Option<RegionCounts>, Unavailable> {
        (**self).region_counts(region).await
    }

    async fn put_region_counts(&self, new: &RegionCounts, expected: Option<Version>) -> Result<(), PutError> {
        (**self).put_region_counts(new, expected).await
    }
}
