//! The account from which all others follow, issued and opened again by `anju-operator`.

use anju_tests::stack::plan;
use anju_tests::{Client, Stack, command, forms};
use http::StatusCode;
use serde_json::json;

/// What `anju-operator` wrote where it succeeded, or complained of.
fn operator(stack: &Stack, what: &str) -> Result<String, String> {
    let output = command::on(stack, "anju-operator").arg(what).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
}

/// The password that it shows.
fn password(said: &str) -> &str {
    said.lines().find_map(|line| line.strip_prefix("initial password: ")).unwrap()
}

/// Signs in for the first time.
async fn take_over(stack: &Stack, initial: &str, own: &str) -> Client {
    let client = stack.anybody().sign_in("0", initial).await;
    client.put("/v1/me", &forms::profile()).send().await.expect(StatusCode::OK);
    let passwords = json!({"old_password": initial, "new_password": own});
    client.put("/v1/me/password", &passwords).send().await.expect(StatusCode::OK);
    client
}

#[tokio::test]
async fn the_operator_s_account_is_issued_once_and_opened_again_where_its_password_is_lost() {
    let stack = Stack::empty(&plan(1, 1, 8)).await;
    let complaint = operator(&stack, "reset").unwrap_err();
    assert!(complaint.contains("anju-operator issue"), "{complaint}");

    let said = operator(&stack, "issue").unwrap();
    let client = take_over(&stack, password(&said), "Erste-2020").await;
    client.get("/v1/me").send().await.expect(StatusCode::OK);
    let complaint = operator(&stack, "issue").unwrap_err();
    assert!(complaint.contains("anju-operator reset"), "{complaint}");
    client.get("/v1/me").send().await.expect(StatusCode::OK);

    let again = operator(&stack, "reset").unwrap();
    assert_ne!(password(&again), password(&said));
    client.get("/v1/me").send().await.expect_problem(StatusCode::UNAUTHORIZED, "unauthorized");
    stack.anybody().session("0", "Erste-2020").await.expect(StatusCode::UNAUTHORIZED);
    take_over(&stack, password(&again), "Zweite-2020").await;
}
