//! The counters stay right, whatever dies while they count.

use std::time::Duration;

use anju_register::RegisterRow;
use anju_tests::{Client, Stack, forms};
use http::StatusCode;
use serde_json::json;
use tokio::sync::watch;

/// How often a function has to be ended in the middle of its work.
const ENOUGH: usize = 6;

/// Ends each process of a function a little later after its start than the one before, until enough of them
/// were ended at work.
async fn kill_again_and_again(stack: &Stack, function: &str, resource: &str) {
    let mut killed = Vec::new();
    for age in (0..12).cycle() {
        if stack.ended_at_work(resource) >= ENOUGH {
            return;
        }
        let fresh =
            stack.processes_of(function).into_iter().filter(|one| !killed.contains(one)).collect::<Vec<_>>();
        // Not a wait for anything: the moments of death are to differ.
        tokio::time::sleep(Duration::from_millis(3 + 11 * age)).await;
        for process in fresh {
            process.kill();
            killed.push(process);
        }
    }
}

/// Edits households over and over, until told that it is enough; each edit must be answered.
async fn edit(officer: &Client, rows: &[RegisterRow], enough: watch::Receiver<bool>) -> usize {
    let mut edits = 0;
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
            edits += 1;
        }
        if *enough.borrow() {
            break;
        }
    }
    edits
}

/// Drafts and completions stream into three villages while a function is killed again and again; in the end
/// everything is counted and published.
async fn counts_survive_the_death_of(function: &str, resource: &str) {
    let stack = Stack::with_register(2, 3, 36).await;
    let inside = stack.inside().await;
    let (is_enough, enough) = watch::channel(false);
    let work = async |village: usize| {
        let officer = stack.officer(village).await;
        let rows: Vec<RegisterRow> = stack.register().households(stack.village(village)).collect();
        edit(&officer, &rows, enough.clone()).await
    };
    let deaths = async {
        kill_again_and_again(&stack, function, resource).await;
        is_enough.send_replace(true);
    };
    let (one, two, three, ()) = tokio::join!(work(0), work(1), work(2), deaths);
    assert!(one + two + three >= 36);

    inside.settled(stack.register()).await;
    inside.published(stack.register()).await;
    inside.queues_empty().await;
    let nation = inside.counts_of(&"0".parse().unwrap()).await;
    assert_eq!((nation.households(), nation.verified()), (36, 36));
    for household in inside.households(stack.register()).await {
        inside.sound_history(&household.id).await;
    }
    assert!(stack.ended_at_work(resource) >= ENOUGH);
}

#[tokio::test]
async fn counts_and_pages_are_right_after_tally_was_killed_again_and_again() {
    counts_survive_the_death_of("tally", "Tally").await;
}

#[tokio::test]
async fn counts_and_pages_are_right_after_roll_up_was_killed_again_and_again() {
    counts_survive_the_death_of("roll-up", "RollUp").await;
}

#[tokio::test]
async fn counts_and_pages_are_right_after_publish_lookup_was_killed_again_and_again() {
    counts_survive_the_death_of("publish-lookup", "PublishLookup").await;
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
