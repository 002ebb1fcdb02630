//! Recounts, scene by scene.

use std::collections::BTreeSet;

use anju_domain::count::{Counts, Version, Versioned};
use anju_domain::ids::HouseholdId;
use anju_domain::region::{RegionCode, VillageCode};
use anju_domain::summary::{Packed, State, Summary};

use super::verdict::{assert_converged, now};
use crate::Counters;
use crate::bucket::BucketId;
use crate::difference::{Difference, Kind, Place, Value};
use crate::failure::UpdateFailed;
use crate::ports::{NoPause, Registered};
use crate::recount::Mode;
use crate::region::RegionCounts;
use crate::tally::Observed;
use crate::testing::{Ending, Fate, MemoryCounters, MemoryRegister, Request};

const VILLAGE: &str = "530627101201";

/// One household, its village's register and the counters.
struct Scene {
    counters: Counters<MemoryCounters, NoPause>,
    register: MemoryRegister<()>,
}

fn village() -> VillageCode {
    VILLAGE.parse().unwrap()
}

fn household() -> HouseholdId {
    HouseholdId::new(village(), 1)
}

/// A summary that differs by `people`.
fn people(people: u8) -> Packed {
    Summary::pending(people).pack()
}

impl Scene {
    /// The household is entered with one head, and counted.
    fn new() -> Self {
        let counters = Counters { store: MemoryCounters::default(), pause: NoPause, epoch: 1 };
        let scene = Scene { counters, register: MemoryRegister::default() };
        let entered = scene.written(1, None, people(1));
        scene.deliver(&entered);
        scene
    }

    /// Writes the household to the register, and gives what the stream will say of it.
    fn written(&self, revision: u64, old: Option<Packed>, new: Packed) -> Observed {
        self.register.put(&village(), Registered { number: 1, revision, summary: new, updated_at: () });
        Observed { household: household(), revision, old, new }
    }

    fn deliver(&self, record: &Observed) {
        let tallied = now(self.counters.tally(std::slice::from_ref(record)));
        assert!(tallied.failed.is_empty());
        let rolled_up = now(self.counters.roll_up(self.counters.store.take_changes()));
        assert!(rolled_up.failed.is_empty());
    }

    fn recount(&self, mode: Mode) -> Vec<Difference<()>> {
        let villages = BTreeSet::from([village()]);
        let recounted = now(self.counters.recount(&self.register, &villages, mode)).unwrap();
        assert!(recounted.is_complete());
        recounted.differences
    }

    fn assert_converged(&self) {
        assert_converged(&self.counters.store, &self.register, self.counters.epoch);
    }

    /// Replaces the household's summary in its bucket, at its version.
    fn plant_in_bucket(&self, wrong: Packed) {
        let id = BucketId::of(&household());
        let mut bucket = self.counters.store.held_bucket(&id).unwrap();
        bucket.rows.values_mut().for_each(|row| row.value = wrong);
        self.counters.store.plant_bucket(id, bucket);
    }

    /// Replaces the counts of a region's only row, at its version.
    fn plant_in(&self, region: &RegionCode, wrong: &Counts) {
        let item = self.counters.store.held_region(region).unwrap();
        let wrong = |row: &Versioned<Counts>| Versioned { version: row.version, value: wrong.clone() };
        let rows: Vec<_> = item.rows().iter().map(|(child, row)| (child.to_string(), wrong(row))).collect();
        let planted = RegionCounts::stored(region.clone(), item.version(), rows).unwrap();
        self.counters.store.plant_region(planted);
    }
}

fn kinds(differences: &[Difference<()>]) -> Vec<&Kind<()>> {
    differences.iter().map(|difference| &difference.kind).collect()
}

#[test]
fn a_check_of_right_counts_finds_nothing_and_a_repair_writes_nothing() {
    let scene = Scene::new();
    scene.counters.store.take_requests();
    assert_eq!(scene.recount(Mode::Check), []);
    assert_eq!(scene.recount(Mode::Repair), []);
    assert!(!scene.counters.store.take_requests().iter().any(Request::is_write));
}

#[test]
fn a_check_writes_nothing_even_where_it_finds_something() {
    let scene = Scene::new();
    scene.written(2, Some(people(1)), people(2));
    scene.counters.store.take_requests();
    assert_ne!(scene.recount(Mode::Check), []);
    assert!(!scene.counters.store.take_requests().iter().any(Request::is_write));
}

#[test]
fn what_is_on_its_way_is_told_from_what_is_wrong() {
    let scene = Scene::new();
    scene.written(2, Some(people(1)), people(2));
    let held = Some(Version { epoch: 1, n: 1 });
    let late = Kind::Behind { held, since: Some(()) };
    let place = Place::Household(household());
    let summary =
        |n, of| Some(Versioned { version: Version { epoch: 1, n }, value: Value::Summary(people(of)) });
    let (row, source) = (summary(1, 1), summary(2, 2));
    let found = Difference { place: place.clone(), kind: late, held: row.clone(), source };
    assert_eq!(scene.recount(Mode::Check), [found]);
    scene.written(1, None, people(2));
    let found = Difference { place, kind: Kind::Wrong, held: row, source: summary(1, 2) };
    assert_eq!(scene.recount(Mode::Check), [found]);
}

/// What is read first may be overtaken, but never the other way round: so nothing is taken for wrong
/// that isn't.
#[test]
fn a_check_beside_live_traffic_finds_nothing_but_what_is_on_its_way() {
    let scene = Scene::new();
    let live = Scene { counters: scene.counters.clone(), register: scene.register.clone() };
    let mut revision = 1;
    let store = scene.counters.store.sharing(move |_| {
        revision += 1;
        live.deliver(&live.written(revision, None, people((revision % 100) as u8)));
        Fate::default()
    });
    let checking = Counters { store, pause: NoPause, epoch: 1 };
    let recounted =
        now(checking.recount(&scene.register, &BTreeSet::from([village()]), Mode::Check)).unwrap();
    assert!(!recounted.differences.is_empty(), "it was overtaken");
    for difference in recounted.differences {
        assert!(matches!(difference.kind, Kind::Behind { .. }), "{difference:?}");
    }
}

#[test]
fn a_summary_that_is_right_at_an_older_version_is_no_difference() {
    let scene = Scene::new();
    scene.written(2, Some(people(1)), people(1));
    assert_eq!(scene.recount(Mode::Check), []);
}

#[test]
fn a_wrong_summary_at_the_right_version_is_repaired_up_to_the_nation() {
    let scene = Scene::new();
    scene.plant_in_bucket(people(9));
    assert_eq!(kinds(&scene.recount(Mode::Repair))[0], &Kind::Wrong);
    scene.assert_converged();
}

#[test]
fn wrong_counts_at_the_right_version_are_repaired_on_every_level() {
    let wrong = Counts::of(&Summary::pending(9));
    for region in village().region().ancestors().into_iter().chain([village().region().clone()]) {
        let scene = Scene::new();
        scene.plant_in(&region, &wrong);
        assert!(kinds(&scene.recount(Mode::Repair)).contains(&&Kind::Wrong), "{region}");
        scene.assert_converged();
    }
}

#[test]
fn a_repair_half_done_is_finished_by_the_next() {
    let scene = Scene::new();
    let scene_requests = {
        scene.written(2, Some(people(1)), people(2));
        scene.counters.store.take_requests();
        scene.recount(Mode::Repair);
        scene.counters.store.take_requests().len()
    };
    for place in 0..scene_requests {
        for ending in [Ending::Refused, Ending::AnswerLost] {
            let scene = Scene::new();
            scene.written(2, Some(people(1)), people(2));
            let mut asked = 0;
            let store = scene.counters.store.sharing(move |_| {
                asked += 1;
                Fate { ending: if asked == place + 1 { ending } else { Ending::Normal }, ..Fate::default() }
            });
            let failing = Counters { store, pause: NoPause, epoch: 1 };
            let villages = BTreeSet::from([village()]);
            let recounted = now(failing.recount(&scene.register, &villages, Mode::Repair));
            assert!(!recounted.is_ok_and(|recounted| recounted.is_complete()), "it says that it failed");
            scene.recount(Mode::Repair);
            scene.assert_converged();
        }
    }
}

/// Revision 2 is given up while its worker hangs; revision 3 says again what 1 said, and is given up
/// as well. The repair must close the door to revision 2.
#[test]
fn a_worker_that_was_given_up_puts_nothing_on_top_of_a_repair() {
    let scene = Scene::new();
    let second = scene.written(2, Some(people(1)), people(2));
    let hanging = scene
        .counters
        .store
        .sharing(|request| Fate { waits_before: if request.is_write() { 1 } else { 0 }, ..Fate::default() });
    let hanging = Counters { store: hanging, pause: NoPause, epoch: 1 };
    let mut hanging = Box::pin(hanging.tally(std::slice::from_ref(&second)));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(hanging.as_mut().poll(&mut context).is_pending(), "it has read, and not yet written");

    scene.written(3, Some(people(2)), people(1));
    scene.recount(Mode::Repair);
    now(hanging);
    now(scene.counters.roll_up(scene.counters.store.take_changes()));
    scene.assert_converged();
}

#[test]
fn counters_ahead_of_the_register_need_a_raised_epoch_and_then_a_recount() {
    let mut scene = Scene::new();
    let second = scene.written(2, Some(people(1)), people(2));
    scene.deliver(&second);
    scene.written(1, None, people(1));
    assert_eq!(kinds(&scene.recount(Mode::Repair)), [&Kind::Ahead]);
    assert_eq!(kinds(&scene.recount(Mode::Check)), [&Kind::Ahead], "nothing could be repaired");
    scene.counters.epoch = 2;
    scene.recount(Mode::Repair);
    scene.assert_converged();
}

#[test]
fn a_household_that_a_restore_undid_counts_nothing_until_it_is_entered_again() {
    let mut scene = Scene::new();
    scene.register.restore(Default::default());
    assert_eq!(kinds(&scene.recount(Mode::Repair)), [&Kind::NoSource]);
    assert_eq!(kinds(&scene.recount(Mode::Check)), [&Kind::NoSource], "in its own epoch it stays");
    scene.counters.epoch = 2;
    scene.recount(Mode::Repair);
    assert_eq!(scene.recount(Mode::Check), []);
    scene.assert_converged();
    let again = scene.written(1, None, people(3));
    scene.deliver(&again);
    scene.assert_converged();
}

#[test]
fn a_wrong_summary_in_the_row_of_a_household_that_a_restore_undid_is_repaired() {
    let mut scene = Scene::new();
    scene.register.restore(Default::default());
    scene.counters.epoch = 2;
    scene.recount(Mode::Repair);
    scene.plant_in_bucket(people(9));
    assert_eq!(kinds(&scene.recount(Mode::Repair))[0], &Kind::NoSource);
    scene.assert_converged();
}

#[test]
fn a_worker_of_an_earlier_epoch_fails_rather_than_losing_what_it_was_given() {
    let mut scene = Scene::new();
    scene.counters.epoch = 2;
    scene.recount(Mode::Repair);
    scene.counters.epoch = 1;
    let second = scene.written(2, Some(people(1)), people(2));
    let tallied = now(scene.counters.tally(std::slice::from_ref(&second)));
    assert!(matches!(tallied.failed[0].cause, UpdateFailed::EpochIsOver { own: 1, bucket: 2 }));
    assert_eq!(tallied.first_failed(), Some(0));
    scene.counters.epoch = 2;
    scene.deliver(&second);
    scene.assert_converged();
}

#[test]
fn a_household_that_left_is_taken_out_of_all_counts() {
    let scene = Scene::new();
    let left = Summary { state: State::Left, ..Summary::pending(1) }.pack();
    scene.deliver(&scene.written(2, Some(people(1)), left));
    let nation = scene.counters.store.held_region(&RegionCode::nation()).unwrap();
    assert_eq!(nation.total(), Counts::default());
    scene.assert_converged();
}
