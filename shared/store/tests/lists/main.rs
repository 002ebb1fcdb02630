//! Lists over a real database: what they read of it, and how often they ask.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod alerts;
mod database;
mod photos;
mod timelines;

use anju_domain::household::{Household, Progress, Registered};
use anju_domain::ids::HouseholdId;
use anju_domain::person::{Head, Member};
use anju_domain::recorded::Recorded;
use anju_domain::region::RegionCode;
use anju_domain::summary::{AlertKind, State};
use anju_query::ports::{By, Role, Sought};
use anju_query::{Filter, HouseholdQuery, Start, Total};
use jiff::Timestamp;

use crate::database::Database;

/// Its own number after GB 11643, in the form of 20 characters: nobody has it.
const SAMPLE_ID: &str = "11010519491231002X42";

/// Every third is not counted as it left, every fifth has an invalid ID number; 甲 heads every fourth.
fn household(id: HouseholdId) -> Household {
    let n = id.number();
    let id_number = if n.is_multiple_of(5) { "1" } else { SAMPLE_ID };
    let head = Head {
        name: if n.is_multiple_of(4) { "甲" } else { "乙" }.to_owned(),
        id_number: Recorded::from(id_number.to_owned()),
        phone: Recorded::Missing,
    };
    let member =
        Member { name: "甲".to_owned(), id_number: Recorded::Missing, relation: "配偶".to_owned() };
    let registered = Registered {
        id,
        head,
        members: vec![member.clone(), member],
        address: String::new(),
        works: Default::default(),
    };
    let entered = Household::registered(registered, Timestamp::UNIX_EPOCH);
    if n.is_multiple_of(3) { Household { progress: Progress::Left, ..entered } } else { entered }
}

fn id(village: u32, number: u32) -> HouseholdId {
    format!("530627{:03}{:03}-{number}", 100 + village % 3, 200 + village / 3).parse().unwrap()
}

/// A county of so many villages with so many households each.
async fn county(villages: u32, households: u32) -> Database {
    let all = (0..villages).flat_map(|village| (1..=households).map(move |number| id(village, number)));
    Database::with(all.map(household)).await
}

fn query(filter: Filter, people: Vec<Sought>, start: Start) -> HouseholdQuery {
    HouseholdQuery { filter, people, start, limit: 20 }
}

fn region(code: &str) -> RegionCode {
    code.parse().unwrap()
}

fn head(by: By) -> Vec<Sought> {
    vec![Sought { role: Role::Head, by }]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_a_register_ten_times_as_large_takes_the_same_requests() {
    let invalid = Filter { alert: Some(AlertKind::IdInvalid), ..Filter::default() };
    let pending = Filter { state: Some(State::Pending), ..Filter::default() };
    let mut counted = Vec::new();
    for villages in [6, 60] {
        let database = county(villages, 20).await;
        for filter in [Filter::default(), pending, invalid] {
            for code in ["0", "530627", "530627101"] {
                let first = query(filter, Vec::new(), Start::Skip(0));
                let page = database.lists.list(&region(code), &first).await.unwrap();
                let Total::Exactly(total) = page.total else { panic!("not counted") };
                let per_village = if filter == invalid { 3 } else { 14 };
                let share = if code == "530627101" { villages / 3 } else { villages };
                assert_eq!(total, u64::from(per_village * share));
                let starts = [0, (total - 1) / 40 * 20, (total - 1) / 20 * 20].map(Start::Skip);
                for start in starts.into_iter().chain(page.next.map(Start::After)) {
                    database.take_requests();
                    let query = query(filter, Vec::new(), start);
                    let page = database.lists.list(&region(code), &query).await.unwrap();
                    assert!(!page.households.is_empty());
                    counted.push((code, database.take_requests()));
                }
            }
        }
        assert_eq!(database.take_scans(), 0);
    }
    for (code, requests) in counted {
        let expected = match code {
            "0" => 8,
            "530627" => 5,
            _ => 4,
        };
        assert_eq!(requests, expected, "{code}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_found_by_name_or_any_form_of_their_id_number_in_their_role_and_region() {
    let database = county(6, 20).await;
    let name = || By::Name("甲".to_owned());
    let numbers = async |code: &str, filter: Filter, people: Vec<Sought>| {
        let query = HouseholdQuery { limit: 100, ..query(filter, people, Start::Skip(0)) };
        let page = database.lists.list(&region(code), &query).await.unwrap();
        let ids: Vec<String> = page.households.iter().map(|household| household.id.to_string()).collect();
        (ids, page.total)
    };
    let here = |numbers: &[u32]| -> Vec<String> { numbers.iter().map(|n| id(1, *n).to_string()).collect() };

    let (found, total) = numbers("530627101200", Filter::default(), head(name())).await;
    assert_eq!((found, total), (here(&[4, 8, 16, 20]), Total::Exactly(4)));
    let (found, total) = numbers("0", Filter::default(), head(name())).await;
    assert_eq!((found.len(), total), (24, Total::Exactly(24)));
    let (found, _) = numbers("52", Filter::default(), head(name())).await;
    assert!(found.is_empty());
    let both = vec![Sought { role: Role::Head, by: name() }, Sought { role: Role::Member, by: name() }];
    let (found, _) = numbers("530627101200", Filter::default(), both).await;
    assert_eq!(found, here(&[4, 8, 16, 20]));
    for form in ["11010519491231002X", "110105491231002", SAMPLE_ID] {
        let by = || By::IdNumber(form.parse().unwrap());
        let (found, total) = numbers("530627101200", Filter::default(), head(by())).await;
        assert_eq!((found.len(), total), (11, Total::Exactly(11)), "{form}");
        let as_member = vec![Sought { role: Role::Member, by: by() }];
        assert!(numbers("0", Filter::default(), as_member).await.0.is_empty(), "{form}");
    }
    let invalid = Filter { alert: Some(AlertKind::IdInvalid), ..Filter::default() };
    let (found, total) = numbers("530627101200", invalid, head(name())).await;
    assert_eq!((found, total), (here(&[20]), Total::Unknown));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_household_that_leaves_is_found_no_more() {
    let database = county(1, 4).await;
    let name = || query(Filter::default(), head(By::Name("甲".to_owned())), Start::Skip(0));
    let nation = RegionCode::nation();
    assert_eq!(database.lists.list(&nation, &name()).await.unwrap().total, Total::Exactly(1));
    database.change(&id(0, 4), |household| household.progress = Progress::Left).await;
    let page = database.lists.list(&nation, &name()).await.unwrap();
    assert_eq!((page.households.len(), page.total), (0, Total::Exactly(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_village_sees_its_own_changes_before_they_are_counted() {
    let database = county(1, 4).await;
    database.change_uncounted(&id(0, 1), |household| household.progress = Progress::Left).await;
    let all = query(Filter::default(), Vec::new(), Start::Skip(0));
    let village = database.lists.list(id(0, 1).village().region(), &all).await.unwrap();
    assert_eq!((village.households.len(), village.total), (2, Total::Exactly(2)));
    let nation = database.lists.list(&RegionCode::nation(), &all).await.unwrap();
    // Not counted yet, but not shown as what it no longer is either.
    assert_eq!((nation.households.len(), nation.total), (2, Total::Exactly(3)));
}
