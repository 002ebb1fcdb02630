//! Sessions, profiles, passwords.

use anju_register::demo::INITIAL_PASSWORD;
use anju_tests::client::PASSWORD;
use anju_tests::{Stack, forms};
use http::StatusCode;
use serde_json::{Value, json};

#[tokio::test]
async fn a_wrong_password_and_an_unknown_account_get_the_same_answer() {
    let stack = Stack::of_one_village().await;
    let anybody = stack.anybody();
    let village = stack.village(0).as_str();
    let mut answers: Vec<Value> = Vec::new();
    for (account, password) in
        [(village, "Wrong-Pass-7"), ("530627999999", INITIAL_PASSWORD), ("nobody", INITIAL_PASSWORD)]
    {
        let answer = anybody.session(account, password).await;
        let mut problem = answer.expect_problem(StatusCode::UNAUTHORIZED, "invalid_credentials").json();
        problem["instance"].take();
        answers.push(problem);
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
}

#[tokio::test]
async fn a_session_says_who_signed_in() {
    let stack = Stack::of_one_village().await;
    let village = stack.village(0).as_str();
    let session = stack.anybody().session(village, INITIAL_PASSWORD).await.expect(StatusCode::CREATED).json();
    let name = stack.register().villages().next().unwrap().name();
    let account = json!({
        "id": village, "region": {"code": village, "name": name, "level": "village"}, "role": "officer",
        "name": null, "position": null, "phone": null, "profile_complete": false,
    });
    assert_eq!(session["account"], account);
    assert!(session["expires_in"].as_u64().is_some_and(|seconds| seconds > 0));
    assert!(session["refresh_token"].as_str().is_some_and(|token| token.len() >= 40));
    let officer = stack.anybody().with_token(session["access_token"].as_str().unwrap());
    assert_eq!(officer.get("/v1/me").send().await.expect(StatusCode::OK).json(), account);
}

#[tokio::test]
async fn a_new_password_ends_every_other_session_and_the_old_password() {
    let stack = Stack::of_one_village().await;
    let village = stack.village(0).as_str();
    let other = stack.anybody().sign_in(village, INITIAL_PASSWORD).await;
    let officer = stack.anybody().first_sign_in(village).await;
    officer.get("/v1/me").send().await.expect(StatusCode::OK);
    other.get("/v1/me").send().await.expect_problem(StatusCode::UNAUTHORIZED, "unauthorized");
    let old = stack.anybody().session(village, INITIAL_PASSWORD).await;
    old.expect_problem(StatusCode::UNAUTHORIZED, "invalid_credentials");
    let again = stack.anybody().sign_in(village, PASSWORD).await;
    let me = again.get("/v1/me").send().await.expect(StatusCode::OK).json();
    assert_eq!((&me["name"], &me["profile_complete"]), (&json!(forms::VERIFIER), &json!(true)));
}

#[tokio::test]
async fn profile_and_password_are_refused_with_all_their_faults() {
    let stack = Stack::of_one_village().await;
    let officer = stack.anybody().sign_in(stack.village(0).as_str(), INITIAL_PASSWORD).await;
    let broken = async |path: &str, body: Value| officer.put(path, &body).send().await.broken_rules();
    let rules = |rules: &[(&str, &str)]| -> Vec<(String, String)> {
        rules.iter().map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned())).collect()
    };
    assert_eq!(
        broken("/v1/me", json!({"phone": "12345", "position": "x".repeat(500), "admin": true})).await,
        rules(&[
            ("/admin", "unknown"),
            ("/name", "required"),
            ("/phone", "invalid_phone"),
            ("/position", "too_long")
        ])
    );
    for weak in ["Short1!", INITIAL_PASSWORD, "alllowercase1!", "NoSymbol123", "Far-too-long-to-type-1"] {
        let body = json!({"old_password": INITIAL_PASSWORD, "new_password": weak});
        let expected = rules(&[("/new_password", "weak_password")]);
        assert_eq!(broken("/v1/me/password", body).await, expected, "{weak}");
    }
    let body = json!({"old_password": "Wrong-Pass-7", "new_password": PASSWORD});
    assert_eq!(broken("/v1/me/password", body).await, rules(&[("/old_password", "wrong_password")]));
    let session = officer.post("/v1/sessions", &json!({"account": 5})).send().await;
    assert_eq!(session.broken_rules(), rules(&[("/account", "wrong_type"), ("/password", "required")]));
}

#[tokio::test]
async fn a_password_change_that_is_sent_twice_happens_once() {
    let stack = Stack::of_one_village().await;
    let village = stack.village(0).as_str();
    let officer = stack.anybody().sign_in(village, INITIAL_PASSWORD).await;
    officer.put("/v1/me", &forms::profile()).send().await.expect(StatusCode::OK);
    let passwords = json!({"old_password": INITIAL_PASSWORD, "new_password": PASSWORD});
    let change = || officer.put("/v1/me/password", &passwords).once("change-1").send();
    let (one, two, three, four) = tokio::join!(change(), change(), change(), change());
    for answer in [one, two, three, four, change().await] {
        assert_eq!(answer.expect(StatusCode::OK).json()["profile_complete"], true);
    }
    stack.anybody().session(village, PASSWORD).await.expect(StatusCode::CREATED);
}
