//! The whole stack killed in the middle of its work.

use std::collections::BTreeMap;

use anju_domain::ids::HouseholdId;
use anju_domain::summary::State;
use anju_tests::{Client, Stack, forms};
use http::StatusCode;
use serde_json::Value;
use tokio::task::JoinSet;

const HOUSEHOLDS: u32 = 208;
const VILLAGES: usize = 4;

/// A completion that its phone sends until it is answered.
struct Completion {
    id: HouseholdId,
    officer: usize,
    form: Value,
}

/// Sends completions all at once. Each 2xx goes to `answered`; after `enough` of them the stack is killed.
async fn send_until_killed(
    stack: &mut Stack,
    officers: &[Client],
    completions: &[Completion],
    answered: &mut BTreeMap<HouseholdId, Value>,
    enough: usize,
) {
    let mut under_way = JoinSet::new();
    for Completion { id, officer, form } in completions.iter().filter(|one| !answered.contains_key(&one.id)) {
        let (officer, id, form) = (officers[*officer].clone(), id.clone(), form.clone());
        under_way.spawn(async move {
            let call = officer.complete(&id, &form).if_match(1).once("completion");
            (id, call.try_send().await.ok())
        });
    }
    let mut killed = false;
    let goal = answered.len() + enough;
    while let Some(done) = under_way.join_next().await {
        let (id, answer) = done.unwrap();
        match answer {
            Some(answer) if answer.status == StatusCode::OK => drop(answered.insert(id, answer.json())),
            // The stack died, or its gateway had nobody to ask.
            None => assert!(killed, "{id} got no answer from a stack that is alive"),
            Some(answer) => assert!(answer.status.is_server_error(), "{id}: {}", answer.text()),
        }
        if !killed && answered.len() >= goal {
            stack.kill_9();
            killed = true;
        }
    }
    assert!(killed, "it was to be killed in the middle");
}

#[tokio::test]
async fn after_kill_9_in_the_middle_of_200_completions_every_answer_still_holds() {
    let mut stack = Stack::with_register(2, VILLAGES as u32, HOUSEHOLDS).await;
    let mut officers = Vec::new();
    let mut completions = Vec::new();
    for village in 0..VILLAGES {
        officers.push(stack.officer(village).await);
        completions.extend(stack.register().households(stack.village(village)).map(|row| {
            let form = forms::corrected(forms::unsecured(), &row);
            Completion { id: row.id(), officer: village, form }
        }));
    }
    assert!(completions.len() >= 200);

    let mut answered = BTreeMap::new();
    for enough in [50, 20, 40] {
        send_until_killed(&mut stack, &officers, &completions, &mut answered, enough).await;
        stack.start_again().await;
        officers = officers.iter().map(|officer| officer.at(&stack.facts().address)).collect();
        let inside = stack.inside().await;
        for (id, record) in &answered {
            let household = inside.household(id).await;
            assert_eq!((household.state(), household.version), (State::Completed, 2), "{id}");
            let token = household.lookup.unwrap().to_string();
            assert_eq!(record["lookup"]["token"], token.as_str(), "{id}");
        }
    }

    // The phones send again what was not answered; and to be sure, all the rest.
    let inside = stack.inside().await;
    let mut under_way = JoinSet::new();
    for Completion { id, officer, form } in completions {
        let (officer, inside) = (officers[officer].clone(), inside.clone());
        under_way.spawn(async move {
            let call = officer.complete(&id, &form).if_match(1).once("completion");
            let record = call.send().await.expect(StatusCode::OK).json();
            assert_eq!(record["version"], 2, "{id} is completed once");
            assert_eq!(inside.sound_history(&id).await.len(), 2, "{id}");
            (id, record)
        });
    }
    while let Some(done) = under_way.join_next().await {
        let (id, record) = done.unwrap();
        let Some(first) = answered.get(&id) else { continue };
        for kept in ["chain_head", "verification", "updated_at"] {
            assert_eq!(record[kept], first[kept], "{id}: {kept}");
        }
    }
    inside.settled(stack.register()).await;
    inside.published(stack.register()).await;
    inside.queues_empty().await;
    let nation = inside.counts_of(&"0".parse().unwrap()).await;
    assert_eq!((nation.households(), nation.verified()), (HOUSEHOLDS.into(), HOUSEHOLDS.into()));
}
