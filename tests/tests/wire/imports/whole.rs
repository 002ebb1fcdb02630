//! A whole register, in and in again.

use anju_tests::imports::{File, number};
use anju_tests::stack::plan;
use anju_tests::{Stack, imports};
use encoding_rs::GB18030;
use rust_xlsxwriter::Workbook;
use serde_json::json;

use super::{csv, import_all, register_file};

#[tokio::test]
async fn a_register_comes_in_whole_and_again_changes_nothing() {
    let stack = Stack::to_import(&plan(2, 4, 60)).await;
    let (operator, inside) = (stack.operator().await, stack.inside().await);
    let import = import_all(&stack, &operator).await;
    let people = number(&import, "rows");
    assert_eq!((&import["state"], number(&import, "created")), (&json!("done"), 60), "{import}");
    assert_eq!((number(&import, "applied"), number(&import, "missing")), (people, 0), "{import}");
    assert!(number(&import, "flagged") >= 8, "each village has an invalid ID number and phone: {import}");
    for household in inside.households(stack.register()).await {
        let row = stack.row(&household.id);
        assert_eq!((&household.head, &household.members), (&row.domain_head(), &row.domain_members()));
        assert_eq!((&household.address, &household.works), (&row.address, &row.works));
        assert_eq!(inside.sound_history(&household.id).await.len() as u64, household.revision);
    }
    inside.settled(stack.register()).await;
    let board = stack.anybody().get("/v1/overview").send().await.json();
    assert_eq!(board["regions"]["village"], 4, "{board}");

    let before = inside.households(stack.register()).await;
    let again = csv("register", &register_file(stack.register())).import(&operator).await;
    assert_eq!((number(&again, "unchanged"), number(&again, "applied")), (people, 0), "{again}");
    inside.queues_empty().await;
    let after = inside.households(stack.register()).await;
    let version = |households: &[anju_domain::household::Household]| -> Vec<u64> {
        households.iter().map(|household| household.version).collect()
    };
    assert_eq!(version(&after), version(&before), "a register that says the same moves nothing");
}

#[tokio::test]
async fn text_in_gb18030_and_a_workbook_say_the_same_as_text_in_utf_8() {
    let stack = Stack::to_import(&plan(1, 2, 20)).await;
    let operator = stack.operator().await;
    let people = number(&import_all(&stack, &operator).await, "rows");
    let utf8 = String::from_utf8(register_file(stack.register())).unwrap();
    let (gb18030, _, _) = GB18030.encode(&utf8);
    let marked = [&[0x84, 0x31, 0x95, 0x33][..], &gb18030].concat();
    let tabs = utf8.replace(',', "\t");
    for file in [gb18030.as_ref(), &marked, format!("\u{feff}{utf8}").as_bytes(), tabs.as_bytes()] {
        let import = csv("register", file).import(&operator).await;
        assert_eq!(number(&import, "unchanged"), people, "{import}");
    }
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, line) in (0..).zip(utf8.lines()) {
        for (column, cell) in (0..).zip(line.split(',')) {
            sheet.write_string(row, column, cell).unwrap();
        }
    }
    let workbook = workbook.save_to_buffer().unwrap();
    let file = File { kind: "register", format: "xlsx", bytes: &workbook };
    let import = file.import(&operator).await;
    assert_eq!(number(&import, "unchanged"), people, "{import}");
}

#[tokio::test]
async fn a_dry_run_says_what_would_be_and_changes_nothing() {
    let stack = Stack::to_import(&plan(1, 1, 9)).await;
    let (operator, inside) = (stack.operator().await, stack.inside().await);
    let regions = csv("regions", &super::regions_file(stack.register())).import(&operator).await;
    assert_eq!(number(&regions, "created"), 6, "{regions}");
    let file = register_file(stack.register());
    let tried = csv("register", &file).try_out(&operator).await;
    assert_eq!((number(&tried, "created"), tried["dry_run"].as_bool()), (9, Some(true)), "{tried}");
    assert!(inside.registry.household(&stack.household(0, 1)).await.unwrap().is_none());
    let done = csv("register", &file).import(&operator).await;
    for name in ["rows", "applied", "rejected", "created", "flagged", "problems"] {
        assert_eq!(number(&done, name), number(&tried, name), "{name}");
    }
    let list = operator.get("/v1/imports?limit=2").send().await.json();
    let kinds: Vec<_> =
        list["items"].as_array().unwrap().iter().map(|item| item["dry_run"].clone()).collect();
    assert_eq!(kinds, [json!(false), json!(true)], "the newest first");
    let next = list["next_cursor"].as_str().unwrap();
    let rest = operator.get(&format!("/v1/imports?limit=2&cursor={next}")).send().await.json();
    assert_eq!((rest["items"][0]["kind"].as_str(), &rest["next_cursor"]), (Some("regions"), &json!(null)));
}

#[tokio::test]
async fn a_file_is_taken_once_and_only_as_announced() {
    let stack = Stack::to_import(&plan(1, 1, 8)).await;
    let operator = stack.operator().await;
    let file = csv("regions", b"code,name\n0,\xE5\x85\xA8\xE5\x9B\xBD\n");
    let send = || operator.post("/v1/imports", &file.announcement()).once("import-1");
    let (first, second) = (send().send().await.json(), send().send().await.json());
    assert_eq!(first["import_id"], second["import_id"], "the same request announces one import");
    imports::upload(&first["upload"], file.bytes).await;
    let id = first["import_id"].as_str().unwrap();
    assert_eq!(number(&imports::ended(&operator, id).await, "created"), 1);
    let form = json!({"kind": "people", "format": "xlsx", "size": 200 << 20, "sha256": "x"});
    let broken = operator.post("/v1/imports", &form).send().await.broken_rules();
    let expected = [("/kind", "unknown"), ("/sha256", "malformed"), ("/size", "out_of_range")];
    assert_eq!(broken, expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));
    operator
        .get("/v1/imports/0190163d8f3a7c51b2d4e6f8a0b1c2d3")
        .send()
        .await
        .expect_problem(http::StatusCode::NOT_FOUND, "not_found");
    let template = operator.get("/v1/imports/templates/register").send().await.expect(http::StatusCode::OK);
    assert!(template.body.starts_with(b"PK"), "a workbook");
    operator.get("/v1/imports/templates/people").send().await.expect(http::StatusCode::NOT_FOUND);
}
