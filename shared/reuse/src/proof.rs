//! Proof that no reused photo is missed, whatever order things happen in, and what it costs.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::task::{Context, Waker};

use anju_counters::ports::NoPause;
use anju_domain::household::{Household, Registered};
use anju_domain::ids::HouseholdId;
use anju_domain::likeness::{FineHash, Fingerprint};
use anju_domain::person::Head;
use anju_domain::recorded::Recorded;
use anju_domain::summary::AlertKind;
use proptest::prelude::*;

use super::*;
use crate::testing::{Memory, alone};

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn id(number: u32) -> HouseholdId {
    HouseholdId::new("530627101203".parse().unwrap(), number)
}

fn household(id: HouseholdId) -> Household {
    let registered = Registered {
        id,
        head: Head { name: "测试户".to_owned(), id_number: Recorded::Missing, phone: Recorded::Missing },
        members: Vec::new(),
        address: String::new(),
        works: BTreeMap::new(),
    };
    Household::registered(registered, NOW)
}

/// The same number from the same seed, without a pattern.
fn scrambled(seed: u64) -> u64 {
    let value = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let value = (value ^ value >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ value >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ value >> 31
}

/// What a picture of this seed shows.
fn picture(seed: u64) -> Likeness {
    let [hash, fine] = [4, 5].map(|n| scrambled(seed ^ n << 60));
    let seen = Fingerprint { hash, fine: FineHash([0, 1, 2, 3].map(|n| scrambled(fine ^ n))) };
    let mirrored = Fingerprint { hash: !hash.reverse_bits(), fine: FineHash(seen.fine.0.map(|word| !word)) };
    Likeness { seen, mirrored }
}

/// A copy of it, in which these bits came out otherwise.
fn copy_of(seed: u64, bits: u64) -> Likeness {
    let original = picture(seed);
    Likeness { seen: Fingerprint { hash: original.seen.hash ^ bits, ..original.seen }, ..original }
}

fn hash(seed: u64) -> Hash {
    format!("{seed:064x}").parse().unwrap()
}

fn arrival(photo: &PhotoId, content: u64, likeness: Likeness) -> Arrival<'_> {
    Arrival { photo, sha256: hash(content), likeness }
}

/// All that is done with a photo that has arrived, in the order in which `process-photo` does it.
async fn arrive(memory: &Memory, arrival: Arrival<'_>) {
    let Ok(others) = others_like(memory, &arrival).await;
    tell_others(memory, &NoPause, arrival.photo, &others, NOW).await.unwrap();
    if !others.is_empty() {
        learn(memory, &NoPause, arrival.photo, &others, NOW).await.unwrap();
    }
}

type Task<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

/// Runs tasks by turns: `turns` says whose is next while it isn't done; then each goes on to its end. A task
/// may be killed after so many of its turns.
fn by_turns(tasks: Vec<(Task<'_>, Option<usize>)>, turns: impl IntoIterator<Item = usize>) {
    let mut context = Context::from_waker(Waker::noop());
    let count = tasks.len();
    let mut running: Vec<_> = tasks.into_iter().map(Some).collect();
    let mut turn = |running: &mut Vec<Option<(Task<'_>, Option<usize>)>>, whose: usize| {
        let Some((task, life)) = &mut running[whose] else { return };
        let ended = task.as_mut().poll(&mut context).is_ready() || *life == Some(0);
        *life = life.map(|left| left.saturating_sub(1));
        if ended {
            running[whose] = None;
        }
    };
    turns.into_iter().for_each(|whose| turn(&mut running, whose % count));
    while running.iter().any(Option::is_some) {
        (0..count).for_each(|whose| turn(&mut running, whose));
    }
}

fn knows(memory: &Memory, photo: &PhotoId, other: &PhotoId) -> bool {
    let household = memory.held(photo.household()).unwrap();
    household.evidence.get(photo).is_some_and(|evidence| evidence.reused.contains(other))
        && household.alerts.contains_key(&AlertKind::PhotoReused)
}

/// Households that were never told of anything are at their first revision, the others at their second: nothing
/// is written twice.
fn revisions(memory: &Memory, numbers: impl IntoIterator<Item = u32>) -> Vec<u64> {
    numbers.into_iter().map(|number| memory.held(&id(number)).unwrap().revision).collect()
}

/// Two copies arrive. `turns` says in which order their requests come, as far as it goes.
fn two_copies_arrive(turns: impl IntoIterator<Item = usize>, case: &str) {
    let [one, other] = [1, 2].map(|number| PhotoId::new(id(number), 7));
    let memory = Memory::with([1, 2].map(|number| household(id(number))));
    let tasks = [(&one, picture(1)), (&other, copy_of(1, 0b1011))];
    let tasks = tasks.map(|(photo, likeness)| -> (Task<'_>, Option<usize>) {
        (Box::pin(arrive(&memory, arrival(photo, photo.household().number().into(), likeness))), None)
    });
    by_turns(tasks.into(), turns);
    assert!(knows(&memory, &one, &other) && knows(&memory, &other, &one), "{case}");
    assert_eq!(revisions(&memory, [1, 2]), [2, 2], "{case}: one alert each, written once");
}

/// All orders in which two can take so many turns each.
fn mixes(of_each: u32) -> impl Iterator<Item = Vec<usize>> {
    (0_u32..1 << (2 * of_each))
        .filter(move |mix| mix.count_ones() == of_each)
        .map(move |mix| (0..2 * of_each).map(|turn| (mix >> turn & 1) as usize).collect())
}

#[test]
fn two_copies_that_arrive_at_the_same_moment_find_each_other_in_every_order_of_their_looks() {
    // Five entries and two looks each; a task's first turn only brings it to its first request.
    for turns in mixes(8) {
        let case = format!("{turns:?}");
        two_copies_arrive(turns, &case);
    }
}

#[test]
fn two_that_have_found_each_other_tell_each_other_in_every_order_of_their_writes() {
    for turns in mixes(6) {
        let case = format!("{turns:?}");
        let looks = (0..16).map(|turn| turn % 2);
        two_copies_arrive(looks.chain(turns), &case);
    }
}

#[test]
fn a_run_that_dies_anywhere_is_made_good_by_its_repetition_and_doubles_no_alert() {
    let [one, other] = [1, 2].map(|number| PhotoId::new(id(number), 7));
    for life in 0..14 {
        for before in [true, false] {
            let memory = Memory::with([1, 2].map(|number| household(id(number))));
            let first = || arrive(&memory, arrival(&one, 1, picture(1)));
            let second = || arrive(&memory, arrival(&other, 2, copy_of(1, 0b11)));
            if before {
                alone(first());
            }
            by_turns(vec![(Box::pin(second()), Some(life))], []);
            if !before {
                alone(first());
            }
            for _ in 0..3 {
                alone(second());
                alone(first());
            }
            assert!(knows(&memory, &one, &other) && knows(&memory, &other, &one), "dead after {life}");
            assert_eq!(revisions(&memory, [1, 2]), [2, 2], "dead after {life}");
        }
    }
}

#[test]
fn the_same_file_is_found_in_another_province_and_a_likeness_only_within_the_county() {
    let elsewhere = HouseholdId::new("110101001001".parse().unwrap(), 1);
    let memory = Memory::with([household(id(1)), household(id(2)), household(elsewhere.clone())]);
    let [here, copied, far] = [id(1), id(2), elsewhere].map(|id| PhotoId::new(id, 7));
    alone(arrive(&memory, arrival(&here, 1, picture(1))));
    alone(arrive(&memory, arrival(&far, 2, picture(1))));
    assert!(!knows(&memory, &far, &here), "a likeness");
    let again = PhotoId::new(far.household().clone(), 8);
    alone(arrive(&memory, arrival(&again, 1, picture(1))));
    assert!(knows(&memory, &again, &here) && knows(&memory, &here, &again), "the same bytes");
    alone(arrive(&memory, arrival(&copied, 3, picture(1))));
    assert!(knows(&memory, &copied, &here) && !knows(&memory, &copied, &far));
}

#[test]
fn a_household_may_use_its_own_photo_again_and_even_surfaces_are_like_nothing() {
    let memory = Memory::with([1, 2].map(|number| household(id(number))));
    let flat = Fingerprint { hash: 0, fine: FineHash([0; 4]) };
    let dark = Likeness { seen: flat, mirrored: flat };
    let [one, again, other] = [(1, 7), (1, 8), (2, 9)].map(|(number, n)| PhotoId::new(id(number), n));
    alone(arrive(&memory, arrival(&one, 1, picture(1))));
    alone(arrive(&memory, arrival(&again, 1, picture(1))));
    alone(arrive(&memory, arrival(&again, 2, dark)));
    alone(arrive(&memory, arrival(&other, 3, dark)));
    assert_eq!(revisions(&memory, [1, 2]), [1, 1]);
    alone(arrive(&memory, arrival(&other, 2, dark)));
    assert!(knows(&memory, &other, &again), "but the same file is the same file");
}

/// Fills an index with photos of as many households, and says how many requests one look-up takes then.
fn requests_with(photos: u32, memory: &Memory, from: u32) -> usize {
    for number in from..photos {
        let photo = PhotoId::new(id(number + 10), 7);
        for (place, entry) in arrival(&photo, u64::from(number) + 10, picture(number.into())).entries() {
            let Ok(()) = alone(memory.enter(&place, &entry));
        }
    }
    memory.take_requests();
    let photo = PhotoId::new(id(1), u128::from(photos));
    let likeness = copy_of(5, 0b1101);
    let Ok(others) = alone(others_like(memory, &arrival(&photo, u64::from(photos) << 32, likeness)));
    assert_eq!(others, BTreeSet::from([PhotoId::new(id(15), 7)]), "the copied one is found");
    memory.take_requests()
}

#[test]
fn a_look_up_takes_the_same_seven_requests_among_a_thousand_and_among_a_hundred_thousand_photos() {
    let memory = Memory::default();
    let mut from = 0;
    for photos in [1_000, 10_000, 100_000] {
        assert_eq!(requests_with(photos, &memory, from), 7, "of {photos}");
        from = photos;
    }
    assert!(memory.fullest() <= MOST_ENTRIES);
}

#[test]
fn a_place_that_many_have_in_common_takes_no_more_and_the_others_still_find() {
    let memory = Memory::default();
    let band_in_common = |seed: u64| {
        let mut likeness = picture(seed);
        likeness.seen.hash |= 0x1111_1111_1111_1111;
        likeness
    };
    for number in 0..3 * MOST_ENTRIES as u32 {
        let photo = PhotoId::new(id(number + 10), 7);
        let likeness = band_in_common(number.into());
        let Ok(_) = alone(others_like(&memory, &arrival(&photo, number.into(), likeness)));
    }
    assert_eq!(memory.fullest(), MOST_ENTRIES);
    let mut copied = band_in_common(290);
    copied.seen.hash ^= 0x0008_0200_4020_8000;
    let photo = PhotoId::new(id(1), 7);
    let Ok(others) = alone(others_like(&memory, &arrival(&photo, 1 << 40, copied)));
    assert!(others.iter().any(|other| *other.household() == id(300)), "{others:?}");
}

proptest! {
    #[test]
    fn many_photos_at_once_with_runs_that_die_all_find_their_like(
        pictures in prop::collection::vec((1_u32..6, 0_u64..3, 0_u32..64), 1..6),
        lives in prop::collection::vec(prop::option::of(0_usize..14), 6),
        turns in prop::collection::vec(0_usize..6, 0..120),
    ) {
        let memory = Memory::with((1..6).map(|number| household(id(number))));
        let photos: Vec<(PhotoId, u64, Likeness)> = (1..).zip(&pictures).map(|(n, (number, seed, bit))| {
            (PhotoId::new(id(*number), n), n as u64, copy_of(*seed, 1 << bit))
        }).collect();
        let run = |(photo, content, likeness): &(PhotoId, u64, Likeness)| {
            let (photo, content, likeness) = (photo.clone(), *content, *likeness);
            let memory = &memory;
            async move { arrive(memory, arrival(&photo, content, likeness)).await }
        };
        let tasks = photos.iter().zip(&lives).map(|(photo, life)| -> (Task<'_>, Option<usize>) {
            (Box::pin(run(photo)), *life)
        });
        by_turns(tasks.collect(), turns);
        // The queue delivers again what died.
        for (photo, _) in photos.iter().zip(&lives).filter(|(_, life)| life.is_some()) {
            alone(run(photo));
        }
        for (one, _, shows) in &photos {
            for (other, _, like) in &photos {
                let expected = one.household() != other.household() && shows.is_like(&like.seen);
                prop_assert_eq!(knows(&memory, one, other), expected, "{} and {}", one, other);
            }
        }
        let writes = memory.writes();
        photos.iter().for_each(|photo| alone(run(photo)));
        prop_assert_eq!(memory.writes(), writes, "once all is known, nothing is written");
    }
}
