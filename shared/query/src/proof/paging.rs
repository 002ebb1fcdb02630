//! Pages one after the other are the whole list: each match once, in order.

use anju_domain::draft::{GuaranteeChoice, ResultChoice};
use anju_domain::household::{Household, Progress};
use anju_domain::ids::HouseholdId;
use anju_domain::region::{RegionCode, VillageCode};
use anju_domain::summary::{Detail, State};
use proptest::prelude::*;

use super::world::{ALERTS, Kind, MemoryIndex, MemoryRegister, common, household};
use crate::ports::{Role, Sought};
use crate::{Filter, HouseholdLists, HouseholdPage, HouseholdQuery, ListError, Start, Total};

/// Villages that share all, some or none of the regions above them.
const VILLAGES: [&str; 7] = [
    "530627101203",
    "530627101204",
    "530627102200",
    "530628100201",
    "530700100200",
    "130684100203",
    "999999999999",
];

fn any_region() -> impl Strategy<Value = RegionCode> {
    let codes = ["0", "53", "13", "99", "5306", "530627", "530628", "530627101", "530627101203", "11"];
    prop::sample::select(codes.map(|code| code.parse().unwrap()).to_vec())
}

fn any_filter() -> impl Strategy<Value = Filter> {
    let states = [None, Some(State::Pending), Some(State::Draft), Some(State::Completed)];
    let results = [None, None, Some(ResultChoice::Secured), Some(ResultChoice::Unsecured)];
    let guarantees = [None, None, Some(GuaranteeChoice::Appraised), Some(GuaranteeChoice::Sheltered)];
    let details = [None, None, None, Some(Detail::ShelteredRelatives)];
    let alerts = [None, None, Some(ALERTS[0]), Some(ALERTS[1])];
    (
        prop::sample::select(states.to_vec()),
        prop::sample::select(results.to_vec()),
        prop::sample::select(guarantees.to_vec()),
        prop::sample::select(details.to_vec()),
        prop::sample::select(alerts.to_vec()),
    )
        .prop_map(|(state, result, guarantee, detail, alert)| Filter {
            state,
            result,
            guarantee,
            detail,
            alert,
        })
}

fn any_households(at_most: usize) -> impl Strategy<Value = Vec<Household>> {
    let alerts = prop::sample::subsequence(ALERTS.to_vec(), 0..=ALERTS.len());
    let one = (
        prop::sample::select(VILLAGES.to_vec()),
        1_u32..400,
        prop::sample::select(Kind::ALL.to_vec()),
        alerts,
    );
    let one = one.prop_map(|(village, number, kind, alerts)| {
        let village: VillageCode = village.parse().unwrap();
        household(HouseholdId::new(village, number), kind, &alerts)
    });
    prop::collection::vec(one, 0..at_most)
}

fn now<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

fn page(
    lists: &HouseholdLists<MemoryIndex, MemoryRegister>,
    region: &RegionCode,
    filter: Filter,
    people: &[Sought],
    start: Start,
    limit: usize,
) -> Result<HouseholdPage, ListError> {
    let query = HouseholdQuery { filter, people: people.to_vec(), start, limit };
    now(lists.list(region, &query))
}

fn ids(page: &HouseholdPage) -> Vec<HouseholdId> {
    page.households.iter().map(|household| household.id.clone()).collect()
}

/// All pages from cursor to cursor.
fn by_cursor(
    lists: &HouseholdLists<MemoryIndex, MemoryRegister>,
    region: &RegionCode,
    filter: Filter,
    people: &[Sought],
    limit: usize,
) -> Vec<HouseholdId> {
    let mut listed = Vec::new();
    let mut start = Start::Skip(0);
    loop {
        let page = page(lists, region, filter, people, start.clone(), limit).unwrap();
        assert!(page.households.len() <= limit);
        listed.extend(ids(&page));
        let Some(next) = page.next else { return listed };
        if let Start::After(before) = start {
            assert!(next > before, "every page leads on");
        }
        start = Start::After(next);
    }
}

fn expected(
    register: &MemoryRegister,
    region: &RegionCode,
    test: impl Fn(&Household) -> bool,
) -> Vec<HouseholdId> {
    let inside = register.households.values().filter(|one| region.contains(one.id.village().region()));
    inside.filter(|one| one.progress != Progress::Left && test(one)).map(|one| one.id.clone()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn pages_one_after_the_other_are_all_matches_once_and_in_order(
        households in any_households(120), region in any_region(), filter in any_filter(), limit in 1_usize..30,
    ) {
        let register = MemoryRegister::of(households);
        let all = expected(&register, &region, |one| filter.accepts(&one.summary()));
        let lists = HouseholdLists { index: register.index(), register };

        prop_assert_eq!(&by_cursor(&lists, &region, filter, &[], limit), &all);

        let first = page(&lists, &region, filter, &[], Start::Skip(0), limit).unwrap();
        let is_village = VillageCode::try_from(region.clone()).is_ok();
        if filter.is_counted() || is_village {
            prop_assert_eq!(first.total, Total::Exactly(all.len() as u64));
        } else {
            prop_assert_eq!(first.total, Total::Unknown);
        }
        for (number, expected) in all.chunks(limit).enumerate() {
            let start = Start::Skip((number * limit) as u64);
            let jumped = page(&lists, &region, filter, &[], start, limit).unwrap();
            prop_assert_eq!(ids(&jumped), expected);
            prop_assert_eq!(jumped.next.is_some(), (number + 1) * limit < all.len());
        }
        let behind = page(&lists, &region, filter, &[], Start::Skip(all.len() as u64), limit).unwrap();
        prop_assert!(behind.households.is_empty() && behind.next.is_none());
    }

    #[test]
    fn whatever_state_the_counts_are_in_a_household_that_matched_all_along_is_listed_once(
        before in any_households(80), after in any_households(80), region in any_region(),
        filter in any_filter(), limit in 1_usize..20, late in prop::collection::vec(any::<bool>(), 60),
    ) {
        // The register goes on from `before`, and the counts are anywhere between.
        let earlier = MemoryRegister::of(before.clone());
        let register = MemoryRegister::of(before.into_iter().chain(after));
        let all_along = expected(&register, &region, |one| {
            let summary = earlier.households.get(&one.id).map(Household::summary);
            filter.accepts(&one.summary()) && summary.is_some_and(|summary| filter.accepts(&summary))
        });
        let matching = expected(&register, &region, |one| filter.accepts(&one.summary()));
        let mut late = late.into_iter().cycle();
        let index = register.index().on_the_way_from(earlier.index(), || late.next().unwrap());
        let lists = HouseholdLists { index, register };

        let listed = by_cursor(&lists, &region, filter, &[], limit);
        prop_assert!(listed.is_sorted_by(|one, other| one < other));
        prop_assert!(all_along.iter().all(|id| listed.contains(id)));
        prop_assert!(listed.iter().all(|id| matching.contains(id)));
    }

    #[test]
    fn people_are_found_alone_together_and_with_other_conditions(
        households in any_households(120), region in any_region(), filter in any_filter(), limit in 1_usize..30,
        roles in prop::sample::subsequence(vec![Role::Head, Role::Member], 1..=2),
    ) {
        let mut register = MemoryRegister::of(households);
        register.window = 40;
        let common_head = |one: &Household| !roles.contains(&Role::Head) || one.head.name == "常见";
        let common_member = |one: &Household| !roles.contains(&Role::Member) || one.members[0].name == "常见";
        let with_people = |one: &Household| common_head(one) && common_member(one);
        let all = expected(&register, &region, with_people);
        let some = expected(&register, &region, |one| with_people(one) && filter.accepts(&one.summary()));
        let people: Vec<Sought> = roles.iter().copied().map(common).collect();
        let lists = HouseholdLists { index: register.index(), register };

        prop_assert_eq!(&by_cursor(&lists, &region, Filter::default(), &people, limit), &all);
        prop_assert_eq!(&by_cursor(&lists, &region, filter, &people, limit), &some);
        let first = page(&lists, &region, Filter::default(), &people, Start::Skip(0), limit).unwrap();
        prop_assert_eq!(first.total, Total::Exactly(all.len() as u64));
        for (number, expected) in some.chunks(limit).enumerate() {
            let start = Start::Skip((number * limit) as u64);
            prop_assert_eq!(ids(&page(&lists, &region, filter, &people, start, limit).unwrap()), expected);
        }
    }
}

#[test]
fn names_are_counted_up_to_a_thousand() {
    let village: VillageCode = VILLAGES[0].parse().unwrap();
    let of = |count: u32| {
        let common = (1..=count).map(|n| HouseholdId::new(village.clone(), 3 * n));
        let register = MemoryRegister::of(common.map(|id| household(id, Kind::Pending, &[])));
        HouseholdLists { index: register.index(), register }
    };
    let nation = RegionCode::nation();
    let at = |count, start| page(&of(count), &nation, Filter::default(), &[common(Role::Head)], start, 20);
    assert_eq!(at(1000, Start::Skip(0)).unwrap().total, Total::Exactly(1000));
    assert_eq!(at(1001, Start::Skip(0)).unwrap().total, Total::AtLeast(1000));
    assert_eq!(by_cursor(&of(2500), &nation, Filter::default(), &[common(Role::Head)], 100).len(), 2500);
    assert!(matches!(at(5000, Start::Skip(4000)), Err(ListError::NotCountedThatFar)));
    assert!(at(1000, Start::Skip(4000)).unwrap().households.is_empty());
}
