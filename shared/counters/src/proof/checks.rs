//! Checks, scene by scene: each of a region of its own, as the nightly workers make them.

use std::collections::BTreeSet;

use anju_domain::count::{Counts, Version, Versioned};
use anju_domain::ids::HouseholdId;
use anju_domain::region::RegionCode;
use anju_domain::summary::{Packed, Summary};

use super::summaries::villages;
use super::verdict::{children_of, now, regions};
use crate::Counters;
use crate::bucket::BucketId;
use crate::check::{Suspect, judge};
use crate::difference::{Difference, Kind, Place};
use crate::ports::{NoPause, Registered};
use crate::region::{ChildKey, RegionCounts};
use crate::tally::Observed;
use crate::testing::{MemoryCounters, MemoryRegister, Request};

/// Households of all villages, counted. The register's time says how long ago a change was.
struct Scene {
    counters: Counters<MemoryCounters, NoPause>,
    register: MemoryRegister<u32>,
}

/// Longer ago than this, and a change should have been counted.
const PATIENCE: u32 = 5;

fn people(people: u8) -> Packed {
    Summary::pending(people).pack()
}

impl Scene {
    fn new() -> Self {
        let counters = Counters { store: MemoryCounters::default(), pause: NoPause, epoch: 1 };
        let scene = Scene { counters, register: MemoryRegister::default() };
        for village in villages() {
            let household = HouseholdId::new(village, 1);
            scene.count(&scene.write(&household, 1, people(3), 60));
        }
        scene
    }

    fn write(&self, household: &HouseholdId, revision: u64, new: Packed, ago: u32) -> Observed {
        let number = household.number();
        let entry = Registered { number, revision, summary: new, updated_at: ago };
        self.register.put(household.village(), entry);
        Observed { household: household.clone(), revision, old: None, new }
    }

    fn count(&self, record: &Observed) {
        assert!(now(self.counters.tally(std::slice::from_ref(record))).failed.is_empty());
        assert!(now(self.counters.roll_up(self.counters.store.take_changes())).failed.is_empty());
    }

    /// What a check of each region finds, and for how many regions it found anything.
    fn check_all(&self) -> Vec<(RegionCode, Difference<u32>)> {
        let mut found = Vec::new();
        for region in regions() {
            // Villages are checked with their townships.
            if region.as_str().len() == 12 {
                continue;
            }
            let checked = now(self.counters.check(&self.register, &region, &children_of(&region))).unwrap();
            found.extend(checked.differences.into_iter().map(|difference| (region.clone(), difference)));
        }
        found
    }

    /// Replaces the counts of a region's row at the version it has, or at one that is lower by `behind`.
    fn plant(&self, region: &RegionCode, child: &ChildKey, behind: u64) -> Version {
        let item = self.counters.store.held_region(region).unwrap();
        let mut held = Version::default();
        let rows: Vec<_> = (item.rows().iter())
            .map(|(key, row)| {
                let mut row = row.clone();
                if key == child {
                    row.value = Counts::of(&Summary::pending(99));
                    row.version.n -= behind;
                    held = row.version;
                }
                (key.to_string(), row)
            })
            .collect();
        self.counters.store.plant_region(RegionCounts::stored(region.clone(), item.version(), rows).unwrap());
        held
    }
}

fn household() -> HouseholdId {
    HouseholdId::new(villages().remove(0), 1)
}

#[test]
fn what_is_right_is_no_difference_at_any_region_and_nothing_is_written() {
    let scene = Scene::new();
    scene.counters.store.take_requests();
    assert_eq!(scene.check_all(), []);
    assert!(!scene.counters.store.take_requests().iter().any(Request::is_write));
}

#[test]
fn a_wrong_row_of_any_level_is_found_once_at_its_region() {
    let all: Vec<RegionCode> = regions().into_iter().collect();
    for region in &all {
        let (Some(parent), true) = (region.parent(), region.as_str() != "0") else { continue };
        let scene = Scene::new();
        let child = ChildKey::Region(region.clone());
        scene.plant(&parent, &child, 0);
        let found = scene.check_all();
        let wrong: Vec<_> = found.iter().filter(|(_, difference)| difference.kind == Kind::Wrong).collect();
        let place = Place::Child { region: parent.clone(), child };
        // What is above then differs from the wrong sum, and says so in its place.
        assert!(wrong.iter().any(|(checked, it)| *checked == parent && it.place == place), "{found:?}");
        assert!(wrong.iter().all(|(_, it)| it.held.is_some() && it.source.is_some()));
    }
}

#[test]
fn a_wrong_summary_is_found_by_the_check_of_its_township_with_both_values() {
    let scene = Scene::new();
    let id = BucketId::of(&household());
    let mut bucket = scene.counters.store.held_bucket(&id).unwrap();
    bucket.rows.values_mut().for_each(|row| row.value = people(9));
    scene.counters.store.plant_bucket(id, bucket);
    let found = scene.check_all();
    let place = Place::Household(household());
    let (region, difference) = found.iter().find(|(_, it)| it.place == place).unwrap();
    assert_eq!(region, &household().village().region().parent().unwrap());
    assert_eq!(difference.kind, Kind::Wrong);
    let version = Version { epoch: 1, n: 1 };
    assert_eq!(difference.held, Some(Versioned { version, value: (&people(9)).into() }));
    assert_eq!(difference.source, Some(Versioned { version, value: (&people(3)).into() }));
}

#[test]
fn a_household_that_changed_just_now_is_on_its_way_and_one_that_changed_long_ago_is_lost() {
    for (ago, lost) in [(1, false), (PATIENCE, false), (PATIENCE + 1, true)] {
        let scene = Scene::new();
        scene.write(&household(), 2, people(7), ago);
        let found = scene.check_all().into_iter().map(|(_, difference)| difference);
        let judged = judge(found, |ago| *ago > PATIENCE);
        assert_eq!((judged.certain.len(), judged.on_their_way), if lost { (1, 0) } else { (0, 1) });
        assert!(judged.suspects.is_empty());
    }
}

#[test]
fn a_row_that_is_behind_is_a_suspect_and_differs_only_if_it_stays_so() {
    let scene = Scene::new();
    let village = household().village().region().clone();
    let township = village.parent().unwrap();
    scene.count(&scene.write(&household(), 2, people(7), 60));
    let child = ChildKey::Region(village);
    let held = Some(scene.plant(&township, &child, 1));
    let found = scene.check_all().into_iter().map(|(_, difference)| difference);
    let suspects: Vec<_> = judge(found, |_| true).suspects;
    let suspect = Suspect { region: township, child, held };
    assert!(suspects.contains(&suspect), "{suspects:?}");

    let lost: Vec<Difference<u32>> = now(scene.counters.look_again(std::slice::from_ref(&suspect))).unwrap();
    assert_eq!(lost.len(), 1, "nothing has moved it");
    scene.count(&scene.write(&household(), 3, people(8), 60));
    let lost: Vec<Difference<u32>> = now(scene.counters.look_again(std::slice::from_ref(&suspect))).unwrap();
    assert_eq!(lost, [], "it was on its way");
    let again = scene.plant(&suspect.region, &suspect.child, 1);
    assert_ne!(Some(again), suspect.held);
    let lost: Vec<Difference<u32>> = now(scene.counters.look_again(&[suspect])).unwrap();
    assert_eq!(lost, [], "it is behind again, and has had no time since");
}

#[test]
fn a_village_that_was_never_counted_and_a_row_without_a_region_are_found() {
    let scene = Scene::new();
    let new: RegionCode = "530627101299".parse().unwrap();
    let household = HouseholdId::new(new.clone().try_into().unwrap(), 1);
    scene.write(&household, 1, people(2), 60);
    let township = new.parent().unwrap();
    let checked =
        now(scene.counters.check(&scene.register, &township, &BTreeSet::from([new.clone()]))).unwrap();
    assert!(matches!(checked.differences[0].kind, Kind::Behind { held: None, since: Some(60) }));

    let item = scene.counters.store.held_region(&township).unwrap();
    let rows = item.rows().iter().map(|(child, row)| (child.to_string(), row.clone()));
    let stray = Versioned { version: Version { epoch: 1, n: 1 }, value: Counts::of(&Summary::pending(1)) };
    let rows = rows.chain([(new.to_string(), stray)]);
    scene.counters.store.plant_region(RegionCounts::stored(township.clone(), item.version(), rows).unwrap());
    let checked = now(scene.counters.check(&scene.register, &township, &BTreeSet::new())).unwrap();
    let child = ChildKey::Region(new);
    let place = Place::Child { region: township, child };
    let stray = checked.differences.iter().find(|difference| difference.place == place).unwrap();
    assert_eq!((&stray.kind, &stray.source), (&Kind::NoSource, &None));
}
