//! The load generator against a stack: a campaign that it says went well did.

use std::process::{Command, Output};

use anju_register::demo::INITIAL_PASSWORD;
use anju_tests::Stack;
use anju_tests::stack::binaries;
use serde_json::{Value, json};
use tempfile::TempDir;

/// Runs a campaign with these accounts.
async fn campaign(stack: &Stack, folder: &TempDir, accounts: &[Value], options: &str) -> Output {
    let file = folder.path().join("accounts.json");
    std::fs::write(&file, json!({"accounts": accounts}).to_string()).unwrap();
    let mut command = Command::new(binaries().join("anju-load"));
    command.args(["campaign", "--address", &stack.facts().address]).arg("--accounts").arg(file);
    command.arg("--report").arg(folder.path().join("report")).args(options.split_whitespace());
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

#[tokio::test]
async fn a_campaign_completes_what_it_says_and_its_report_needs_nothing_from_elsewhere() {
    let stack = Stack::with_register(2, 3, 27).await;
    let folder = TempDir::new().unwrap();
    let villages = stack.register().villages();
    let accounts: Vec<Value> = villages
        .map(|village| json!({"account": village.code().as_str(), "password": INITIAL_PASSWORD}))
        .collect();
    let options = "--first-sign-in Load-Test-7!x --officers 2 --visits 6 --rate 20";
    let output = campaign(&stack, &folder, &accounts, options).await;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    let read = |name: &str| std::fs::read_to_string(folder.path().join("report").join(name)).unwrap();
    let report: Value = serde_json::from_str(&read("report.json")).unwrap();
    assert_eq!((&report["acknowledged"], &report["missing"]), (&json!(6), &json!([])));
    let step =
        |name: &str| report["steps"].as_array().unwrap().iter().find(|step| step["step"] == name).unwrap();
    assert_eq!(step("complete")["count"], 6);
    assert_eq!(step("upload the photo")["count"], 6);

    let inside = stack.inside().await;
    let households = inside.households(stack.register()).await;
    assert_eq!(households.iter().filter(|household| household.verification().is_some()).count(), 6);

    let page = read("report.html");
    for from_elsewhere in ["src=", "href=", "<script", "@import", "url("] {
        assert!(!page.contains(from_elsewhere), "{from_elsewhere}");
    }
    assert_eq!(page.matches("</svg>").count(), 3);
}

#[tokio::test]
async fn a_campaign_that_nobody_can_sign_in_to_is_no_success() {
    let stack = Stack::of_one_village().await;
    let folder = TempDir::new().unwrap();
    let wrong = json!({"account": stack.village(0).as_str(), "password": "Not-the-one-1"});
    let output = campaign(&stack, &folder, &[wrong], "").await;
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("nobody could sign in"));
}
