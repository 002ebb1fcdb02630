//! Files to take away: the same figures and rows as in the API's answers, whatever happens on the way.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anju_domain::export::{Export, ExportFormat, ExportId, ExportKind, ExportOrder, Requester};
use anju_domain::household::{Household, Registered};
use anju_domain::ids::HouseholdId;
use anju_domain::language::Language;
use anju_domain::person::Head;
use anju_domain::region::RegionCode;
use anju_domain::sheet::SheetLayout;
use anju_register::Plan;
use anju_tests::exports::{csv_rows, end_of, ended, exported, fetched, sheet, table};
use anju_tests::faults::set_shares;
use anju_tests::ledger::Ledger;
use anju_tests::wait::until;
use anju_tests::{Client, Stack, forms};
use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::alerts::import;

#[path = "../../../shared/export/tests/drawn/mod.rs"]
mod drawn;

/// All items of a list, page by page.
async fn listed(client: &Client, query: &str) -> Vec<Value> {
    let (mut items, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/v1/households?limit=7&cursor={cursor}&{query}");
        let page = client.get(&path).send().await.expect(StatusCode::OK).json();
        items.extend(page["items"].as_array().unwrap().clone());
        match page["next_cursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => return items,
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn words(value: &Value) -> &'static str {
    match value.as_str().unwrap_or_default() {
        "pending" => "未核验",
        "draft" => "已保存未完成",
        "completed" => "核验完成",
        "secured" => "住房安全有保障",
        "unsecured" => "住房安全未保障",
        "sheltered" => "保障安全",
        "sheltered_relatives" => "投亲靠友",
        _ => "",
    }
}

/// The cells that an item of the list is to become.
fn cells(item: &Value) -> Vec<String> {
    let path = item["region"]["path"].as_array().unwrap();
    let mut cells = vec![text(&item["id"])];
    cells.extend(path.iter().map(|region| text(&region["name"])));
    let members: Vec<String> = item["members"].as_array().unwrap().iter().map(text).collect();
    cells.extend(["name", "id_number", "phone"].map(|field| text(&item["head"][field])));
    cells.push(members.join("、"));
    cells.extend(["state", "result", "guarantee", "detail"].map(|field| words(&item[field]).to_owned()));
    cells.push(text(&item["verified_at"]));
    cells.push(text(&item["returned"]["reason"]));
    cells
}

async fn some_verified(stack: &Stack) -> Client {
    let officer = stack.officer(0).await;
    for (number, form) in [(1, forms::sheltered()), (7, forms::unsecured())] {
        let id = stack.household(0, number);
        let form = forms::corrected(form, &stack.row(&id));
        officer.complete(&id, &form).if_match(1).send().await.expect(StatusCode::OK);
    }
    stack.inside().await.settled(stack.register()).await;
    officer
}

#[tokio::test]
async fn the_statistics_workbook_has_the_figures_of_the_screen_at_every_level() {
    let stack = Stack::of_three_villages().await;
    some_verified(&stack).await;
    let nation = stack.account("0").await;
    let county = stack.village(0).region().ancestors()[3].to_string();
    for region in ["0", "53", &county, stack.village(0).as_str()] {
        let screen = nation.statistics(region).await;
        let path = format!("/v1/regions/{region}/statistics.xlsx");
        let answer = nation.get(&path).send().await.expect(StatusCode::OK);
        assert!(answer.header("content-disposition").contains(&format!("statistics-{region}.xlsx")));
        let rows = table(&answer.body);
        assert_eq!(
            rows[0],
            ["行政区划", "建档立卡户", "鉴定安全", "改造安全", "保障安全", "未核验", "已核验", "核准率"]
        );
        let figures = ["households", "appraised", "renovated", "sheltered", "unverified", "verified"];
        let expected = |row: &Value, name: &str| {
            let mut cells = vec![name.to_owned()];
            cells.extend(figures.map(|figure| row[figure].to_string()));
            let hundredths: f64 = row["completion_rate"].as_str().unwrap().replace('.', "").parse().unwrap();
            cells.push((hundredths / 10_000.0).to_string());
            cells
        };
        assert_eq!(rows[1], expected(&screen["total"], "合计"), "{region}");
        let children = screen["children"].as_array().unwrap();
        assert_eq!(rows.len(), children.len() + 2, "{region}");
        for (row, child) in rows[2..].iter().zip(children) {
            assert_eq!(row, &expected(child, child["name"].as_str().unwrap()), "{region}");
        }
        // The export of the same is the same table.
        let order = json!({"kind": "statistics", "format": "xlsx", "region": region});
        assert_eq!(table(&exported(&nation, &order).await), rows, "{region}");
        let about = sheet(&answer.body, 1).concat().concat();
        assert!(about.contains(forms::VERIFIER) && about.contains("导出时间"), "{about}");
    }
}

#[tokio::test]
async fn an_exported_list_has_the_cells_of_the_list_masked_as_its_reader_sees_it() {
    let stack = Stack::of_three_villages().await;
    some_verified(&stack).await;
    let inside = stack.inside().await;
    for (account, full) in [("530627", false), (stack.village(0).as_str(), true)] {
        let client = if full {
            stack.anybody().sign_in(account, anju_tests::client::PASSWORD).await
        } else {
            stack.account(account).await
        };
        let filters = [
            json!({}),
            json!({"state": "pending"}),
            json!({"guarantee": "sheltered"}),
            json!({"alert": "unsecured"}),
        ];
        for filter in filters {
            let query: Vec<String> = filter
                .as_object()
                .unwrap()
                .iter()
                .map(|(name, value)| format!("{name}={}", text(value)))
                .collect();
            let items = listed(&client, &query.join("&")).await;
            let expected: Vec<Vec<String>> = items.iter().map(cells).collect();
            let order = |format: &str| json!({"kind": "households", "format": format, "filters": filter});
            let rows = table(&exported(&client, &order("xlsx")).await);
            let found: Vec<Vec<String>> = rows[1..].iter().map(|row| row[..16].to_vec()).collect();
            assert_eq!(found, expected, "{account} {filter}");
            let export = ended(&client, &order("csv")).await;
            assert_eq!((&export["rows"], &export["progress"]), (&json!(items.len()), &json!(100)));
            let rows = csv_rows(&fetched(&export).await);
            let found: Vec<Vec<String>> =
                rows[1..rows.len() - 1].iter().map(|row| row[..16].to_vec()).collect();
            assert_eq!(found, expected, "{account} {filter}");
            let mark = &rows[rows.len() - 1][0];
            assert!(mark.contains(account) && mark.contains(forms::VERIFIER), "{mark}");
        }
        let all = exported(&client, &json!({"kind": "households", "format": "csv"})).await;
        let number = stack.row(&stack.household(0, 3)).id_number;
        assert_eq!(String::from_utf8(all).unwrap().contains(&number), full, "{account}");
        let searched = json!({"kind": "households", "format": "csv", "filters": {"head_name": stack.row(&stack.household(0, 3)).head}});
        let rows = csv_rows(&exported(&client, &searched).await);
        assert!(rows.iter().any(|row| row[0] == stack.household(0, 3).to_string()), "{rows:?}");
        // Who took what stays known, whom they searched for doesn't.
        let audit = inside.audit(&account.parse().unwrap()).await;
        assert_eq!(audit.len(), 10);
        let last = audit.last().unwrap();
        assert_eq!((&last["by"]["account"], &last["filters"]["head_name"]), (&json!(account), &json!("***")));
    }
}

#[tokio::test]
async fn reports_are_exported_with_what_they_say_and_how_they_were_handled() {
    let stack = Stack::of_three_villages().await;
    let officer = stack.officer(0).await;
    let mut ids = Vec::new();
    for (number, content) in [(1, "屋顶漏水"), (2, "=HYPERLINK(\"http://x\",\"补助未到\")")] {
        let path = format!("/v1/households/{}/feedback", stack.household(0, number));
        let report = json!({"type": "house_quality", "content": content});
        let report = officer.post(&path, &report).send().await.expect(StatusCode::CREATED).json();
        ids.push(text(&report["feedback_id"]));
    }
    let township = stack.account(stack.village(0).region().parent().unwrap()).await;
    let handle = json!({"opinion": "已安排维修"});
    township.post(&format!("/v1/feedback/{}/handle", ids[0]), &handle).send().await.expect(StatusCode::OK);
    let all = table(&exported(&township, &json!({"kind": "feedback", "format": "xlsx"})).await);
    let of = |id: &str| all.iter().find(|row| row[0] == id).unwrap().join("|");
    assert!(
        of(&ids[0]).contains("屋顶漏水")
            && of(&ids[0]).contains("已处理")
            && of(&ids[0]).contains("已安排维修")
    );
    assert!(of(&ids[1]).contains("=HYPERLINK") && of(&ids[1]).contains("未处理"), "a text, and no formula");
    let open = json!({"kind": "feedback", "format": "csv", "filters": {"status": "open"}});
    let rows = csv_rows(&exported(&township, &open).await);
    assert_eq!(rows.len(), 3, "heading, report, mark");
    assert_eq!(rows[1][0], ids[1]);
    assert!(rows[1].iter().any(|cell| cell.starts_with("'=HYPERLINK")), "{rows:?}");
}

#[tokio::test]
async fn a_hostile_name_of_the_register_is_a_text_in_every_file() {
    let stack = Stack::of_one_village().await;
    let inside = stack.inside().await;
    let id = HouseholdId::new(stack.village(0).clone(), 900);
    let head =
        Head { name: "=cmd|' /C calc'!A0".to_owned(), ..stack.row(&stack.household(0, 1)).domain_head() };
    let registered = Registered {
        id: id.clone(),
        head,
        members: Vec::new(),
        address: String::new(),
        works: BTreeMap::new(),
    };
    import(&inside, None, Household::registered(registered, Timestamp::UNIX_EPOCH)).await;
    let officer = stack.officer(0).await;
    let rows = csv_rows(&exported(&officer, &json!({"kind": "households", "format": "csv"})).await);
    let row = rows.iter().find(|row| row[0] == id.to_string()).unwrap();
    assert_eq!(row[6], "'=cmd|' /C calc'!A0");
    let rows = table(&exported(&officer, &json!({"kind": "households", "format": "xlsx"})).await);
    let row = rows.iter().find(|row| row[0] == id.to_string()).unwrap();
    assert_eq!(row[6], "=cmd|' /C calc'!A0");
}

#[tokio::test]
async fn every_printed_code_opens_its_household_s_page() {
    let stack = Stack::of_one_village().await;
    let officer = some_verified(&stack).await;
    let export = ended(&officer, &json!({"kind": "qr_sheet", "format": "pdf"})).await;
    assert_eq!((&export["rows"], &export["left_out"]), (&json!(8), &json!(6)));
    let pages = drawn::pages(&fetched(&export).await);
    let codes: Vec<_> = pages.iter().flat_map(|page| &page.fills).map(|fill| drawn::decoded(fill)).collect();
    let expected = [1, 7].map(|number| stack.household(0, number));
    assert_eq!(codes.len(), expected.len());
    for ((url, width), id) in codes.iter().zip(&expected) {
        let record = officer.record(id).await;
        assert_eq!(url, record["lookup"]["url"].as_str().unwrap());
        assert!(*width >= 30.0);
        stack.anybody().get(url).send().await.expect(StatusCode::OK);
    }
    // A township for chosen ones, on cards of A6.
    let township = stack.account(stack.village(0).region().parent().unwrap()).await;
    let chosen = json!({
        "kind": "qr_sheet", "format": "pdf", "filters": {"households": [expected[1], expected[0]]},
        "sheet": {"paper": "a6"},
    });
    let pages = drawn::pages(&exported(&township, &chosen).await);
    assert_eq!(pages.iter().map(|page| page.fills.len()).collect::<Vec<_>>(), [1, 1]);
    assert!(pages.iter().all(|page| page.size.0 < 298.0 && page.lines == 0 && page.texts > 4), "{pages:?}");
    assert_eq!(drawn::decoded(&pages[0].fills[0]).0, codes[0].0);
}

#[tokio::test]
async fn a_run_that_is_killed_in_the_middle_leaves_a_file_with_every_row_once() {
    let stack = Stack::with_faults(2, 3, 27, 4).await;
    stack.inside().await.settled(stack.register()).await;
    let county = stack.account("530627").await;
    let order = json!({"kind": "households", "format": "csv"});
    let slow = BTreeMap::from([("delayed", 1.0)]);
    for _ in 0..3 {
        set_shares(&stack, &slow).await;
        let asked = county.post("/v1/exports", &order).send().await.expect(StatusCode::CREATED).json();
        let path = format!("/v1/exports/{}", text(&asked["id"]));
        until("the export to run", async || {
            let export = county.get(&path).send().await.expect(StatusCode::OK).json();
            if export["state"] == "running" { Ok(()) } else { Err(export) }
        })
        .await;
        stack.processes_of("run-export").iter().for_each(anju_tests::processes::FunctionProcess::kill);
        set_shares(&stack, &BTreeMap::new()).await;
        let rows = csv_rows(&fetched(&end_of(&county, asked["id"].as_str().unwrap()).await).await);
        let mut ids: Vec<&String> = rows[1..rows.len() - 1].iter().map(|row| &row[0]).collect();
        assert_eq!(ids.len(), 27);
        ids.dedup();
        assert_eq!(ids.len(), 27, "every row once");
    }
    assert!(stack.ended_at_work("RunExport") > 0, "it was to be killed at its work");
}

#[tokio::test]
async fn an_export_that_fails_at_every_attempt_says_so_and_is_with_the_dead_letters() {
    let stack = Stack::of_quick_retries().await;
    let (inside, officer) = (stack.inside().await, stack.officer(0).await);
    let account: RegionCode = stack.village(0).region().clone();
    let id = ExportId::new(account.clone(), 9);
    let order = ExportOrder {
        kind: ExportKind::Households,
        format: ExportFormat::Csv,
        region: account.clone(),
        // What no form lets in.
        filters: json!({"state": "lost"}).as_object().unwrap().clone(),
        sheet: SheetLayout::default(),
        language: Language::Chinese,
        base_url: String::new(),
    };
    let by = Requester { account, name: String::new(), position: String::new() };
    let export = Export::queued(id.clone(), order, by, None, Timestamp::now());
    inside.control.create_export(&export, Vec::new()).await.unwrap();
    inside.send("ExportQueue", &json!({"export": id}).to_string()).await;
    let ended = end_of(&officer, &id.to_string()).await;
    assert_eq!((&ended["state"], &ended["reason"]), (&json!("failed"), &json!("internal")));
    until("the dead letter", async || {
        let messages = inside.messages().await;
        if messages == BTreeMap::from([("ExportDeadLetters".to_owned(), 1)]) { Ok(()) } else { Err(messages) }
    })
    .await;
}

#[tokio::test]
async fn what_an_account_asked_for_is_not_made_once_it_is_closed() {
    let stack = Stack::of_one_village().await;
    let officer = stack.officer(0).await;
    let order = json!({"kind": "households", "format": "csv"});
    ended(&officer, &order).await;
    stack.hold("run-export");
    let asked = officer.post("/v1/exports", &order).send().await.expect(StatusCode::CREATED).json();
    let village = stack.village(0);
    let township = stack.account(village.region().parent().unwrap()).await;
    let path = format!("/v1/accounts/{village}");
    township.post(&format!("{path}/disable"), &json!({})).send().await.expect(StatusCode::OK);
    officer.get("/v1/exports").send().await.expect_problem(StatusCode::UNAUTHORIZED, "unauthorized");
    stack.release("run-export");
    stack.inside().await.queues_empty().await;
    let again = json!({"initial_password": "default"});
    township.post(&format!("{path}/reset"), &again).send().await.expect(StatusCode::OK);
    let officer = stack.anybody().first_sign_in(village.as_str()).await;
    let export =
        officer.get(&format!("/v1/exports/{}", text(&asked["id"]))).send().await.expect(StatusCode::OK);
    assert_eq!(
        (&export.json()["state"], &export.json()["reason"]),
        (&json!("failed"), &json!("account_closed"))
    );
    assert!(export.json().get("download").is_none());
}

#[tokio::test]
async fn exports_are_ones_own_asked_for_once_and_limited() {
    let stack = Stack::of_one_village().await;
    let officer = stack.officer(0).await;
    let order = json!({"kind": "statistics", "format": "csv"});
    let ask = async || {
        officer.post("/v1/exports", &order).once("report").send().await.expect(StatusCode::CREATED).json()
    };
    let (first, second) = (ask().await, ask().await);
    assert_eq!(first["id"], second["id"], "the same key, the same export");
    end_of(&officer, first["id"].as_str().unwrap()).await;
    for _ in 1..30 {
        officer.post("/v1/exports", &order).send().await.expect(StatusCode::CREATED);
    }
    let refused = officer.post("/v1/exports", &order).send().await;
    refused.expect_problem(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts").header("retry-after");
    // The list has them all, the latest first, page by page.
    let (mut ids, mut cursor) = (Vec::new(), String::new());
    loop {
        let page =
            officer.get(&format!("/v1/exports?limit=11&cursor={cursor}")).send().await.expect(StatusCode::OK);
        let page = page.json();
        ids.extend(page["items"].as_array().unwrap().iter().map(|item| text(&item["id"])));
        match page["next_cursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => break,
        }
    }
    assert_eq!((ids.len(), ids.last()), (30, Some(&text(&first["id"]))));
    assert!(ids.is_sorted_by(|one, next| one > next));
    let foreign = "MC0wMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMQ";
    let answer = officer.get(&format!("/v1/exports?cursor={foreign}")).send().await;
    answer.expect_problem(StatusCode::NOT_FOUND, "not_found");
}

#[tokio::test]
async fn what_can_not_be_exported_is_refused_with_all_that_is_wrong() {
    let stack = Stack::of_one_village().await;
    let county = stack.account("530627").await;
    let broken = async |order: Value| county.post("/v1/exports", &order).send().await.broken_rules();
    let rule = |pointer: &str, code: &str| (pointer.to_owned(), code.to_owned());
    assert_eq!(broken(json!({})).await, [rule("/format", "required"), rule("/kind", "required")]);
    let sheet = json!({"kind": "qr_sheet", "format": "pdf"});
    assert_eq!(broken(sheet).await, [rule("/region", "too_many")]);
    let mixed = json!({"kind": "feedback", "format": "pdf", "filters": {"state": "pending", "type": "x"}});
    let expected = [
        rule("/filters/state", "not_applicable"),
        rule("/filters/type", "unknown"),
        rule("/format", "not_applicable"),
    ];
    assert_eq!(broken(mixed).await, expected);
    let elsewhere = json!({"kind": "statistics", "format": "csv", "region": "530628"});
    county.post("/v1/exports", &elsewhere).send().await.expect_problem(StatusCode::NOT_FOUND, "not_found");
    let above = json!({"kind": "statistics", "format": "csv", "region": "53"});
    county.post("/v1/exports", &above).send().await.expect_problem(StatusCode::FORBIDDEN, "outside_region");
}

/// `make bench-export` runs it: a county of 镇雄's shape, or a smaller one.
#[tokio::test]
#[ignore = "takes minutes; make bench-export"]
async fn a_county_s_households_are_exported() {
    let households: u32 =
        std::env::var("HOUSEHOLDS").ok().and_then(|text| text.parse().ok()).unwrap_or(118_097);
    let villages = (households / 500).max(2);
    let stack = Stack::with_ledger(&Plan::new((villages / 8).max(1), villages, households).unwrap()).await;
    let inside = stack.inside().await;
    inside.settled(stack.register()).await;
    let (county, ledger) = (stack.account("530627").await, Ledger::of(stack.facts()));
    for format in ["csv", "xlsx"] {
        let started = Instant::now();
        let order = json!({"kind": "households", "format": format});
        let (export, costs) = ledger.cost_of(ended_in_its_time(&county, &order)).await;
        let seconds = started.elapsed().as_secs_f64();
        assert_eq!(export["rows"], households);
        let run = &costs["run-export"];
        let requests: u64 = run.requests.values().sum();
        let processes = stack.processes_of("run-export");
        let memory =
            processes.iter().map(anju_tests::processes::FunctionProcess::most_memory_kb).max().unwrap_or(0);
        report(&format!(
            "{households} households as {format}: {seconds:.1} s, {:.0} a second, {:.1} requests for 100, {} MB",
            f64::from(households) / seconds,
            requests as f64 * 100.0 / f64::from(households),
            memory / 1000,
        ));
    }
}

/// Waits as long as it takes.
async fn ended_in_its_time(client: &Client, order: &Value) -> Value {
    let asked = client.post("/v1/exports", order).send().await.expect(StatusCode::CREATED).json();
    loop {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let export = client
            .get(&format!("/v1/exports/{}", text(&asked["id"])))
            .send()
            .await
            .expect(StatusCode::OK)
            .json();
        if export["state"] == "done" {
            return export;
        }
        assert_ne!(export["state"], "failed", "{export}");
    }
}

#[expect(clippy::print_stderr, reason = "what the command is run for")]
fn report(text: &str) {
    eprintln!("{text}");
}
