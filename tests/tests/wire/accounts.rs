//! Sessions, captchas, and accounts one level down.

use anju_domain::region::{Region, RegionCode};
use anju_register::demo::INITIAL_PASSWORD;
use anju_tests::client::{Answer, PASSWORD};
use anju_tests::stack::CAPTCHA_ANSWER;
use anju_tests::wait::until;
use anju_tests::{Client, Stack};
use http::StatusCode;
use serde_json::{Value, json};

async fn refresh(client: &Client, token: &Value) -> Answer {
    client.post("/v1/sessions/refresh", &json!({"refresh_token": token})).send().await
}

/// A sign-in with a captcha that is solved.
async fn session_with_captcha(client: &Client, account: &str, password: &str) -> Answer {
    let captcha = client.get("/v1/captcha").send().await.expect(StatusCode::OK).json();
    let form = json!({
        "account": account, "password": password, "captcha_id": captcha["captcha_id"], "captcha": CAPTCHA_ANSWER,
    });
    client.post("/v1/sessions", &form).send().await
}

#[tokio::test]
async fn a_refresh_token_rotates_and_a_lost_answer_is_given_again() {
    let stack = Stack::of_one_village().await;
    let (anybody, village) = (stack.anybody(), stack.village(0).as_str());
    let first = anybody.session(village, INITIAL_PASSWORD).await.expect(StatusCode::CREATED).json();
    let second = refresh(&anybody, &first["refresh_token"]).await.expect(StatusCode::OK).json();
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    let again = refresh(&anybody, &first["refresh_token"]).await.expect(StatusCode::OK).json();
    assert_eq!(again["refresh_token"], second["refresh_token"], "the answer was lost: the same successor");
    let third = refresh(&anybody, &second["refresh_token"]).await.expect(StatusCode::OK).json();
    let access = anybody.with_token(third["access_token"].as_str().unwrap());
    access.get("/v1/me").send().await.expect(StatusCode::OK);

    // The first is older than the one before: somebody else has it, and the whole family ends.
    refresh(&anybody, &first["refresh_token"]).await.expect_problem(StatusCode::UNAUTHORIZED, "unauthorized");
    refresh(&anybody, &third["refresh_token"]).await.expect_problem(StatusCode::UNAUTHORIZED, "unauthorized");
    access.get("/v1/me").send().await.expect_problem(StatusCode::UNAUTHORIZED, "unauthorized");
}

#[tokio::test]
async fn signing_out_ends_all_tokens_of_the_session_and_of_no_other() {
    let stack = Stack::of_one_village().await;
    let (anybody, village) = (stack.anybody(), stack.village(0).as_str());
    let session = anybody.session(village, INITIAL_PASSWORD).await.expect(StatusCode::CREATED).json();
    let other = anybody.sign_in(village, INITIAL_PASSWORD).await;
    let signed_in = anybody.with_token(session["access_token"].as_str().unwrap());
    let answer = signed_in.delete("/v1/sessions").send().await.expect(StatusCode::NO_CONTENT);
    assert!(answer.body.is_empty());
    signed_in.get("/v1/me").send().await.expect_problem(StatusCode::UNAUTHORIZED, "unauthorized");
    refresh(&anybody, &session["refresh_token"])
        .await
        .expect_problem(StatusCode::UNAUTHORIZED, "unauthorized");
    other.get("/v1/me").send().await.expect(StatusCode::OK);
}

#[tokio::test]
async fn wrong_passwords_ask_for_a_captcha_and_never_lock_the_officer_out() {
    let stack = Stack::of_one_village().await;
    let (anybody, village) = (stack.anybody(), stack.village(0).as_str());
    for _ in 0..3 {
        anybody
            .session(village, "wrong")
            .await
            .expect_problem(StatusCode::UNAUTHORIZED, "invalid_credentials");
    }
    let refused = anybody.session(village, INITIAL_PASSWORD).await;
    let refused = refused.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "captcha_required").json();
    assert_eq!(refused["errors"][0]["pointer"], "/captcha");
    session_with_captcha(&anybody, village, INITIAL_PASSWORD).await.expect(StatusCode::CREATED);
}

#[tokio::test]
async fn ten_failures_of_one_address_refuse_it_for_that_account_only() {
    let stack = Stack::of_one_village().await;
    let (anybody, village) = (stack.anybody(), stack.village(0).as_str());
    for _ in 0..10 {
        let failed = session_with_captcha(&anybody, village, "wrong").await;
        failed.expect_problem(StatusCode::UNAUTHORIZED, "invalid_credentials");
    }
    let refused = session_with_captcha(&anybody, village, INITIAL_PASSWORD).await;
    let refused = refused.expect_problem(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts");
    let seconds: i64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=900).contains(&seconds), "{seconds}");
    let township = village[..9].to_owned();
    session_with_captcha(&anybody, &township, INITIAL_PASSWORD).await.expect(StatusCode::CREATED);
}

#[tokio::test]
async fn a_captcha_is_used_once_right_or_wrong() {
    let stack = Stack::of_one_village().await;
    let (anybody, village) = (stack.anybody(), stack.village(0).as_str());
    let sign_in = async |id: &Value, answer: &str| {
        let form =
            json!({"account": village, "password": INITIAL_PASSWORD, "captcha_id": id, "captcha": answer});
        anybody.post("/v1/sessions", &form).send().await
    };
    let captcha = async || anybody.get("/v1/captcha").send().await.expect(StatusCode::OK).json();
    let wrong = [("/captcha".to_owned(), "wrong_captcha".to_owned())];
    let first = captcha().await;
    assert!(first["image_svg"].as_str().unwrap().starts_with("<svg") && first["question"].is_string());
    assert_eq!(sign_in(&first["captcha_id"], "1").await.broken_rules(), wrong);
    assert_eq!(sign_in(&first["captcha_id"], CAPTCHA_ANSWER).await.broken_rules(), wrong);
    let second = captcha().await;
    sign_in(&second["captcha_id"], CAPTCHA_ANSWER).await.expect(StatusCode::CREATED);
    assert_eq!(sign_in(&second["captcha_id"], CAPTCHA_ANSWER).await.broken_rules(), wrong);
}

/// Villages of the township that nobody has an account for.
async fn new_villages(stack: &Stack, township: &RegionCode, codes: &[&str]) -> Vec<String> {
    let inside = stack.inside().await;
    let mut villages = Vec::new();
    for code in codes {
        let code = format!("{township}{code}");
        let region = Region::named(code.parse().unwrap(), "新村");
        inside.registry.put_region(&region).await.unwrap();
        villages.push(code);
    }
    villages
}

#[tokio::test]
async fn a_township_issues_its_villages_accounts_and_their_passwords_are_shown_once() {
    let stack = Stack::of_one_village().await;
    let township = stack.village(0).region().parent().unwrap();
    let official = stack.account(township.as_str()).await;
    let villages = new_villages(&stack, &township, &["901", "902", "903"]).await;

    let one = json!({"region": villages[0]});
    let issued =
        official.post("/v1/accounts", &one).once("k").send().await.expect(StatusCode::CREATED).json();
    let password = issued["accounts"][0]["initial_password"].as_str().unwrap();
    stack.anybody().session(&villages[0], password).await.expect(StatusCode::CREATED);
    let again = official.post("/v1/accounts", &one).once("k").send().await.expect(StatusCode::CREATED).json();
    assert_eq!(
        again["accounts"][0],
        json!({"account": villages[0], "issued": false, "initial_password": null, "valid_until": null})
    );
    official.post("/v1/accounts", &one).send().await.expect_problem(StatusCode::CONFLICT, "account_exists");

    // All at once, with the well-known password; those that exist stay as they are.
    let all = json!({"children_of": township, "initial_password": "default"});
    let issued = official.post("/v1/accounts", &all).send().await.expect(StatusCode::CREATED).json();
    let fresh: Vec<&Value> =
        issued["accounts"].as_array().unwrap().iter().filter(|account| account["issued"] == true).collect();
    assert_eq!(fresh.len(), 2);
    stack.anybody().session(&villages[1], INITIAL_PASSWORD).await.expect(StatusCode::CREATED);

    let listed = official.get("/v1/accounts?limit=3").send().await.expect(StatusCode::OK).json();
    assert_eq!((&listed["total"], listed["items"].as_array().unwrap().len()), (&json!(4), 3));
    let cursor = listed["next_cursor"].as_str().unwrap();
    let rest = official.get(&format!("/v1/accounts?limit=3&cursor={cursor}")).send().await.json();
    assert_eq!(rest["items"][0]["id"], villages[2].as_str());
    assert_eq!(rest["next_cursor"], Value::Null);
}

#[tokio::test]
async fn accounts_are_issued_one_level_down_and_nowhere_else() {
    let stack = Stack::of_one_village().await;
    let village = stack.village(0).as_str().to_owned();
    let county = stack.account(&village[..6]).await;
    let officer = stack.account(&village).await;
    let issue = async |client: &Client, region: &str| {
        client.post("/v1/accounts", &json!({"region": region})).send().await
    };
    issue(&county, &village).await.expect_problem(StatusCode::FORBIDDEN, "not_allowed");
    issue(&county, &village[..4]).await.expect_problem(StatusCode::FORBIDDEN, "outside_region");
    issue(&county, "530627999").await.expect_problem(StatusCode::NOT_FOUND, "not_found");
    issue(&officer, &village).await.expect_problem(StatusCode::FORBIDDEN, "not_allowed");
    officer.get("/v1/accounts").send().await.expect_problem(StatusCode::FORBIDDEN, "not_allowed");
    let both = json!({"region": village, "children_of": &village[..9]});
    let broken = county.post("/v1/accounts", &both).send().await.broken_rules();
    assert_eq!(broken, [("/regions".to_owned(), "not_applicable".to_owned())]);
    let unknown = json!({"regions": ["530627999", &village[..9]]});
    let broken = county.post("/v1/accounts", &unknown).send().await.broken_rules();
    assert_eq!(broken, [("/regions/0".to_owned(), "region_unknown".to_owned())]);
}

#[tokio::test]
async fn a_reset_or_disabled_account_is_out_at_once() {
    let stack = Stack::of_one_village().await;
    let village = stack.village(0).as_str();
    let official = stack.account(&village[..9]).await;
    let officer = stack.account(village).await;
    let path = |action: &str| format!("/v1/accounts/{village}/{action}");

    let reset = official.post(&path("reset"), &json!({})).send().await.expect(StatusCode::OK).json();
    officer.get("/v1/me").send().await.expect_problem(StatusCode::UNAUTHORIZED, "unauthorized");
    stack
        .anybody()
        .session(village, PASSWORD)
        .await
        .expect_problem(StatusCode::UNAUTHORIZED, "invalid_credentials");
    let password = reset["initial_password"].as_str().unwrap();
    let again = stack.anybody().sign_in(village, password).await;
    let households = again.get("/v1/households").send().await;
    households.expect_problem(StatusCode::FORBIDDEN, "profile_incomplete");

    let disabled = official.post(&path("disable"), &json!({})).send().await.expect(StatusCode::OK).json();
    assert_eq!((&disabled["disabled"], &disabled["issued"]), (&json!(true), &json!(true)));
    again.get("/v1/me").send().await.expect_problem(StatusCode::UNAUTHORIZED, "unauthorized");
    let refused = stack.anybody().session(village, password).await;
    refused.expect_problem(StatusCode::UNAUTHORIZED, "invalid_credentials");
}

#[tokio::test]
async fn the_board_and_the_app_s_versions_are_public_and_may_be_kept_for_a_minute() {
    let stack = Stack::of_three_villages().await;
    let app = stack.anybody().get("/v1/app").send().await.expect(StatusCode::OK);
    assert_eq!(app.header("cache-control"), "public, max-age=60");
    assert_eq!(app.json()["verification_deadline"], "2020-06-30");
    let board = until("the board to show all households", async || {
        let board = stack.anybody().get("/v1/overview").send().await.expect(StatusCode::OK).json();
        if board["households"] == 27 { Ok(board) } else { Err(board) }
    })
    .await;
    assert_eq!(
        board["regions"],
        json!({"province": 1, "prefecture": 1, "county": 1, "township": 2, "village": 3})
    );
    assert_eq!(board["unverified"], 27);
    assert_eq!(board["provinces"][0]["households"], 27);
}
