//! Lists and search: the same households whichever way they are asked for.

use anju_domain::id_number::IdNumber;
use anju_tests::{Client, Stack, forms};
use http::StatusCode;
use serde_json::{Value, json};

async fn list(account: &Client, query: &str) -> Value {
    account.get(&format!("/v1/households?{query}")).send().await.expect(StatusCode::OK).json()
}

async fn search(account: &Client, body: Value) -> Value {
    account.post("/v1/households/search", &body).send().await.expect(StatusCode::OK).json()
}

fn ids(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap();
    items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn lists_are_filtered_jumped_through_and_as_long_as_the_statistics_say() {
    let stack = Stack::of_three_villages().await;
    let inside = stack.inside().await;
    let (county, officer) = (stack.account("530627").await, stack.officer(0).await);
    let complete = async |number: u32, form: Value| {
        let path = format!("/v1/households/{}/verification/complete", stack.household(0, number));
        officer.post(&path, &form).if_match(1).send().await.expect(StatusCode::OK);
    };
    complete(1, forms::sheltered()).await;
    complete(7, forms::unsecured()).await;
    let draft = stack.household(0, 8);
    let path = format!("/v1/households/{draft}/verification");
    let saved = officer.put(&path, &json!({"result": "secured", "guarantee": "sheltered"})).if_match(1);
    saved.send().await.expect(StatusCode::OK);

    // The officer sees it at once.
    let own = list(&officer, "state=draft").await;
    assert_eq!((ids(&own), &own["total"]), (vec![draft.to_string()], &json!(1)));
    assert_eq!(ids(&list(&officer, "result=unsecured").await), [stack.household(0, 7).to_string()]);

    inside.settled(stack.register()).await;
    let statistics = county.get("/v1/regions/530627/statistics").send().await.expect(StatusCode::OK).json();
    let total = &statistics["total"];
    for (filter, count) in [
        ("", &total["households"]),
        ("state=completed", &total["verified"]),
        ("state=draft", &total["draft"]),
        ("result=secured", &total["secured"]),
        ("result=unsecured", &total["unsecured"]),
        ("guarantee=sheltered", &total["sheltered"]),
        ("detail=sheltered_relatives", &total["details"]["sheltered_relatives"]),
        ("alert=id_invalid", &total["alerts"]["id_invalid"]),
        ("state=draft&guarantee=sheltered", &json!(1)),
        ("state=pending&result=secured", &json!(0)),
    ] {
        let page = list(&county, &format!("limit=100&{filter}")).await;
        assert_eq!(&page["total"], count, "{filter}");
        assert_eq!(ids(&page).len() as u64, page["total"].as_u64().unwrap(), "{filter}");
    }
    let both = list(&county, "alert=unsecured&state=completed").await;
    assert_eq!((ids(&both), &both["total"]), (vec![stack.household(0, 7).to_string()], &Value::Null));

    // Pages by number and by cursor are the same.
    let all = ids(&list(&county, "limit=100").await);
    let (mut by_number, mut by_cursor, mut cursor) = (Vec::new(), Vec::new(), String::new());
    for page in 1..=6 {
        let jumped = list(&county, &format!("limit=5&page={page}")).await;
        assert_eq!((&jumped["page"], &jumped["pages"]), (&json!(page), &json!(6)));
        by_number.extend(ids(&jumped));
        let next = list(&county, &format!("limit=5&cursor={cursor}")).await;
        by_cursor.extend(ids(&next));
        cursor = next["next_cursor"].as_str().unwrap_or_default().to_owned();
    }
    assert_eq!((&by_number, &by_cursor, cursor.as_str()), (&all, &all, ""));
    assert!(ids(&list(&county, "page=99").await).is_empty());
}

#[tokio::test]
async fn people_are_searched_within_the_area_and_never_by_the_address() {
    let stack = Stack::of_three_villages().await;
    let (county, officer, other) =
        (stack.account("530627").await, stack.officer(0).await, stack.officer(1).await);
    let id = stack.household(0, 3);
    let row = stack.row(&id);
    let number: IdNumber = row.id_number.parse().unwrap();
    assert_eq!(row.id_number.len(), 20, "the household whose head has a disability certificate");

    for sought in [row.id_number.as_str(), &number.normalized()] {
        let found = search(&officer, json!({"head_id": sought})).await;
        assert_eq!((ids(&found), &found["total"]), (vec![id.to_string()], &json!(1)));
        assert_eq!(found["items"][0]["head"]["id_number"], row.id_number);
    }
    let above = search(&county, json!({"head_id": row.id_number, "head_name": row.head})).await;
    assert_eq!(ids(&above), [id.to_string()]);
    assert!(above["items"][0]["head"]["id_number"].as_str().unwrap().contains("*****"), "masked");
    for none in [
        json!({"member_id": row.id_number}),
        json!({"head_id": row.id_number, "head_name": "无此人"}),
        json!({"head_id": row.id_number, "state": "completed"}),
    ] {
        assert!(ids(&search(&county, none.clone()).await).is_empty(), "{none}");
    }
    assert!(ids(&search(&other, json!({"head_id": row.id_number})).await).is_empty(), "another village");
    let member = &stack.row(&stack.household(0, 1)).members[0];
    let found = search(&county, json!({"member_id": member.id_number, "state": "pending"})).await;
    assert_eq!(ids(&found), [stack.household(0, 1).to_string()]);
    assert_eq!(found["total"], Value::Null, "nothing counts this");

    let wrong = officer.post("/v1/households/search", &json!({"head_id": "110105194912310021"}));
    assert_eq!(wrong.send().await.broken_rules(), [rule("/head_id", "invalid_id_number")]);
    let in_address = officer.get("/v1/households?head_id=1").send().await;
    assert_eq!(in_address.broken_rules(), [rule("/head_id", "unknown")]);
}

#[tokio::test]
async fn a_list_that_cannot_be_given_says_why() {
    let stack = Stack::of_one_village().await;
    let officer = stack.officer(0).await;
    let first = list(&officer, "limit=1").await;
    let cursor = first["next_cursor"].as_str().unwrap();
    for (query, pointer, code) in [
        (format!("page=2&cursor={cursor}"), "/page", "not_applicable"),
        ("page=0".to_owned(), "/page", "out_of_range"),
        ("limit=101".to_owned(), "/limit", "out_of_range"),
        ("cursor=x".to_owned(), "/cursor", "malformed"),
        ("state=left".to_owned(), "/state", "unknown"),
        ("alert=flood".to_owned(), "/alert", "unknown"),
        ("detail=unsecured".to_owned(), "/detail", "unknown"),
    ] {
        let answer = officer.get(&format!("/v1/households?{query}")).send().await;
        assert_eq!(answer.broken_rules(), [rule(pointer, code)], "{query}");
    }
    let village = stack.village(0);
    let above = village.region().parent().unwrap();
    for (region, status, code) in [
        (above.as_str(), StatusCode::FORBIDDEN, "outside_region"),
        ("999999", StatusCode::NOT_FOUND, "not_found"),
        ("x", StatusCode::NOT_FOUND, "not_found"),
    ] {
        let listed = officer.get(&format!("/v1/households?region={region}")).send().await;
        listed.expect_problem(status, code);
        let searched = officer.post("/v1/households/search", &json!({"region": region})).send().await;
        searched.expect_problem(status, code);
    }
    let anybody = stack.anybody();
    let searched = anybody.post("/v1/households/search", &json!({})).send().await;
    searched.expect_problem(StatusCode::UNAUTHORIZED, "unauthorized");
}

fn rule(pointer: &str, code: &str) -> (String, String) {
    (pointer.to_owned(), code.to_owned())
}
