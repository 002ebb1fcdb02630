//! What a list costs does not depend on how large the register is.

use anju_domain::ids::HouseholdId;
use anju_domain::region::RegionCode;
use anju_domain::summary::{State, Summary};

use super::world::{ALERTS, Kind, MemoryIndex, MemoryRegister, common, household};
use crate::ports::{Index as _, Role, Sought};
use crate::{Filter, HouseholdLists, HouseholdQuery, Start, Total};

type Lists = HouseholdLists<MemoryIndex, MemoryRegister>;

/// A county of 镇雄's shape: 30 townships, 237 villages. Every third household is not verified, every
/// 50th has an alert.
fn county(households: u32) -> Lists {
    let villages = 237;
    let register = MemoryRegister::of((0..households).map(|n| {
        let (village, number) = (n % villages, 1 + n / villages);
        let code = format!("530627{:03}{:03}", 100 + village % 30, 200 + village / 30);
        let id = HouseholdId::new(code.parse().unwrap(), number);
        let kind = if number.is_multiple_of(3) { Kind::Pending } else { Kind::WithRelatives };
        household(id, kind, if number.is_multiple_of(50) { &ALERTS } else { &[] })
    }));
    HouseholdLists { index: register.index(), register }
}

/// Requests that a page takes, and how many households it has.
fn cost(lists: &Lists, region: &str, filter: Filter, people: &[Sought], start: Start) -> (usize, usize) {
    let region: RegionCode = region.parse().unwrap();
    let query = HouseholdQuery { filter, people: people.to_vec(), start, limit: 20 };
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let page = runtime.block_on(lists.list(&region, &query)).unwrap();
    (lists.index.take_requests() + lists.register.take_requests(), page.households.len())
}

fn total(lists: &Lists, region: &str, filter: Filter) -> u64 {
    let query = HouseholdQuery { filter, people: Vec::new(), start: Start::Skip(0), limit: 20 };
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let page = runtime.block_on(lists.list(&region.parse().unwrap(), &query)).unwrap();
    lists.index.take_requests();
    lists.register.take_requests();
    match page.total {
        Total::Exactly(total) => total,
        Total::AtLeast(_) | Total::Unknown => panic!("not counted"),
    }
}

#[test]
fn a_page_costs_the_same_few_requests_wherever_it_is_and_however_large_the_register() {
    let pending = Filter { state: Some(State::Pending), ..Filter::default() };
    let alert = Filter { alert: Some(ALERTS[0]), ..Filter::default() };
    let sizes = [1_181, 11_810, 118_097].map(county);
    for filter in [Filter::default(), pending, alert] {
        // A level each from the region to its villages, then buckets and households.
        for (region, expected) in [("0", 8), ("53", 7), ("5306", 6), ("530627", 5), ("530627101", 4)] {
            for lists in &sizes {
                let total = total(lists, region, filter);
                let after = Start::After("530627115203-2".parse().unwrap());
                let starts =
                    [Start::Skip(0), Start::Skip(299 * 20), Start::Skip((total.max(1) - 1) / 20 * 20), after];
                for start in starts {
                    if matches!(start, Start::Skip(skip) if skip >= total) {
                        continue;
                    }
                    let (requests, households) = cost(lists, region, filter, &[], start.clone());
                    if households > 0 {
                        assert_eq!(requests, expected, "{region} {filter:?} {start:?} of {total}");
                    }
                }
            }
        }
    }
}

/// Sizes of the register that are compared, from a large village's to ten counties'.
const SIZES: [u32; 4] = [1_000, 10_000, 100_000, 1_000_000];

/// `make bench-requests` runs it, optimised: a million households take a while and a few gigabytes. Where
/// REQUESTS_FILE says so, it writes what it counted.
#[test]
#[ignore = "a million households in memory; make bench-requests"]
fn pages_and_screens_take_the_same_requests_from_a_thousand_households_to_a_million() {
    let regions =
        [("nation", "0"), ("county", "530627"), ("township", "530627101"), ("village", "530627101200")];
    let mut counted = String::from("households");
    regions.iter().for_each(|(name, _)| counted += &format!(",list page of a {name}"));
    counted += ",statistics screen\n";
    let mut rows = Vec::new();
    for size in SIZES {
        let lists = county(size);
        let pages = regions.map(|(_, region)| cost(&lists, region, Filter::default(), &[], Start::Skip(0)).0);
        // The counts of a region and of all its children are one item.
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let nation = [RegionCode::nation()];
        assert_eq!(runtime.block_on(lists.index.regions(&nation)).unwrap().len(), 1);
        let screen = lists.index.take_requests();
        let row: Vec<usize> = pages.into_iter().chain([screen]).collect();
        counted += &format!("{size},{}\n", row.iter().map(usize::to_string).collect::<Vec<_>>().join(","));
        rows.push(row);
    }
    if let Some(path) = std::env::var_os("REQUESTS_FILE") {
        std::fs::write(path, &counted).unwrap();
    }
    assert!(rows.iter().all(|row| *row == rows[0]), "{counted}");
    assert_eq!(rows[0].last(), Some(&1));
}

#[test]
fn what_isnt_there_costs_one_request() {
    let lists = county(11_810);
    let draft = Filter { state: Some(State::Draft), ..Filter::default() };
    assert_eq!(cost(&lists, "530627", draft, &[], Start::Skip(0)), (1, 0));
    assert_eq!(cost(&lists, "530627", Filter::default(), &[], Start::Skip(999_999)), (1, 0));
}

#[test]
fn a_village_costs_one_reading_of_itself_and_one_of_the_page() {
    let pending = Filter { state: Some(State::Pending), ..Filter::default() };
    for lists in [1_181, 11_810].map(county) {
        assert_eq!(cost(&lists, "530627101200", pending, &[], Start::Skip(0)).0, 2);
    }
}

#[test]
fn a_search_costs_a_few_readings_of_pointers_and_the_page() {
    let people = [common(Role::Head), common(Role::Member)];
    let one_village = county(11_810);
    assert_eq!(cost(&one_village, "530627101200", Filter::default(), &people[..1], Start::Skip(0)).0, 2);
    assert_eq!(cost(&one_village, "530627101200", Filter::default(), &people, Start::Skip(0)).0, 3);
    // Names that thousands have: counted to a thousand, in two readings.
    for lists in [11_810, 118_097].map(county) {
        assert_eq!(cost(&lists, "530627", Filter::default(), &people[..1], Start::Skip(0)).0, 3);
    }
}

#[test]
fn a_combination_that_isnt_counted_has_a_bound_too() {
    // Alerts and drafts in all villages, but never together.
    let villages = 300;
    let each = (0..villages * 2).map(|n| {
        let code = format!("530627{:03}{:03}", 100 + n / 2 % 30, 200 + n / 60);
        let id = HouseholdId::new(code.parse().unwrap(), 1 + n % 2);
        if n % 2 == 0 { household(id, Kind::EmptyDraft, &[]) } else { household(id, Kind::Pending, &ALERTS) }
    });
    let register = MemoryRegister::of(each);
    let lists = HouseholdLists { index: register.index(), register };
    let filter = Filter { state: Some(State::Draft), alert: Some(ALERTS[0]), ..Filter::default() };
    let (requests, households) = cost(&lists, "0", filter, &[], Start::Skip(0));
    assert!(requests <= 5 * 8 && households == 0, "{requests}");
}

#[test]
fn the_index_needs_no_summary_of_a_household_that_left() {
    let id: HouseholdId = "530627101203-1".parse().unwrap();
    let left = Summary { state: State::Left, ..Summary::pending(1) };
    let lists = HouseholdLists { index: MemoryIndex::of([(id, left)]), register: MemoryRegister::default() };
    assert_eq!(cost(&lists, "0", Filter::default(), &[], Start::Skip(0)), (1, 0));
}
