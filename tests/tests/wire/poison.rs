//! Messages that fail for good: they end in their dead-letter queue, stop nobody else, and are redriven.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::Duration;

use anju_domain::household::{Household, Registered};
use anju_domain::ids::{HouseholdId, PhotoId};
use anju_domain::photo::{Photo, PhotoState, Purpose, Source};
use anju_tests::wait::until;
use anju_tests::{Inside, Stack, photos};
use jiff::Timestamp;

use crate::alerts::import;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

/// An upload whose household isn't there, so that it fails however often it is tried.
async fn poisonous(inside: &Inside, id: &HouseholdId, bytes: &[u8]) -> PhotoId {
    let photo = Photo {
        id: PhotoId::new(id.clone(), 7),
        purpose: Purpose::Verification,
        source: Source::Camera,
        content_type: "image/jpeg".to_owned(),
        size: bytes.len() as u64,
        sha256: String::new(),
        declared_taken_at: None,
        declared_location: None,
        requested_at: NOW,
        requested_by: id.village().to_string(),
        state: PhotoState::AwaitingUpload,
    };
    inside.registry.announce_photo(&photo, Vec::new()).await.unwrap();
    inside.put_upload(&photo.id, bytes.to_vec()).await;
    photo.id
}

/// Brings the household in.
async fn enter(inside: &Inside, stack: &Stack, id: &HouseholdId) {
    let row = stack.row(&stack.household(0, 1));
    let registered = Registered {
        id: id.clone(),
        head: row.domain_head(),
        members: Vec::new(),
        address: String::new(),
        works: BTreeMap::new(),
    };
    import(inside, None, Household::registered(registered, NOW)).await;
}

/// Waits until a queue holds so many messages.
async fn holds(inside: &Inside, queue: &str, count: u64) {
    until("messages in a queue", async || {
        let found = inside.messages().await.get(queue).copied().unwrap_or(0);
        if found == count { Ok(()) } else { Err((queue.to_owned(), found)) }
    })
    .await;
}

#[tokio::test]
async fn a_poisonous_upload_stops_nobody_ends_with_the_dead_letters_and_is_redriven_once_mended() {
    let stack = Stack::of_quick_retries().await;
    let inside = stack.inside().await;
    let officer = stack.officer(0).await;
    let missing = HouseholdId::new(stack.village(0).clone(), 900);
    let poison = poisonous(&inside, &missing, &photos::small(9)).await;
    // Others come through meanwhile, in the same batches.
    for number in 1..=6 {
        photos::ready(&officer, stack.household(0, number), &photos::small(number.into())).await;
    }
    holds(&inside, "PhotoDeadLetters", 1).await;
    holds(&inside, "PhotoQueue", 0).await;
    photos::ready(&officer, stack.household(0, 7), &photos::small(7)).await;

    let said = stack.command("anju-redrive", &["PhotoDeadLetters", "--dry-run"]);
    assert!(said.starts_with("1 messages in "), "{said}");
    holds(&inside, "PhotoDeadLetters", 1).await;
    // Not mended yet: it comes back, and the command doesn't chase it.
    stack.command("anju-redrive", &["PhotoDeadLetters"]);
    holds(&inside, "PhotoQueue", 0).await;
    holds(&inside, "PhotoDeadLetters", 1).await;

    enter(&inside, &stack, &missing).await;
    let said = stack.command("anju-redrive", &["PhotoDeadLetters"]);
    assert!(said.contains("1 of 1 moved") && said.contains("done: 1 moved"), "{said}");
    until("the mended upload to be ready", async || {
        let photo = inside.registry.photo(&poison).await.unwrap().unwrap();
        if matches!(photo.state, PhotoState::Ready(_)) { Ok(()) } else { Err(photo.state) }
    })
    .await;
    inside.queues_empty().await;
}

#[tokio::test]
async fn a_redrive_that_is_killed_loses_nothing() {
    const MESSAGES: usize = 24;
    let stack = Stack::of_one_village().await;
    let inside = stack.inside().await;
    for number in 0..MESSAGES {
        inside.send("PhotoDeadLetters", &format!("no event of S3, number {number}")).await;
    }
    let mut slow = stack.commanded("anju-redrive", &["PhotoDeadLetters", "--per-second", "4"]);
    let mut slow = slow.stdout(Stdio::null()).spawn().unwrap();
    let dealt_with = || stack.log_of("process-photo").matches("no S3 event").count();
    until("some to be moved", async || if dealt_with() >= 3 { Ok(()) } else { Err(dealt_with()) }).await;
    slow.kill().unwrap();
    slow.wait().unwrap();
    holds(&inside, "PhotoQueue", 0).await;
    let moved = dealt_with();
    assert!(moved < MESSAGES, "it was to be killed in the middle");
    // What it held at its end is hidden for a minute, and then there again; the others are there now.
    let held = inside.messages().await["PhotoDeadLetters"] as usize;
    assert!(held + moved >= MESSAGES, "{held} left and {moved} moved are fewer than {MESSAGES}");
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(dealt_with() <= moved + 1);
}
