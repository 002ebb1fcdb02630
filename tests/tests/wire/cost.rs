//! What operations cost, in the units of the cloud's bill, and that it doesn't grow unnoticed.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anju_register::Plan;
use anju_tests::ledger::{Account, Accounts, Ledger};
use anju_tests::{Client, Stack, forms, photos};
use http::StatusCode;

/// Operations as officials know them, each with what all functions do for it.
type Costs = BTreeMap<String, Accounts>;

/// Units and bytes follow the sizes of items, which hold times and random texts: they differ by a little.
const TOLERANCE: f64 = 0.15;

fn reviewed_file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("cost/operations.json")
}

#[tokio::test]
async fn operations_cost_what_was_reviewed() {
    let stack = Stack::with_ledger(&Plan::new(2, 3, 27).unwrap()).await;
    let inside = stack.inside().await;
    inside.settled(stack.register()).await;
    let mut costs = Costs::new();
    let nation = stack.account("0").await;
    let officer = stack.officer(0).await;
    // The first time, processes start and read their secrets; the second is what is held.
    for number in [1, 7] {
        costs = campaign_day(&stack, &officer, &nation, number).await;
    }
    if std::env::var_os("UPDATE_COSTS").is_some() {
        let text = serde_json::to_string_pretty(&costs).unwrap();
        return std::fs::write(reviewed_file(), text + "\n").unwrap();
    }
    let reviewed: Costs = serde_json::from_slice(&std::fs::read(reviewed_file()).unwrap()).unwrap();
    let changed = differences(&costs, &reviewed);
    assert!(changed.is_empty(), "{changed:#?}\nwhere that is meant: UPDATE_COSTS=1, and review the file");
}

/// A household from the sign-in to a report of a problem, and what officials look at.
async fn campaign_day(stack: &Stack, officer: &Client, nation: &Client, number: u32) -> Costs {
    let ledger = Ledger::of(stack.facts());
    let id = stack.household(0, number);
    let mut costs = Costs::new();
    let mut note = |operation: &str, accounts: Accounts| drop(costs.insert(operation.to_owned(), accounts));

    let account = stack.village(0).as_str();
    let sign_in = officer.session(account, anju_tests::client::PASSWORD);
    let (_, cost) = ledger.cost_of(async { sign_in.await.expect(StatusCode::CREATED) }).await;
    note("sign in", cost);
    let read = async |client: &Client, path: String| {
        ledger.cost_of(async { client.get(&path).send().await.expect(StatusCode::OK) }).await.1
    };
    note("list of a village", read(officer, "/v1/households?state=pending&limit=20".into()).await);
    note("list of the nation", read(nation, "/v1/households?state=pending&limit=20".into()).await);
    note("statistics of the nation", read(nation, "/v1/regions/0/statistics".into()).await);
    note("record", read(officer, format!("/v1/households/{id}")).await);

    let saved = async {
        officer
            .save(&id, &serde_json::json!({"result": "secured"}))
            .if_match(1)
            .send()
            .await
            .expect(StatusCode::OK)
    };
    note("save a draft", ledger.cost_of(saved).await.1);
    let photo = photos::small(u64::from(number));
    let (announced, cost) = ledger.cost_of(photos::announce(officer, &id, &photo)).await;
    note("announce a photo", cost);
    let (_, cost) = ledger.cost_of(async { announced.upload(&photo).await.expect(StatusCode::OK) }).await;
    note("upload a photo", cost);
    let completed = async {
        let form = forms::appraised(&announced.id);
        officer.complete(&id, &form).if_match(2).send().await.expect(StatusCode::OK)
    };
    note("complete", ledger.cost_of(completed).await.1);
    let reported = async {
        let report = serde_json::json!({"type": "house_quality", "content": "屋面漏雨"});
        officer
            .post(&format!("/v1/households/{id}/feedback"), &report)
            .send()
            .await
            .expect(StatusCode::CREATED)
    };
    note("report a problem", ledger.cost_of(reported).await.1);
    costs
}

/// What differs from what was reviewed: requests and invocations at all, units and bytes by more than a little.
fn differences(found: &Costs, reviewed: &Costs) -> Vec<String> {
    let mut differences = Vec::new();
    let operations = found.keys().chain(reviewed.keys()).collect::<std::collections::BTreeSet<_>>();
    for operation in operations {
        let empty = Accounts::new();
        let (now, then) = (found.get(operation).unwrap_or(&empty), reviewed.get(operation).unwrap_or(&empty));
        for function in now.keys().chain(then.keys()).collect::<std::collections::BTreeSet<_>>() {
            let none = Account::default();
            let (now, then) = (now.get(function).unwrap_or(&none), then.get(function).unwrap_or(&none));
            if !is_alike(now, then) {
                differences.push(format!("{operation}: {function}: {now:?}, reviewed was {then:?}"));
            }
        }
    }
    differences
}

fn is_alike(now: &Account, then: &Account) -> bool {
    let near = |now: f64, then: f64| (now - then).abs() <= (then * TOLERANCE).max(1.0);
    let bytes = |now: u64, then: u64| near(now as f64 / 100.0, then as f64 / 100.0);
    now.invocations == then.invocations
        && now.requests == then.requests
        && near(now.read_units, then.read_units)
        && near(now.write_units, then.write_units)
        && bytes(now.event_bytes, then.event_bytes)
        && bytes(now.answer_bytes, then.answer_bytes)
        && bytes(now.stored_bytes, then.stored_bytes)
}

#[test]
fn one_request_more_is_seen_and_a_few_bytes_are_not() {
    let account = Account {
        invocations: 1,
        requests: BTreeMap::from([("DynamoDB.GetItem".to_owned(), 2)]),
        read_units: 4.0,
        event_bytes: 3000,
        ..Account::default()
    };
    let reviewed = Costs::from([("record".to_owned(), Accounts::from([("f".to_owned(), account.clone())]))]);
    let costs =
        |account: Account| Costs::from([("record".to_owned(), Accounts::from([("f".to_owned(), account)]))]);
    let longer = Account { event_bytes: 3050, read_units: 4.5, ..account.clone() };
    assert!(differences(&costs(longer), &reviewed).is_empty());
    let mut asked_once_more = account.clone();
    asked_once_more.requests.insert("DynamoDB.GetItem".to_owned(), 3);
    assert_eq!(differences(&costs(asked_once_more), &reviewed).len(), 1);
    assert_eq!(differences(&costs(Account { read_units: 6.0, ..account }), &reviewed).len(), 1);
    assert_eq!(differences(&Costs::new(), &reviewed).len(), 1);
}
