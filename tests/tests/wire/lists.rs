//! Lists of households: complete, in order, each household once.

use anju_domain::household::Household;
use anju_domain::region::{Level, RegionCode};
use anju_domain::summary::State;
use anju_tests::{Client, Stack, forms};
use http::StatusCode;
use serde_json::{Value, json};

/// All items of a list, page by page, and the total that each page named.
async fn walk(client: &Client, query: &str, limit: usize) -> (Vec<Value>, Vec<u64>) {
    let (mut items, mut totals) = (Vec::new(), Vec::new());
    let mut cursor = String::new();
    loop {
        let path = format!("/v1/households?limit={limit}{query}{cursor}");
        let page = client.get(&path).send().await.expect(StatusCode::OK).json();
        let found = page["items"].as_array().unwrap();
        assert!(found.len() <= limit);
        items.extend(found.iter().cloned());
        totals.push(page["total"].as_u64().unwrap());
        let Some(next) = page["next_cursor"].as_str() else { return (items, totals) };
        assert_eq!(found.len(), limit, "only the last page has room left");
        cursor = format!("&cursor={next}");
    }
}

#[tokio::test]
async fn pages_hold_every_household_of_a_region_once_at_every_level_and_in_every_state() {
    let stack = Stack::of_three_villages().await;
    let inside = stack.inside().await;
    for village in 0..3 {
        let officer = stack.officer(village).await;
        for (number, form) in [(1, forms::unsecured()), (7, forms::sheltered())] {
            let call = officer.complete(stack.household(village, number), &form).if_match(1);
            call.send().await.expect(StatusCode::OK);
        }
        // So that there is a village without any draft.
        for number in [8, 3].into_iter().take(village) {
            let call =
                officer.save(stack.household(village, number), &json!({"result": "secured"})).if_match(1);
            call.send().await.expect(StatusCode::OK);
        }
    }
    inside.settled(stack.register()).await;

    let all = inside.households(stack.register()).await;
    let village = stack.village(1).region().clone();
    for level in [Level::Village, Level::Township, Level::County, Level::Nation] {
        let region: RegionCode = village.at(level).unwrap();
        let account = match level {
            Level::Village => stack.anybody().sign_in(region.as_str(), anju_tests::client::PASSWORD).await,
            _ => stack.account(&region).await,
        };
        for (query, state) in [
            ("", None),
            ("&state=pending", Some(State::Pending)),
            ("&state=draft", Some(State::Draft)),
            ("&state=completed", Some(State::Completed)),
        ] {
            let fits = |one: &&Household| {
                region.contains(one.id.village().region()) && state.is_none_or(|state| one.state() == state)
            };
            let expected: Vec<String> = all.iter().filter(fits).map(|one| one.id.to_string()).collect();
            assert!(!expected.is_empty(), "{region}{query}");
            for limit in [1, 4, 100] {
                let (items, totals) = walk(&account, query, limit).await;
                let found: Vec<&str> = items.iter().map(|item| item["id"].as_str().unwrap()).collect();
                assert_eq!(found, expected, "{region}{query} by {limit}");
                let total = expected.len() as u64;
                assert!(totals.iter().all(|named| *named == total), "{region}{query}: {totals:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_list_may_be_narrowed_to_a_region_below() {
    let stack = Stack::of_three_villages().await;
    stack.inside().await.settled(stack.register()).await;
    let village = stack.village(2);
    let county = stack.account(&village.region().ancestors()[3]).await;
    let (items, totals) = walk(&county, &format!("&region={village}"), 5).await;
    let expected: Vec<String> =
        stack.register().households(village).map(|row| row.id().to_string()).collect();
    let found: Vec<&str> = items.iter().map(|item| item["id"].as_str().unwrap()).collect();
    assert_eq!(found, expected);
    assert_eq!(totals[0], expected.len() as u64);
}

#[tokio::test]
async fn an_item_says_who_and_where() {
    let stack = Stack::of_one_village().await;
    let officer = stack.officer(0).await;
    let row = stack.row(&stack.household(0, 1));
    let listed = officer.get("/v1/households?limit=1").send().await.expect(StatusCode::OK).json();
    let item = &listed["items"][0];
    assert_eq!(item["head"], json!({"name": row.head, "id_number": row.id_number, "phone": row.phone}));
    let members: Vec<&String> = row.members.iter().map(|member| &member.name).collect();
    assert_eq!(item["members"], json!(members));
    let path: Vec<Value> = stack.register().regions().map(|region| json!(region.name)).skip(1).collect();
    let shown = item["region"]["path"].as_array().unwrap().iter().map(|region| region["name"].clone());
    assert_eq!(shown.collect::<Vec<_>>(), path, "from the province to the village");
    assert_eq!((&item["state"], &item["version"]), (&json!("pending"), &json!(1)));
}

#[tokio::test]
async fn queries_that_make_no_sense_are_refused_and_never_ignored() {
    let stack = Stack::of_one_village().await;
    let officer = stack.officer(0).await;
    for (query, pointer, code) in [
        ("limit=0", "/limit", "out_of_range"),
        ("limit=101", "/limit", "out_of_range"),
        ("limit=many", "/limit", "wrong_type"),
        ("cursor=rubbish", "/cursor", "malformed"),
        ("state=finished", "/state", "unknown"),
        ("name=x", "/name", "unknown"),
    ] {
        let answer = officer.get(&format!("/v1/households?{query}")).send().await;
        assert_eq!(answer.broken_rules(), [(pointer.to_owned(), code.to_owned())], "{query}");
    }
}
