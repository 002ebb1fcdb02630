//! One failure at every request there is, before and after it took place. What is reported as failed
//! is delivered again, and nothing else.

use anju_domain::ids::HouseholdId;

use super::chance::Chance;
use super::summaries::{NUMBERS, summary, villages};
use super::verdict::{assert_converged, now};
use crate::Counters;
use crate::bucket::{Bucket, BucketId};
use crate::ports::{NoPause, Registered};
use crate::tally::Observed;
use crate::testing::{Ending, Fate, MemoryCounters, MemoryRegister};

type Worker = Counters<MemoryCounters, NoPause>;

/// Enters some households and changes some, and gives what the stream says of it.
fn lived(register: &MemoryRegister<()>) -> Vec<Observed> {
    let mut chance = Chance::new(Vec::new(), 7);
    let villages = villages();
    let mut live = |_| {
        let village = &villages[chance.below(villages.len())];
        let number = NUMBERS[chance.below(NUMBERS.len())];
        let household = HouseholdId::new(village.clone(), number);
        let old = register.held().remove(&household);
        let revision = old.as_ref().map_or(1, |old| old.revision + 1);
        let new = summary(|limit| chance.below(limit));
        register.put(village, Registered { number, revision, summary: new, updated_at: () });
        Observed { household, revision, old: old.map(|old| old.summary), new }
    };
    (0..40).map(&mut live).collect()
}

/// Counters of which the request at this place fails so.
fn failing_at(place: usize, ending: Ending) -> Worker {
    let mut asked = 0;
    let store = MemoryCounters::with_fates(move |_| {
        asked += 1;
        Fate { ending: if asked == place + 1 { ending } else { Ending::Normal }, ..Fate::default() }
    });
    Counters { store, pause: NoPause, epoch: 1 }
}

fn tally_until_done(worker: &Worker, records: &[Observed]) {
    let mut due = records.to_vec();
    while !due.is_empty() {
        let tallied = now(worker.tally(&due));
        let failed = tallied.failed.into_iter().flat_map(|failed| failed.records);
        due = failed.map(|place| due[place].clone()).collect();
    }
}

fn roll_up_until_done(worker: &Worker, images: &[(BucketId, Bucket)]) {
    let mut due = images.to_vec();
    while !due.is_empty() {
        let rolled_up = now(worker.roll_up(due.clone()));
        due.retain(|(id, _)| rolled_up.failure_of(id.village()).is_some());
    }
}

/// Delivers all in batches of ten; gives how many requests that took.
fn deliver(worker: &Worker, records: &[Observed]) -> usize {
    let mut requests = 0;
    for batch in records.chunks(10) {
        tally_until_done(worker, batch);
        roll_up_until_done(worker, &worker.store.take_changes());
        requests += worker.store.take_requests().len();
    }
    requests
}

#[test]
fn a_failure_of_any_one_request_is_made_good_by_delivering_again_what_it_failed() {
    let register = MemoryRegister::default();
    let records = lived(&register);
    let requests = deliver(&failing_at(usize::MAX - 1, Ending::Normal), &records);
    assert!(requests > 100, "{requests}");
    for place in 0..requests {
        for ending in [Ending::Refused, Ending::AnswerLost, Ending::Conflict] {
            let worker = failing_at(place, ending);
            deliver(&worker, &records);
            assert_converged(&worker.store, &register, 1);
        }
    }
}

#[test]
fn a_worker_may_die_at_any_one_request_if_its_batch_is_delivered_again() {
    let register = MemoryRegister::default();
    let records = lived(&register);
    let calm = failing_at(usize::MAX - 1, Ending::Normal);
    let requests = deliver(&calm, &records);
    for place in 0..requests {
        for dies_after in [false, true] {
            let mut asked = 0;
            let store = MemoryCounters::with_fates(move |_| {
                asked += 1;
                let forever = u8::MAX;
                let here = asked == place + 1;
                Fate {
                    waits_before: if here && !dies_after { forever } else { 0 },
                    waits_after: if here && dies_after { forever } else { 0 },
                    ending: Ending::Normal,
                }
            });
            let worker = Counters { store, pause: NoPause, epoch: 1 };
            for batch in records.chunks(10) {
                killed_when_stuck(worker.tally(batch));
                tally_until_done(&worker, batch);
                let images = worker.store.take_changes();
                killed_when_stuck(worker.roll_up(images.clone()));
                roll_up_until_done(&worker, &images);
            }
            assert_converged(&worker.store, &register, 1);
        }
    }
}

/// Runs a worker until it ends, or dies where it waits for long.
fn killed_when_stuck<T>(worker: impl Future<Output = T>) {
    let mut worker = Box::pin(worker);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    for _ in 0..8 {
        if worker.as_mut().poll(&mut context).is_ready() {
            return;
        }
    }
}
