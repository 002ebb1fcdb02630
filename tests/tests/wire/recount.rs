//! Counts compared with the register and made anew from it, while the system works.

use anju_counters::bucket::BucketId;
use anju_counters::ports::CounterStore as _;
use anju_domain::region::{Level, RegionCode};
use anju_domain::summary::Summary;
use anju_register::RegisterRow;
use anju_tests::recount::Recount;
use anju_tests::wait::until;
use anju_tests::{Client, Inside, Stack, forms};
use http::StatusCode;
use serde_json::{Value, json};
use tokio::sync::watch;

/// Starts the nightly checks, and waits until all of them are made.
async fn check_all(stack: &Stack, inside: &Inside) {
    let started = stack.invoke("StartChecks", &json!({})).await;
    assert!(started["regions"].as_u64().unwrap() > 5, "{started}");
    until("all checks to be made", async || {
        let left = inside.messages().await.remove("CheckQueue");
        left.map_or(Ok(()), Err)
    })
    .await;
}

/// The reports that lie in the queue of differences, once there are any.
async fn alarm(inside: &Inside) -> Vec<Value> {
    until("an alarm", async || {
        let reports = inside.bodies("CountDifferences").await;
        if reports.is_empty() { Err("none") } else { Ok(reports) }
    })
    .await
}

#[tokio::test]
async fn a_wrong_count_that_no_traffic_would_find_is_found_by_a_check_and_mended_by_a_recount() {
    let stack = Stack::of_three_villages().await;
    let inside = stack.inside().await;
    inside.settled(stack.register()).await;
    check_all(&stack, &inside).await;
    inside.queues_empty().await;

    let wrong = stack.household(0, 1);
    inside.plant_wrong_summary(&wrong, Summary::pending(99).pack()).await;
    // Traffic in the same bucket carries it up to the nation.
    let people = inside.counts_of(&RegionCode::nation()).await.people;
    let officer = stack.officer(0).await;
    let row = stack.row(&stack.household(0, 2));
    let form = forms::corrected(forms::unsecured(), &row);
    officer.complete(row.id(), &form).if_match(1).send().await.expect(StatusCode::OK);
    until("the nation to be wrong", async || {
        let now = inside.counts_of(&RegionCode::nation()).await.people;
        if now == people { Err(now) } else { Ok(()) }
    })
    .await;

    let found = Recount::of(&stack, "check 0").run().await;
    assert_eq!(found.code, Some(1), "{found:?}");
    let differences = found.report["differences"].as_array().unwrap();
    assert_eq!(differences.len(), 1, "{differences:?}");
    let village = stack.village(0).to_string();
    assert_eq!(differences[0]["region"], village);
    assert_eq!((&differences[0]["row"], &differences[0]["kind"]), (&json!("household 1"), &json!("wrong")));
    assert_eq!(differences[0]["held"]["people"], 99);
    assert_eq!(differences[0]["held"]["version"], differences[0]["source"]["version"]);
    assert_ne!(differences[0]["source"]["people"], 99);
    let elsewhere = Recount::of(&stack, &format!("check {}", stack.village(2))).run().await;
    assert_eq!((elsewhere.code, &elsewhere.report["equal"]), (Some(0), &json!(true)));

    check_all(&stack, &inside).await;
    let reports = alarm(&inside).await;
    assert_eq!((reports.len(), &reports[0]["differences"]), (1, &json!(1)), "{reports:?}");
    assert_eq!(reports[0]["first"][0], differences[0], "the nightly check says the same");
    assert!(stack.log_of("check-counts").contains("a count differs from the register"));

    let repaired = Recount::of(&stack, "repair 0").run().await;
    assert_eq!(repaired.code, Some(0), "{repaired:?}");
    assert_eq!(repaired.report["repaired"][0], differences[0]);
    inside.settled(stack.register()).await;
    inside.purge("CountDifferences").await;
    check_all(&stack, &inside).await;
    inside.queues_empty().await;
}

#[tokio::test]
async fn a_row_that_is_behind_is_looked_at_again_before_it_is_an_alarm() {
    let stack = Stack::of_three_villages().await;
    let inside = stack.inside().await;
    inside.settled(stack.register()).await;
    let row = stack.row(&stack.household(0, 1));
    let village = stack.village(0).region();
    let held = inside.counters.counts_of(village).await.unwrap().unwrap();
    let held = held.rows().values().next().unwrap().version.to_number();
    let officer = stack.officer(0).await;
    stack.hold("roll-up");
    let form = forms::corrected(forms::unsecured(), &row);
    officer.complete(row.id(), &form).if_match(1).send().await.expect(StatusCode::OK);
    let id = BucketId::of(&row.id());
    until("the bucket to be ahead of its village", async || {
        let bucket = inside.counters.bucket(&id).await.unwrap().unwrap();
        let ahead = bucket.version.to_number() > held;
        if ahead { Ok(()) } else { Err(bucket.version) }
    })
    .await;

    check_all(&stack, &inside).await;
    assert!(inside.bodies("CountDifferences").await.is_empty(), "it may be on its way");
    let again = |held: u64| {
        let row = json!({"region": village, "child": "0", "held": held});
        json!({"region": village.parent(), "again": [row]}).to_string()
    };
    inside.send("CheckQueue", &again(held - 1)).await;
    inside.queues_empty().await;
    inside.send("CheckQueue", &again(held)).await;
    let reports = alarm(&inside).await;
    let finding = &reports[0]["first"][0];
    assert_eq!((&finding["row"], &finding["kind"]), (&json!("bucket 0"), &json!("behind")), "{reports:?}");
    let found = Recount::of(&stack, &format!("check {village} --patience 1")).run().await;
    assert_eq!((found.code, &found.report["differences"][0]), (Some(1), finding));

    stack.release("roll-up");
    inside.settled(stack.register()).await;
    inside.purge("CountDifferences").await;
    inside.send("CheckQueue", &again(held)).await;
    inside.queues_empty().await;
}

/// Edits a village's households over and over, until told that it is enough.
async fn edit(officer: &Client, rows: &[RegisterRow], enough: watch::Receiver<bool>) {
    for form in [forms::unsecured(), forms::sheltered()].iter().cycle() {
        for row in rows {
            let form = forms::corrected(form.clone(), row);
            let call = officer.complete(row.id(), &form).header("if-match", "*");
            call.send().await.expect(StatusCode::OK);
            if *enough.borrow() {
                return;
            }
        }
    }
}

#[tokio::test]
async fn beside_live_traffic_a_check_raises_no_alarm_and_a_recount_ends_equal() {
    let stack = Stack::of_three_villages().await;
    let inside = stack.inside().await;
    let (is_enough, enough) = watch::channel(false);
    let work = async |village: usize| {
        let officer = stack.officer(village).await;
        let rows: Vec<_> = stack.register().households(stack.village(village)).collect();
        edit(&officer, &rows, enough.clone()).await;
    };
    let look = async {
        for _ in 0..3 {
            check_all(&stack, &inside).await;
            let repaired = Recount::of(&stack, "repair 0 --patience 2").run().await;
            let found = repaired.report["repaired"].as_array().unwrap().iter();
            // On a slow machine a change may be on its way for longer than two seconds.
            let found = found.chain(repaired.report["differences"].as_array().unwrap());
            let alarming: Vec<_> = found.filter(|difference| difference["kind"] != "behind").collect();
            assert!(alarming.is_empty(), "{alarming:?}");
        }
        is_enough.send_replace(true);
    };
    tokio::join!(work(0), work(1), work(2), look);
    inside.settled(stack.register()).await;
    check_all(&stack, &inside).await;
    inside.queues_empty().await;
    let checked = Recount::of(&stack, "check 0").run().await;
    assert_eq!((checked.code, &checked.report["households"]), (Some(0), &json!(27)), "{checked:?}");
}

#[tokio::test]
async fn a_recount_that_was_killed_goes_on_where_it_was() {
    let stack = Stack::with_register(3, 6, 60).await;
    let inside = stack.inside().await;
    inside.settled(stack.register()).await;
    let wrong = stack.household(5, 1);
    inside.plant_wrong_summary(&wrong, Summary::pending(99).pack()).await;
    for task in ["check", "repair"] {
        let recount = Recount::of(&stack, &format!("{task} 0 --rate 15"));
        let mut run = recount.start();
        let done = until("a township to be done", async || {
            let come = recount.come();
            let done: Option<RegionCode> = come["done"].as_str().map(|code| code.parse().unwrap());
            done.filter(|code| code.level() == Level::Township).ok_or(come)
        })
        .await;
        run.kill().unwrap();
        assert_eq!(recount.end_of(run).await.code, None, "it was killed");
        let rest = recount.run().await;
        assert!(rest.progress.contains("going on behind"), "{}", rest.progress);
        assert!(!rest.progress.contains(&format!("{task}ed {done}:")), "{done} is done: {}", rest.progress);
        let report = &rest.report;
        assert!(report["resumed_after"].as_str().unwrap() >= done.as_str(), "{report}");
        assert_eq!((&report["households"], &report["regions"]), (&json!(60), &json!(7)), "{report}");
        let found = if task == "check" { &report["differences"] } else { &report["repaired"] };
        let rows: Vec<_> = found.as_array().unwrap().iter().map(|found| &found["row"]).collect();
        assert_eq!(rows, ["household 1", "bucket 0"], "the bucket isn't what its village counts of it");
        assert_eq!(rest.code, Some(if task == "check" { 1 } else { 0 }));
        assert_eq!(recount.come(), Value::Null, "nothing is left to go on with");
    }
    inside.settled(stack.register()).await;
}
