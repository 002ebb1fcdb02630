//! Workers that are polled by hand, so that they meet between any two of their requests.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use anju_domain::region::{RegionCode, VillageCode};

use super::verdict::children_of;
use crate::Counters;
use crate::bucket::{Bucket, BucketId};
use crate::check::judge;
use crate::ports::Pause;
use crate::recount::Mode;
use crate::tally::Observed;
use crate::testing::{MemoryCounters, MemoryRegister};

/// What a worker was started for. Records and images are known by their places in their streams.
#[derive(Debug, Clone)]
pub(super) enum Job {
    Tally(Vec<usize>),
    RollUp(Vec<usize>),
    Recount(BTreeSet<VillageCode>),
    Check,
}

/// A running worker.
pub(super) struct Task {
    pub(super) job: Job,
    pub(super) epoch: u32,
    /// Its deliverer believes it dead, and doesn't wait for it any more.
    pub(super) abandoned: bool,
    future: Pin<Box<dyn Future<Output = Vec<usize>>>>,
}

/// A worker's counters.
pub(super) type Worker = Counters<MemoryCounters, Conflicts>;

/// What went wrong, and how often.
#[derive(Debug, Default)]
pub(super) struct Troubles(Mutex<BTreeMap<&'static str, u32>>);

impl Troubles {
    pub(super) fn met(&self, trouble: &'static str) {
        *self.0.lock().unwrap().entry(trouble).or_default() += 1;
    }

    pub(super) fn all(&self) -> BTreeMap<&'static str, u32> {
        self.0.lock().unwrap().clone()
    }
}

/// Goes on at once, but remembers that there was a conflict.
pub(super) struct Conflicts(pub(super) Arc<Troubles>);

impl Pause for Conflicts {
    async fn after(&self, _attempt: u32) {
        self.0.met("conflict");
    }
}

impl Task {
    fn new(job: Job, epoch: u32, future: impl Future<Output = Vec<usize>> + 'static) -> Self {
        Task { job, epoch, abandoned: false, future: Box::pin(future) }
    }

    pub(super) fn tally(worker: Worker, batch: Vec<(usize, Observed)>) -> Self {
        let (places, records): (Vec<usize>, Vec<Observed>) = batch.into_iter().unzip();
        Task::new(Job::Tally(places.clone()), worker.epoch, async move {
            let tallied = worker.tally(&records).await;
            let failed = tallied.failed.into_iter().flat_map(|failed| failed.records);
            failed.map(|place| places[place]).collect()
        })
    }

    pub(super) fn roll_up(worker: Worker, batch: Vec<(usize, (BucketId, Bucket))>) -> Self {
        let (places, images): (Vec<usize>, Vec<(BucketId, Bucket)>) = batch.into_iter().unzip();
        Task::new(Job::RollUp(places.clone()), worker.epoch, async move {
            let rolled_up = worker.roll_up(images.clone()).await;
            let each = places.into_iter().zip(images);
            each.filter(|(_, (id, _))| rolled_up.failure_of(id.village()).is_some())
                .map(|(place, _)| place)
                .collect()
        })
    }

    /// Its failure is the failure of all of it.
    pub(super) fn recount(
        worker: Worker,
        register: MemoryRegister<()>,
        villages: BTreeSet<VillageCode>,
    ) -> Self {
        Task::new(Job::Recount(villages.clone()), worker.epoch, async move {
            let recounted = worker.recount(&register, &villages, Mode::Repair).await;
            if recounted.is_ok_and(|recounted| recounted.is_complete()) { Vec::new() } else { vec![0] }
        })
    }

    /// Looks at a region. Its failure is a difference that traffic can't explain.
    pub(super) fn check(worker: Worker, register: MemoryRegister<()>, region: RegionCode) -> Self {
        Task::new(Job::Check, worker.epoch, async move {
            let checked = worker.check(&register, &region, &children_of(&region)).await;
            let differences = checked.map(|checked| checked.differences).unwrap_or_default();
            let alarming = judge(differences, |()| false).certain;
            alarming.iter().map(|_| 0).collect()
        })
    }

    /// Lets it go on to where it waits for an answer. Once it has ended: what of its job failed.
    pub(super) fn poll(&mut self) -> Option<Vec<usize>> {
        match self.future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(failed) => Some(failed),
            Poll::Pending => None,
        }
    }
}
