//! The whole stack killed in the middle of an import.

use anju_register::Plan;
use anju_tests::imports::{self, number};
use anju_tests::wait::until;
use anju_tests::{Client, Stack};
use serde_json::Value;

use super::{csv, regions_file, register_file};

/// What an import ends in: what it says of itself, and every household without what differs from run to run.
async fn end_of(stack: &Stack, import: &Value) -> (Vec<u64>, Vec<Value>) {
    let names =
        ["rows", "applied", "unchanged", "rejected", "created", "missing", "flagged", "problems", "pieces"];
    let inside = stack.inside().await;
    let mut households = Vec::new();
    for household in inside.households(stack.register()).await {
        assert_eq!(
            inside.sound_history(&household.id).await[0].kind,
            anju_domain::change::ChangeKind::Imported
        );
        let mut stored = serde_json::to_value(&household).unwrap();
        // Salts and moments differ, and so do hashes; and how often others were found to share a number.
        for name in ["chain_head", "updated_at", "alerts", "revision", "imported"] {
            stored[name].take();
        }
        households.push(stored);
    }
    (names.map(|name| number(import, name)).to_vec(), households)
}

#[tokio::test]
async fn after_three_times_kill_9_an_import_ends_as_an_undisturbed_one() {
    let plan = Plan::scaled(1_500).unwrap();
    let mut stack = Stack::to_import(&plan).await;
    let operator = stack.operator().await;
    csv("regions", &regions_file(stack.register())).import(&operator).await;
    let file = register_file(stack.register());
    let id = csv("register", &file).send(&operator, "").await;
    let mut operator = operator;
    for pieces in [1, 4, 9] {
        until("some pieces to be applied", async || {
            let done = number(&imports::now(&operator, &id).await, "pieces_done");
            if done >= pieces { Ok(()) } else { Err(done) }
        })
        .await;
        stack.kill_9();
        stack.start_again().await;
        operator = operator.at(&stack.facts().address);
    }
    let killed = imports::ended(&operator, &id).await;
    assert_eq!(number(&killed, "created"), 1_500, "{killed}");
    stack.inside().await.settled(stack.register()).await;

    let undisturbed = Stack::to_import(&plan).await;
    let other: Client = undisturbed.operator().await;
    csv("regions", &regions_file(undisturbed.register())).import(&other).await;
    let whole = csv("register", &file).import(&other).await;
    for stack in [&stack, &undisturbed] {
        stack.inside().await.queues_empty().await;
    }
    assert_eq!(end_of(&stack, &killed).await, end_of(&undisturbed, &whole).await);

    let again = csv("register", &file).import(&operator).await;
    assert_eq!(number(&again, "unchanged"), number(&again, "rows"), "{again}");
}
