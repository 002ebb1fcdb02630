//! Counters and a register in memory, with faults at will.

use std::collections::BTreeMap;
use std::fmt;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use anju_domain::count::Version;
use anju_domain::ids::HouseholdId;
use anju_domain::region::{RegionCode, VillageCode};

use crate::bucket::{Bucket, BucketId, BucketNumber};
use crate::ports::{CounterStore, PutError, Register, Registered, Unavailable};
use crate::region::RegionCounts;

/// A request to a store.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is named for the request it is")]
pub enum Request {
    ReadBucket(BucketId),
    ReadBucketsOf(VillageCode),
    WriteBucket(BucketId),
    ReadRegion(RegionCode),
    WriteRegion(RegionCode),
    ReadHouseholds(VillageCode),
}

impl Request {
    /// Whether it writes.
    pub fn is_write(&self) -> bool {
        matches!(self, Request::WriteBucket(_) | Request::WriteRegion(_))
    }
}

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Fate {
    /// How often it is polled in vain before it takes place.
    pub waits_before: u8,
    /// How it ends.
    pub ending: Ending,
    /// How often it is polled in vain after it took place.
    pub waits_after: u8,
}

/// How a request ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ending {
    /// As it should.
    #[default]
    Normal,
    /// It fails before it takes place: throttled, say.
    Refused,
    /// It takes place, and its answer is lost.
    AnswerLost,
    /// A put is told of a conflict that was none; a read ends normally.
    Conflict,
}

/// Decides what becomes of each request.
type Fates = Arc<Mutex<dyn FnMut(&Request) -> Fate + Send>>;

/// A request that was made to fail.
#[derive(Debug, thiserror::Error)]
#[error("made to fail: {0:?}")]
struct MadeToFail(Request);

fn failure(request: Request) -> Unavailable {
    Unavailable(Box::new(MadeToFail(request)))
}

fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn wait(polls: u8) {
    let mut left = polls;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(());
        }
        left -= 1;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Counters in memory. Clones share their content.
#[derive(Clone)]
pub struct MemoryCounters {
    content: Arc<Mutex<Content>>,
    fates: Fates,
}

#[derive(Debug, Default)]
struct Content {
    buckets: BTreeMap<BucketId, Bucket>,
    regions: BTreeMap<RegionCode, RegionCounts>,
    changes: Vec<(BucketId, Bucket)>,
    requests: Vec<Request>,
}

impl fmt::Debug for MemoryCounters {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        lock(&self.content).fmt(formatter)
    }
}

impl Default for MemoryCounters {
    fn default() -> Self {
        MemoryCounters::with_fates(|_| Fate::default())
    }
}

impl MemoryCounters {
    /// Empty ones whose requests end as `fates` decides.
    pub fn with_fates(fates: impl FnMut(&Request) -> Fate + Send + 'static) -> Self {
        MemoryCounters { content: Arc::default(), fates: Arc::new(Mutex::new(fates)) }
    }

    /// The same content, with other fates.
    pub fn sharing(&self, fates: impl FnMut(&Request) -> Fate + Send + 'static) -> Self {
        MemoryCounters { content: self.content.clone(), fates: Arc::new(Mutex::new(fates)) }
    }

    /// A bucket as it is now.
    pub fn held_bucket(&self, id: &BucketId) -> Option<Bucket> {
        lock(&self.content).buckets.get(id).cloned()
    }

    /// A region's item as it is now.
    pub fn held_region(&self, region: &RegionCode) -> Option<RegionCounts> {
        lock(&self.content).regions.get(region).cloned()
    }

    /// All buckets as they are now.
    pub fn held_buckets(&self) -> BTreeMap<BucketId, Bucket> {
        lock(&self.content).buckets.clone()
    }

    /// All regions' items as they are now.
    pub fn held_regions(&self) -> BTreeMap<RegionCode, RegionCounts> {
        lock(&self.content).regions.clone()
    }

    /// Puts a bucket in place without any condition, as no worker would.
    pub fn plant_bucket(&self, id: BucketId, bucket: Bucket) {
        lock(&self.content).buckets.insert(id, bucket);
    }

    /// Puts a region's item in place without any condition, as no worker would.
    pub fn plant_region(&self, item: RegionCounts) {
        lock(&self.content).regions.insert(item.region().clone(), item);
    }

    /// What the stream of bucket changes says since it was last asked.
    pub fn take_changes(&self) -> Vec<(BucketId, Bucket)> {
        std::mem::take(&mut lock(&self.content).changes)
    }

    /// The requests since it was last asked, in order.
    pub fn take_requests(&self) -> Vec<Request> {
        std::mem::take(&mut lock(&self.content).requests)
    }

    fn fate(&self, request: &Request) -> Fate {
        lock(&self.content).requests.push(request.clone());
        (lock(&self.fates))(request)
    }

    async fn read<T>(
        &self,
        request: Request,
        read: impl FnOnce(&Content) -> T + Send,
    ) -> Result<T, Unavailable> {
        let fate = self.fate(&request);
        wait(fate.waits_before).await;
        let value = read(&lock(&self.content));
        wait(fate.waits_after).await;
        match fate.ending {
            Ending::Normal | Ending::Conflict => Ok(value),
            Ending::Refused | Ending::AnswerLost => Err(failure(request)),
        }
    }

    async fn put(
        &self,
        request: Request,
        write: impl FnOnce(&mut Content) -> Result<(), PutError> + Send,
    ) -> Result<(), PutError> {
        let fate = self.fate(&request);
        wait(fate.waits_before).await;
        let result = match fate.ending {
            Ending::Normal => write(&mut lock(&self.content)),
            Ending::Refused => Err(failure(request).into()),
            Ending::AnswerLost => {
                // Where the condition failed there was an answer to lose, too.
                drop(write(&mut lock(&self.content)));
                Err(failure(request).into())
            }
            Ending::Conflict => Err(PutError::Conflict),
        };
        wait(fate.waits_after).await;
        result
    }
}

impl CounterStore for MemoryCounters {
    async fn bucket(&self, id: &BucketId) -> Result<Option<Bucket>, Unavailable> {
        self.read(Request::ReadBucket(id.clone()), |content| content.buckets.get(id).cloned()).await
    }

    async fn buckets_of(&self, village: &VillageCode) -> Result<BTreeMap<BucketNumber, Bucket>, Unavailable> {
        self.read(Request::ReadBucketsOf(village.clone()), |content| {
            let buckets = content.buckets.iter().filter(|(id, _)| id.village() == village);
            buckets.map(|(id, bucket)| (id.number(), bucket.clone())).collect()
        })
        .await
    }

    async fn put_bucket(
        &self,
        id: &BucketId,
        new: &Bucket,
        expected: Option<Version>,
    ) -> Result<(), PutError> {
        assert!(Some(new.version) > expected, "versions only rise");
        self.put(Request::WriteBucket(id.clone()), |content| {
            if content.buckets.get(id).map(|bucket| bucket.version) != expected {
                return Err(PutError::Conflict);
            }
            content.buckets.insert(id.clone(), new.clone());
            content.changes.push((id.clone(), new.clone()));
            Ok(())
        })
        .await
    }

    async fn region_counts(&self, region: &RegionCode) -> Result<Option<RegionCounts>, Unavailable> {
        self.read(Request::ReadRegion(region.clone()), |content| content.regions.get(region).cloned()).await
    }

    async fn put_region_counts(&self, new: &RegionCounts, expected: Option<Version>) -> Result<(), PutError> {
        assert!(Some(new.version()) > expected, "versions only rise");
        self.put(Request::WriteRegion(new.region().clone()), |content| {
            if content.regions.get(new.region()).map(RegionCounts::version) != expected {
                return Err(PutError::Conflict);
            }
            content.regions.insert(new.region().clone(), new.clone());
            Ok(())
        })
        .await
    }
}

/// A register in memory. Clones share their content.
#[derive(Clone)]
pub struct MemoryRegister<T> {
    households: Arc<Mutex<BTreeMap<HouseholdId, Registered<T>>>>,
    fates: Fates,
}

impl<T> Default for MemoryRegister<T> {
    fn default() -> Self {
        MemoryRegister::with_fates(|_| Fate::default())
    }
}

impl<T> MemoryRegister<T> {
    /// Households that are read together; others are read at another moment.
    const PAGE: usize = 2;

    /// An empty one whose pages are read as `fates` decides.
    pub fn with_fates(fates: impl FnMut(&Request) -> Fate + Send + 'static) -> Self {
        MemoryRegister { households: Arc::default(), fates: Arc::new(Mutex::new(fates)) }
    }
}

impl<T: Clone> MemoryRegister<T> {
    /// Enters or changes a household.
    pub fn put(&self, village: &VillageCode, household: Registered<T>) {
        lock(&self.households).insert(HouseholdId::new(village.clone(), household.number), household);
    }

    /// All households as they are now.
    pub fn held(&self) -> BTreeMap<HouseholdId, Registered<T>> {
        lock(&self.households).clone()
    }

    /// Sets everything back to what [`MemoryRegister::held`] said earlier.
    pub fn restore(&self, held: BTreeMap<HouseholdId, Registered<T>>) {
        *lock(&self.households) = held;
    }

    fn page(&self, village: &VillageCode, after: Option<u32>) -> Vec<Registered<T>> {
        let held = lock(&self.households);
        let rest = held.iter().filter(|(id, _)| id.village() == village && Some(id.number()) > after);
        rest.take(Self::PAGE).map(|(_, household)| household.clone()).collect()
    }
}

impl<T: Clone + Send + Sync> Register for MemoryRegister<T> {
    type Time = T;

    async fn households_of(&self, village: &VillageCode) -> Result<Vec<Registered<T>>, Unavailable> {
        let mut households: Vec<Registered<T>> = Vec::new();
        loop {
            let request = Request::ReadHouseholds(village.clone());
            let fate = (lock(&self.fates))(&request);
            wait(fate.waits_before).await;
            let page = self.page(village, households.last().map(|household| household.number));
            wait(fate.waits_after).await;
            if matches!(fate.ending, Ending::Refused | Ending::AnswerLost) {
                return Err(failure(request));
            }
            if page.is_empty() {
                return Ok(households);
            }
            households.extend(page);
        }
    }
}
