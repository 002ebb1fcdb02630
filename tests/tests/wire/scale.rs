//! The nation's statistics in a small register and in a large one.

use std::time::Instant;

use anju_counters::Counters;
use anju_counters::bucket::BucketId;
use anju_counters::ports::{CounterStore as _, NoPause};
use anju_counters::tally::Observed;
use anju_domain::ids::HouseholdId;
use anju_domain::region::Region;
use anju_domain::summary::Summary;
use anju_register::Plan;
use anju_tests::ledger::{Accounts, Ledger};
use anju_tests::{Client, Inside, Stack};
use http::StatusCode;

/// Provinces of the nation.
const PROVINCES: u32 = 25;
/// Looks at the statistics of which the median is taken.
const LOOKS: usize = 301;

/// `make bench-requests` runs it: it measures times, which other work on the machine would change.
#[tokio::test]
#[ignore = "measures times; make bench-requests"]
async fn the_nation_s_statistics_take_the_same_requests_and_time_in_any_register() {
    let stack = Stack::with_ledger(&Plan::new(1, 1, 8).unwrap()).await;
    let inside = stack.inside().await;
    let nation = stack.account("0").await;
    add_provinces(&inside).await;
    let mut shown = Vec::new();
    // In the second one every province has 40 villages with 63 households each: 63,000 in all.
    for (villages, households) in [(1, 1), (40, 63)] {
        count(&inside, villages, households).await;
        let ledger = Ledger::of(stack.facts());
        nation.statistics("0").await;
        let (statistics, accounts) = ledger.cost_of(nation.statistics("0")).await;
        assert!(statistics["children"].as_array().unwrap().len() >= PROVINCES as usize);
        let seen = statistics["total"]["households"].as_u64().unwrap();
        assert!(seen >= u64::from(PROVINCES * villages * households), "{seen}");
        shown.push((seen, accounts, median_ms(&nation).await));
    }
    let [(small, one, first), (large, other, second)] = &shown[..] else { panic!("two registers") };
    report(&format!(
        "{small} households: {first:.2} ms; {large}: {second:.2} ms; ratio {:.3}",
        second / first
    ));
    assert_eq!(requests(one), requests(other));
    assert!(second / first <= 1.1, "{first} ms, then {second} ms");
}

fn requests(accounts: &Accounts) -> Vec<(&String, u64)> {
    let account = &accounts["get-statistics"];
    account.requests.iter().map(|(name, count)| (name, *count)).collect()
}

async fn median_ms(nation: &Client) -> f64 {
    let mut times = Vec::with_capacity(LOOKS);
    for _ in 0..LOOKS {
        let started = Instant::now();
        nation.get("/v1/regions/0/statistics").send().await.expect(StatusCode::OK);
        times.push(started.elapsed().as_secs_f64() * 1000.0);
    }
    times.sort_by(f64::total_cmp);
    times[LOOKS / 2]
}

/// Codes of provinces that the register of the stack doesn't have.
fn provinces() -> impl Iterator<Item = u32> {
    60..60 + PROVINCES
}

async fn add_provinces(inside: &Inside) {
    for code in provinces() {
        let below = std::collections::BTreeMap::new();
        let (code, name) = (code.to_string().parse().unwrap(), format!("第{code}省"));
        inside.registry.put_region(&Region { below, ..Region::named(code, &name) }).await.unwrap();
    }
}

/// Counts so many households in so many villages of each province, as the functions would.
async fn count(inside: &Inside, villages: u32, households: u32) {
    let counters = Counters { store: &inside.counters, pause: NoPause, epoch: 1 };
    for province in provinces() {
        for village in 0..villages {
            let code = format!("{province}0101{:03}{:03}", 100 + village / 20, 200 + village % 20);
            let household = |number| HouseholdId::new(code.parse().unwrap(), number);
            let observed: Vec<Observed> = (1..=households)
                .map(|number| Observed {
                    household: household(number),
                    revision: 1,
                    old: None,
                    new: Summary::pending(3).pack(),
                })
                .collect();
            counters.tally(&observed).await;
            // Numbers up to 63 share a bucket.
            let id = BucketId::of(&household(1));
            let bucket = inside.counters.bucket(&id).await.unwrap();
            counters.roll_up(bucket.map(|bucket| (id, bucket))).await;
        }
    }
}

#[expect(clippy::print_stderr, reason = "what the command is run for")]
fn report(text: &str) {
    eprintln!("{text}");
}
