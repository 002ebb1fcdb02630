//! The counters stay right, whatever dies while they count.

use std::time::{Duration, Instant};

use anju_register::RegisterRow;
use anju_tests::processes::FunctionProcess;
use anju_tests::wait::LONGEST;
use anju_tests::{Client, Stack, forms};
use http::StatusCode;
use serde_json::json;
use tokio::sync::watch;

/// How often a function has to be ended in the middle of its work.
const ENOUGH: usize = 6;
const VILLAGES: u64 = 3;
const HOUSEHOLDS: u64 = 36;

/// Ends each process of a function a little later after its start than the one before, until enough of them
/// were ended at work.
async fn kill_again_and_again(stack: &Stack, function: &str, resource: &str) {
    let started = Instant::now();
    let ages = (0..12).map(|step| Duration::from_millis(3 + 11 * step)).cycle();
    for age in ages {
        assert!(started.elapsed() < LONGEST, "{function} was hardly ever at work");
        if stack.ended_at_work(resource) >= ENOUGH {
            return;
        }
        let alive = stack.processes_of(function);
        // Not a wait for anything: the moments of death are to differ.
        tokio::time::sleep(age).await;
        alive.iter().for_each(FunctionProcess::kill);
    }
}

/// Edits households over and over, this many times at least and until told that it is enough; each edit must
/// be answered.
async fn edit(officer: &Client, rows: &[RegisterRow], least: usize, enough: watch::Receiver<bool>) {
    for round in 0.. {
        for row in rows {
            let form = if round % 2 == 0 { forms::unsecured() } else { forms::sheltered() };
            let form = forms::corrected(form, row);
            if round == 0 {
                let draft = json!({"result": "secured", "guarantee": "sheltered"});
                let saved = officer.save(row.id(), &draft).if_match(1).send().await;
                saved.expect(StatusCode::OK);
            }
            let completed = officer.complete(row.id(), &form).header("if-match", "*").send().await;
            completed.expect(StatusCode::OK);
        }
        if *enough.borrow() && round * rows.len() >= least {
            return;
        }
    }
}

/// Ends a function over its last work: holds it still while `edit` makes some, and kills it then. Longer each
/// time, until it held that work in its hands.
async fn kill_over_the_last(stack: &Stack, function: &str, resource: &str, edit: impl AsyncFn(usize)) {
    let inside = stack.inside().await;
    let pauses = [300, 1_500, 7_500, 37_500].map(Duration::from_millis);
    for (round, pause) in pauses.into_iter().enumerate() {
        let before = stack.ended_at_work(resource);
        stack.hold(function);
        edit(round).await;
        tokio::time::sleep(pause).await;
        stack.processes_of(function).iter().for_each(FunctionProcess::kill);
        inside.settled(stack.register()).await;
        inside.published(stack.register()).await;
        if stack.ended_at_work(resource) > before {
            return;
        }
    }
    panic!("{function} never got to work");
}

/// Drafts and completions stream into three villages while a function is killed again and again, and once more
/// over the very last of them; in the end everything is counted and published.
async fn counts_survive_the_death_of(function: &str, resource: &str, changes: usize) {
    let stack = Stack::with_register(2, VILLAGES as u32, HOUSEHOLDS as u32).await;
    let inside = stack.inside().await;
    let (is_enough, enough) = watch::channel(false);
    let work = async |village: usize| {
        let officer = stack.officer(village).await;
        let rows: Vec<RegisterRow> = stack.register().households(stack.village(village)).collect();
        edit(&officer, &rows, changes / VILLAGES as usize, enough.clone()).await;
        officer
    };
    let deaths = async {
        kill_again_and_again(&stack, function, resource).await;
        is_enough.send_replace(true);
    };
    let (one, two, three, ()) = tokio::join!(work(0), work(1), work(2), deaths);

    // Nothing that comes later could make up for what gets lost now.
    inside.settled(stack.register()).await;
    inside.published(stack.register()).await;
    let officers = [one, two, three];
    let edit_each_village = async |round: usize| {
        let shelter = ["care_home", "collective_rental"][round % 2];
        for (village, officer) in officers.iter().enumerate() {
            let form = forms::with(forms::sheltered(), json!({"shelter": shelter}));
            let call = officer.complete(stack.household(village, 1), &form).header("if-match", "*");
            call.send().await.expect(StatusCode::OK);
        }
    };
    kill_over_the_last(&stack, function, resource, edit_each_village).await;
    inside.queues_empty().await;
    let nation = inside.counts_of(&"0".parse().unwrap()).await;
    assert_eq!((nation.households(), nation.verified()), (HOUSEHOLDS, HOUSEHOLDS));
    for household in inside.households(stack.register()).await {
        inside.sound_history(&household.id).await;
    }
}

#[tokio::test]
async fn counts_and_pages_are_right_after_tally_was_killed_again_and_again() {
    counts_survive_the_death_of("tally", "Tally", 0).await;
}

#[tokio::test]
async fn counts_and_pages_are_right_after_roll_up_was_killed_again_and_again() {
    counts_survive_the_death_of("roll-up", "RollUp", 0).await;
}

#[tokio::test]
async fn counts_and_pages_are_right_after_publish_lookup_was_killed_in_the_middle_of_500_changes() {
    counts_survive_the_death_of("publish-lookup", "PublishLookup", 500).await;
}

#[tokio::test]
async fn a_repair_sets_right_what_nothing_else_would() {
    let stack = Stack::of_one_village().await;
    let inside = stack.inside().await;
    let (officer, id) = (stack.officer(0).await, stack.household(0, 1));
    officer.complete(&id, &forms::unsecured()).if_match(1).send().await.expect(StatusCode::OK);
    inside.settled(stack.register()).await;
    inside.published(stack.register()).await;
    let token = inside.household(&id).await.lookup.unwrap();

    inside.forget_counts_and_page(&id).await;
    assert!(!inside.miscounted(stack.register()).await.is_empty());
    assert!(inside.page(&token).await.is_none());
    inside.send("RepairQueue", &json!({"village": stack.village(0), "household": id}).to_string()).await;
    inside.settled(stack.register()).await;
    inside.published(stack.register()).await;
    inside.queues_empty().await;
}
