//! What a batch costs: the counters are only as fast as their writes are few.

use std::collections::BTreeSet;

use anju_domain::ids::HouseholdId;
use anju_domain::summary::Summary;

use super::summaries::villages;
use super::verdict::{now, regions};
use crate::Counters;
use crate::ports::NoPause;
use crate::tally::Observed;
use crate::testing::{MemoryCounters, Request};

fn counters() -> Counters<MemoryCounters, NoPause> {
    Counters { store: MemoryCounters::default(), pause: NoPause, epoch: 1 }
}

/// Each village's households of these numbers, as they are entered.
fn entered(numbers: &[u32]) -> Vec<Observed> {
    let villages = villages();
    let each = villages.iter().flat_map(|village| numbers.iter().map(|number| (village.clone(), *number)));
    let new = Summary::pending(4).pack();
    each.map(|(village, number)| HouseholdId::new(village, number))
        .map(|household| Observed { household, revision: 1, old: None, new })
        .collect()
}

#[test]
fn a_batch_reads_and_writes_each_bucket_once() {
    let counters = counters();
    let tallied = now(counters.tally(&entered(&[1, 2, 3, 63, 64, 65])));
    assert_eq!((tallied.buckets, tallied.failed.len()), (8, 0));
    let requests = counters.store.take_requests();
    assert_eq!(requests.len(), 16);
    assert_eq!(BTreeSet::from_iter(&requests).len(), 16, "none twice");
}

#[test]
fn a_batch_that_brings_nothing_new_writes_nothing() {
    let counters = counters();
    now(counters.tally(&entered(&[1, 2])));
    counters.store.take_requests();
    now(counters.tally(&entered(&[2, 1])));
    let requests = counters.store.take_requests();
    assert!(requests.len() == 4 && !requests.iter().any(Request::is_write));
}

#[test]
fn a_record_that_moves_no_count_costs_nothing() {
    let counters = counters();
    let mut records = entered(&[1]);
    records.iter_mut().for_each(|record| record.old = Some(record.new));
    assert_eq!(now(counters.tally(&records)).skipped, 4);
    assert_eq!(counters.store.take_requests(), []);
}

#[test]
fn a_climb_reads_and_writes_each_region_once() {
    let counters = counters();
    now(counters.tally(&entered(&[1, 64, 130])));
    now(counters.tally(&entered(&[2])));
    let images = counters.store.take_changes();
    assert_eq!(images.len(), 16, "some buckets twice");
    counters.store.take_requests();
    let rolled_up = now(counters.roll_up(images.clone()));
    assert_eq!((rolled_up.regions, rolled_up.failed.len()), (regions().len(), 0));
    let requests = counters.store.take_requests();
    let each = regions().into_iter();
    let once: BTreeSet<_> =
        each.flat_map(|code| [Request::ReadRegion(code.clone()), Request::WriteRegion(code)]).collect();
    assert_eq!((requests.len(), BTreeSet::from_iter(requests)), (once.len(), once));

    now(counters.roll_up(images));
    assert!(!counters.store.take_requests().iter().any(Request::is_write), "a replay writes nothing");
}
