//! The largest imports, as `make bench-import` runs them: minutes each.

use std::fmt::Write as _;
use std::time::Instant;

use anju_register::Plan;
use anju_tests::Stack;
use anju_tests::imports::{self, number};
use anju_tests::wait::until_nothing_is_left;

use super::bad_rows::Mixed;
use super::{csv, regions_file, register_file};

/// The most that processes of a function held, in MB.
fn most_memory(stack: &Stack, function: &str) -> u64 {
    stack.processes_of(function).iter().map(|process| process.most_memory_kb()).max().unwrap_or_default()
        / 1024
}

/// Adds lines to the document that the environment names.
fn note(lines: &str) {
    let Some(path) = std::env::var_os("IMPORT_REPORT") else { return };
    let mut held = std::fs::read_to_string(&path).unwrap_or_default();
    held.push_str(lines);
    std::fs::write(path, held).unwrap();
}

#[tokio::test]
#[ignore = "many minutes; `make bench-import` runs it"]
async fn all_of_zhenxiong_comes_in_though_killed_three_times() {
    let plan = Plan::zhenxiong();
    let mut stack = Stack::to_import(&plan).await;
    let mut operator = stack.operator().await;
    csv("regions", &regions_file(stack.register())).import(&operator).await;
    let file = register_file(stack.register());
    let began = Instant::now();
    let id = csv("register", &file).send(&operator, "").await;
    for pieces in [200, 500, 900] {
        until_nothing_is_left("pieces to be applied before the stack is killed", async || {
            let done = number(&imports::now(&operator, &id).await, "pieces_done");
            (u64::saturating_sub(pieces, done), done)
        })
        .await;
        stack.kill_9();
        stack.start_again().await;
        operator = operator.at(&stack.facts().address);
    }
    let import = imports::ended(&operator, &id).await;
    let took = began.elapsed();
    let (rows, households) = (number(&import, "rows"), number(&import, "created"));
    assert_eq!((households, number(&import, "applied")), (118_097, rows), "{import}");
    let cutting = most_memory(&stack, "cut-import");
    let applying = most_memory(&stack, "apply-import");

    let inside = stack.inside().await;
    for village in stack.register().villages() {
        for row in stack.register().households(village.code()) {
            let household = inside.household(&row.id()).await;
            assert_eq!((&household.head, &household.members), (&row.domain_head(), &row.domain_members()));
            assert_eq!((&household.address, &household.works), (&row.address, &row.works));
        }
    }
    let began = Instant::now();
    let again = csv("register", &file).send(&operator, "").await;
    let again = imports::ended(&operator, &again).await;
    let took_again = began.elapsed();
    assert_eq!(number(&again, "unchanged"), rows, "{again}");
    let mut lines = String::new();
    let rate = |took: std::time::Duration| households as f64 / took.as_secs_f64();
    writeln!(lines, "| 镇雄县, killed three times | {households} households, {rows} rows | {:.0} s | {:.0} households a second | cut-import {cutting} MB, apply-import {applying} MB |", took.as_secs_f64(), rate(took)).unwrap();
    writeln!(lines, "| the same again: all unchanged | {rows} rows | {:.0} s | {:.0} households a second | cut-import {} MB, apply-import {} MB |", took_again.as_secs_f64(), rate(took_again), most_memory(&stack, "cut-import"), most_memory(&stack, "apply-import")).unwrap();
    note(&lines);
}

#[tokio::test]
#[ignore = "many minutes; `make bench-import` runs it"]
async fn of_a_million_rows_every_bad_one_is_named_and_no_other_is_lost() {
    let stack = Stack::to_import(&Plan::scaled(10_000).unwrap()).await;
    let operator = stack.operator().await;
    csv("regions", &regions_file(stack.register())).import(&operator).await;
    let villages: Vec<_> = stack.register().villages().map(|village| village.code().clone()).collect();
    // Households of 8; with those that are bad, a million rows, of which one household in a hundred is bad.
    let mixed = Mixed::new(&villages, 126_100, 8, 100);
    assert!(mixed.rows > 990_000, "{}", mixed.rows);
    let began = Instant::now();
    let id = csv("register", &mixed.file).send(&operator, "").await;
    let import = imports::ended(&operator, &id).await;
    let took = began.elapsed().as_secs_f64();
    mixed.assert_named_and_taken(&stack, &import).await;
    let rows = number(&import, "rows");
    let (cutting, applying) = (most_memory(&stack, "cut-import"), most_memory(&stack, "apply-import"));
    note(&format!(
        "| GB18030, one household in a hundred bad in 20 ways | {rows} rows, {} not taken | {took:.0} s | {:.0} rows a second | cut-import {cutting} MB, apply-import {applying} MB |\n",
        number(&import, "rejected"),
        rows as f64 / took
    ));
}
