//! From changes of households to buckets: one write per bucket and batch.

use std::collections::BTreeMap;

use anju_domain::count::{OnEqual, Version, Versioned, merge};
use anju_domain::ids::HouseholdId;
use anju_domain::summary::Packed;

use crate::Counters;
use crate::at_once::{Work, at_once};
use crate::bucket::{Bucket, BucketId};
use crate::failure::{ATTEMPTS, UpdateFailed};
use crate::ports::{CounterStore, Pause, PutError};

/// A write of a household, as the register's stream reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observed {
    /// The household.
    pub household: HouseholdId,
    /// Its revision by this write.
    pub revision: u64,
    /// What counted before; none when it was entered.
    pub old: Option<Packed>,
    /// What counts now.
    pub new: Packed,
}

impl Observed {
    /// Whether any count moves. A write that moves none may be left out: the row then has an older
    /// version than the household, but the right summary, and everything that could still come along
    /// is older than the row or newer than the household.
    pub fn moves_counts(&self) -> bool {
        self.old != Some(self.new)
    }
}

/// What became of a batch.
#[derive(Debug, Default)]
pub struct Tallied {
    /// Records that moved no count.
    pub skipped: usize,
    /// Buckets that hold their records now.
    pub buckets: usize,
    /// Buckets that don't (or may not, where an answer was lost). Others are not affected.
    pub failed: Vec<FailedBucket>,
}

impl Tallied {
    /// The first record of the batch that is to be delivered again. A stream then delivers all after
    /// it again, too, which does no harm.
    pub fn first_failed(&self) -> Option<usize> {
        self.failed.iter().flat_map(|failed| &failed.records).min().copied()
    }
}

/// A bucket that could not be brought up to date.
#[derive(Debug)]
pub struct FailedBucket {
    /// The bucket.
    pub bucket: BucketId,
    /// Its records' places in the batch.
    pub records: Vec<usize>,
    /// Why.
    pub cause: UpdateFailed,
}

/// Rows for one bucket, in no particular order.
pub(crate) type BucketRows = Vec<(u32, Versioned<Packed>)>;

impl<S: CounterStore, P: Pause> Counters<S, P> {
    /// Brings a batch of records, in any order, into their buckets.
    pub async fn tally(&self, records: &[Observed]) -> Tallied {
        let mut by_bucket: BTreeMap<BucketId, Vec<usize>> = BTreeMap::new();
        let mut tallied = Tallied::default();
        for (place, record) in records.iter().enumerate() {
            if record.moves_counts() {
                by_bucket.entry(BucketId::of(&record.household)).or_default().push(place);
            } else {
                tallied.skipped += 1;
            }
        }
        let mut work: Vec<Work<'_, Option<FailedBucket>>> = Vec::new();
        for (bucket, places) in by_bucket {
            let rows = places.iter().map(|place| self.row(&records[*place])).collect();
            work.push(Box::pin(async move {
                let cause = self.update_bucket(&bucket, rows, OnEqual::Keep).await.err()?;
                Some(FailedBucket { bucket, records: places, cause })
            }));
        }
        let buckets = work.len();
        tallied.failed = at_once(work).await.into_iter().flatten().collect();
        tallied.buckets = buckets - tallied.failed.len();
        tallied
    }

    fn row(&self, record: &Observed) -> (u32, Versioned<Packed>) {
        let version = Version { epoch: self.epoch, n: record.revision };
        (record.household.number(), Versioned { version, value: record.new })
    }

    /// Brings the rows into the bucket, and gives it as it is then. Writes only what changes.
    pub(crate) async fn update_bucket(
        &self,
        id: &BucketId,
        rows: BucketRows,
        on_equal: OnEqual,
    ) -> Result<Bucket, UpdateFailed> {
        for attempt in 1..=ATTEMPTS {
            let read = self.store.bucket(id).await?;
            let expected = read.as_ref().map(|bucket| bucket.version);
            let mut bucket = read.unwrap_or_default();
            if bucket.version.epoch > self.epoch {
                return Err(UpdateFailed::EpochIsOver { own: self.epoch, bucket: bucket.version.epoch });
            }
            let mut changed = false;
            for (number, row) in &rows {
                changed |= merge(&mut bucket.rows, *number, *row, on_equal);
            }
            if !changed {
                return Ok(bucket);
            }
            bucket.version = bucket.version.next(self.epoch);
            match self.store.put_bucket(id, &bucket, expected).await {
                Ok(()) => return Ok(bucket),
                Err(PutError::Unavailable(error)) => return Err(error.into()),
                Err(PutError::Conflict) => self.pause.after(attempt).await,
            }
        }
        Err(UpdateFailed::Contended)
    }
}
