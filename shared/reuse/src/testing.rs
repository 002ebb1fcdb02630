//! An index and households in memory. Each request gives way to other tasks first and is counted.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use anju_domain::household::Household;
use anju_domain::ids::{HouseholdId, PhotoId};

use crate::ports::{Entry, Households, PhotoIndex, Written};
use crate::{MOST_ENTRIES, PLACES_AT_ONCE, Place};

/// An index and households in memory.
#[derive(Debug, Default)]
pub struct Memory {
    places: Mutex<BTreeMap<Place, BTreeSet<Entry>>>,
    households: Mutex<BTreeMap<HouseholdId, Household>>,
    requests: AtomicUsize,
    writes: AtomicUsize,
}

/// Runs what waits for nobody else: what gave way is asked again at once.
pub fn alone<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(result) = future.as_mut().poll(&mut context) {
            return result;
        }
    }
}

/// Lets others go first, once.
async fn give_way() {
    let mut gave_way = false;
    std::future::poll_fn(|_| {
        if std::mem::replace(&mut gave_way, true) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

#[expect(clippy::unwrap_used, reason = "a test that panicked is over")]
impl Memory {
    /// With these households.
    pub fn with(households: impl IntoIterator<Item = Household>) -> Self {
        let households = households.into_iter().map(|household| (household.id.clone(), household));
        Memory { households: Mutex::new(households.collect()), ..Memory::default() }
    }

    /// A household as it is now.
    pub fn held(&self, id: &HouseholdId) -> Option<Household> {
        self.households.lock().unwrap().get(id).cloned()
    }

    /// Requests since it was last asked.
    pub fn take_requests(&self) -> usize {
        self.requests.swap(0, Ordering::SeqCst)
    }

    /// Writes of households so far.
    pub fn writes(&self) -> usize {
        self.writes.load(Ordering::SeqCst)
    }

    /// How many entries the fullest place has.
    pub fn fullest(&self) -> usize {
        self.places.lock().unwrap().values().map(BTreeSet::len).max().unwrap_or(0)
    }

    async fn request(&self) {
        give_way().await;
        self.requests.fetch_add(1, Ordering::SeqCst);
    }
}

#[expect(clippy::unwrap_used, reason = "a test that panicked is over")]
impl PhotoIndex for Memory {
    type Error = Infallible;

    async fn enter(&self, place: &Place, entry: &Entry) -> Result<(), Infallible> {
        self.request().await;
        let mut places = self.places.lock().unwrap();
        let entries = places.entry(place.clone()).or_default();
        if entries.len() < MOST_ENTRIES {
            entries.insert(entry.clone());
        }
        Ok(())
    }

    async fn leave(&self, place: &Place, entry: &Entry) -> Result<(), Infallible> {
        self.request().await;
        if let Some(entries) = self.places.lock().unwrap().get_mut(place) {
            entries.remove(entry);
        }
        Ok(())
    }

    async fn entries(&self, places: &[Place]) -> Result<Vec<Entry>, Infallible> {
        assert!(places.len() <= PLACES_AT_ONCE, "one request takes no more");
        self.request().await;
        let held = self.places.lock().unwrap();
        Ok(places.iter().filter_map(|place| held.get(place)).flatten().cloned().collect())
    }
}

#[expect(clippy::unwrap_used, reason = "a test that panicked is over")]
impl Households for Memory {
    type Error = Infallible;

    async fn household(&self, id: &HouseholdId) -> Result<Option<Household>, Infallible> {
        self.request().await;
        Ok(self.held(id))
    }

    async fn learn(
        &self,
        before: &Household,
        after: Household,
        _photo: &PhotoId,
        _others: &BTreeSet<PhotoId>,
    ) -> Result<Written, Infallible> {
        self.request().await;
        let mut households = self.households.lock().unwrap();
        let held = households.get_mut(&before.id).filter(|held| held.revision == before.revision);
        let Some(held) = held else { return Ok(Written::ByOthers) };
        *held = after;
        self.writes.fetch_add(1, Ordering::SeqCst);
        Ok(Written::ByUs)
    }
}
