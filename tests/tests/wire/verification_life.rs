//! What happens to a verification after its completion.

use anju_domain::change::{Change, Hash, check_history};
use anju_domain::mask;
use anju_tests::wait::until;
use anju_tests::{Client, Stack, forms};
use http::StatusCode;
use serde_json::{Value, json};

/// Completes a household as unsecured, which needs no photo; gives its record.
async fn complete(officer: &Client, path: &str, version: u64) -> Value {
    let form = forms::unsecured();
    let done = officer.post(&format!("{path}/verification/complete"), &form).if_match(version).send().await;
    done.expect(StatusCode::OK).json()
}

fn history(answer: &Value) -> (Vec<Change>, Hash) {
    let items = serde_json::from_value(answer["items"].clone()).unwrap();
    (items, answer["chain_head"].as_str().unwrap().parse().unwrap())
}

#[tokio::test]
async fn a_township_sends_a_wrong_verification_back_and_the_village_completes_it_again() {
    let stack = Stack::of_one_village().await;
    let id = stack.household(0, 1);
    let path = format!("/v1/households/{id}");
    let officer = stack.officer(0).await;
    let township = stack.account(&id.village().as_str()[..9]).await;
    let send_back = async |client: &Client, version: u64| {
        let reason = json!({"reason": "请补充说明"});
        client.post(&format!("{path}/verification/return"), &reason).if_match(version).send().await
    };
    send_back(&township, 1).await.expect_problem(StatusCode::CONFLICT, "not_completed");
    let done = complete(&officer, &path, 1).await;
    send_back(&officer, 2).await.expect_problem(StatusCode::FORBIDDEN, "not_allowed");
    let stale = send_back(&township, 1).await.expect_problem(StatusCode::PRECONDITION_FAILED, "stale").json();
    assert_eq!(stale["current"]["version"], 2);

    let returned = send_back(&township, 2).await.expect(StatusCode::OK).json();
    assert_eq!((&returned["state"], &returned["version"]), (&json!("draft"), &json!(3)));
    assert_eq!(returned["returned"]["reason"], "请补充说明");
    assert_eq!(returned["verification"]["explanation"], done["verification"]["explanation"]);
    let verified = async || {
        let statistics = format!("/v1/regions/{}/statistics", id.village());
        officer.get(&statistics).send().await.expect(StatusCode::OK).json()["total"]["verified"].take()
    };
    until("the counts to move back", async || match verified().await {
        count if count == json!(0) => Ok(()),
        count => Err(count),
    })
    .await;

    let again = complete(&officer, &path, 3).await;
    assert_eq!((&again["state"], &again["returned"]), (&json!("completed"), &Value::Null));
    assert_eq!(again["lookup"]["token"], done["lookup"]["token"], "the QR code on the door stays good");
}

#[tokio::test]
async fn the_verifier_of_a_household_may_be_another_than_the_account_s_person() {
    let stack = Stack::of_one_village().await;
    let (id, officer) = (stack.household(0, 1), stack.officer(0).await);
    let helper = json!({"name": "帮扶干部", "position": "驻村工作队员", "phone": "16000000009"});
    let form = forms::with(forms::unsecured(), json!({"verifier": helper}));
    let done = officer.complete(&id, &form).if_match(1).send().await.expect(StatusCode::OK).json();
    assert_eq!(done["verification"]["verifier"], helper);
    assert_eq!(officer.record(&id).await["verification"]["verifier"], helper);
    let me = officer.get("/v1/me").send().await.expect(StatusCode::OK).json();
    assert_eq!(me["name"], forms::VERIFIER, "the account stays its own person's");
    let other = officer.complete(
        stack.household(0, 2),
        &forms::corrected(forms::unsecured(), &stack.row(&stack.household(0, 2))),
    );
    let other = other.if_match(1).send().await.expect(StatusCode::OK).json();
    assert_eq!(other["verification"]["verifier"]["name"], forms::VERIFIER, "for that household only");
}

#[tokio::test]
async fn the_history_names_every_change_and_can_be_checked_by_anybody() {
    let stack = Stack::of_one_village().await;
    let id = stack.household(0, 1);
    let path = format!("/v1/households/{id}");
    let officer = stack.officer(0).await;
    complete(&officer, &path, 1).await;
    complete(&officer, &path, 2).await;
    let answer = officer.get(&format!("{path}/history")).send().await.expect(StatusCode::OK).json();
    let kinds: Vec<&str> =
        answer["items"].as_array().unwrap().iter().map(|item| item["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["imported", "completed", "corrected"]);
    let (changes, head) = history(&answer);
    assert_eq!(check_history(&changes, head), []);

    // Above the township the personal values are left out, and the chain holds all the same.
    let county = stack.account(&id.village().as_str()[..6]).await;
    let masked = county.get(&format!("{path}/history")).send().await.expect(StatusCode::OK);
    assert!(!masked.text().contains(&stack.row(&id).id_number) && !masked.text().contains(forms::VERIFIER));
    let (changes, head) = history(&masked.json());
    assert_eq!(check_history(&changes, head), []);
}

#[tokio::test]
async fn revealing_full_numbers_needs_a_reason_and_stays_in_the_history() {
    let stack = Stack::of_one_village().await;
    let id = stack.household(0, 1);
    let row = stack.row(&id);
    let path = format!("/v1/households/{id}");
    let county = stack.account(&id.village().as_str()[..6]).await;
    let masked = county.get(&path).send().await.expect(StatusCode::OK).json();
    assert_eq!(masked["head"]["id_number"], mask::id_number(&row.id_number.parse().unwrap()));
    let reveal = async |body: Value| county.post(&format!("{path}/reveal"), &body).send().await;
    assert_eq!(reveal(json!({})).await.broken_rules(), [("/reason".to_owned(), "required".to_owned())]);
    let full = reveal(json!({"reason": "核对身份"})).await.expect(StatusCode::OK).json();
    assert_eq!((&full["head"]["id_number"], &full["version"]), (&json!(row.id_number), &json!(1)));
    let history = county.get(&format!("{path}/history")).send().await.expect(StatusCode::OK).json();
    let entry = &history["items"][1];
    assert_eq!(
        (&entry["kind"], &entry["by"]["account"]),
        (&json!("revealed"), &json!(&id.village().as_str()[..6]))
    );
}

#[tokio::test]
async fn a_scan_finds_the_household_and_a_renewed_token_withdraws_the_page() {
    let stack = Stack::of_three_villages().await;
    let id = stack.household(0, 1);
    let path = format!("/v1/households/{id}");
    let officer = stack.officer(0).await;
    let done = complete(&officer, &path, 1).await;
    let token = done["lookup"]["token"].as_str().unwrap().to_owned();
    let scan = format!("/v1/lookup/{token}");
    let found = officer.get(&scan).send().await.expect(StatusCode::OK).json();
    assert_eq!(
        (&found["id"], &found["region"]["code"]),
        (&json!(id.to_string()), &json!(id.village().as_str()))
    );
    stack.officer(1).await.get(&scan).send().await.expect_problem(StatusCode::NOT_FOUND, "not_found");
    let page = async |token: &str, status: StatusCode| {
        let path = format!("/q/{token}");
        until("the page", async || {
            let answer = stack.anybody().get(&path).send().await;
            if answer.status == status { Ok(answer) } else { Err(answer.status) }
        })
        .await
    };
    page(&token, StatusCode::OK).await;

    let renew = format!("{path}/lookup/renew");
    officer.post(&renew, &json!({})).send().await.expect_problem(StatusCode::FORBIDDEN, "not_allowed");
    let township = stack.account(&id.village().as_str()[..9]).await;
    let renewed = township.post(&renew, &json!({})).send().await.expect(StatusCode::OK).json();
    let fresh = renewed["lookup"]["token"].as_str().unwrap();
    assert_ne!(fresh, token);
    page(fresh, StatusCode::OK).await;
    let withdrawn = page(&token, StatusCode::NOT_FOUND).await;
    let unknown = page("abcdefghijkmnpqrstuvwxyz", StatusCode::NOT_FOUND).await;
    assert_eq!(withdrawn.body, unknown.body);
    officer.get(&scan).send().await.expect_problem(StatusCode::NOT_FOUND, "not_found");
}

#[tokio::test]
async fn alerts_are_listed_where_they_arise_and_dismissed_with_a_reason() {
    let stack = Stack::of_three_villages().await;
    let id = stack.household(0, 1);
    let officer = stack.officer(0).await;
    complete(&officer, &format!("/v1/households/{id}"), 1).await;
    let village = id.village().as_str();
    let mut found = Value::Null;
    for region in ["0", &village[..2], &village[..4], &village[..6], &village[..9], village] {
        let account = if region == village { officer.clone() } else { stack.account(region).await };
        let listed = until("the alert to be counted", async || {
            let listed = account.get("/v1/alerts?kind=unsecured").send().await.expect(StatusCode::OK).json();
            if listed["total"] == 1 { Ok(listed) } else { Err(listed) }
        })
        .await;
        assert_eq!(listed["items"].as_array().unwrap().len(), 1, "{region}");
        found = listed["items"][0].clone();
        assert_eq!((&found["household"], &found["kind"]), (&json!(id.to_string()), &json!("unsecured")));
    }
    // Each village has one household with an invalid ID number: pages cover all, each once.
    let nation = stack.anybody().sign_in("0", anju_tests::client::PASSWORD).await;
    let mut seen = Vec::new();
    let mut next = Value::Null;
    loop {
        let cursor = next.as_str().map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        let page =
            nation.get(&format!("/v1/alerts?limit=1{cursor}")).send().await.expect(StatusCode::OK).json();
        seen.extend(
            page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()),
        );
        next = page["next_cursor"].clone();
        if next.is_null() {
            assert_eq!(page["total"], seen.len());
            break;
        }
    }
    let distinct: std::collections::BTreeSet<&String> = seen.iter().collect();
    assert!(distinct.len() == seen.len() && seen.len() >= 4, "{seen:?}");

    let dismiss = format!("/v1/alerts/{}/dismiss", found["id"].as_str().unwrap());
    let reason = json!({"reason": "已安排改造"});
    officer.post(&dismiss, &reason).send().await.expect_problem(StatusCode::FORBIDDEN, "not_allowed");
    let township = stack.anybody().sign_in(&village[..9], anju_tests::client::PASSWORD).await;
    let record = township.post(&dismiss, &reason).send().await.expect(StatusCode::OK).json();
    assert_eq!(record["alerts"], json!([]));
    township.post(&dismiss, &reason).send().await.expect_problem(StatusCode::NOT_FOUND, "not_found");
}
