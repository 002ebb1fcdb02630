//! The store against services that we haven't written ourselves. Without `EMULATOR` the same tests run against the
//! local stack, so that both are held to one thing: docs/second-opinion.md.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod services;

use std::time::Duration;

use anju_counters::Counters;
use anju_counters::bucket::BucketId;
use anju_counters::ports::{CounterStore as _, NoPause};
use anju_counters::tally::Observed;
use anju_domain::change::{Actor, ChangeKind};
use anju_domain::household::Household;
use anju_domain::ids::{HouseholdId, LookupToken, PhotoId};
use anju_domain::photo::{Photo, PhotoState, Purpose, Source};
use anju_register::demo::INITIAL_PASSWORD;
use anju_register::seed::Target;
use anju_register::{Plan, Register};
use anju_store::StoreError;
use anju_store::household::Transition;
use anju_store::pages::Page;
use anju_store::photo_files::Presigned;
use anju_store::repair::Repair;
use anju_store::search::PointerKey;
use anju_tests::{Answer, Client};
use http::Method;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::services::Services;

const JPEG: &[u8] = b"these bytes were announced";

fn household() -> HouseholdId {
    "530627100200-7".parse().unwrap()
}

fn photo(bytes: &[u8]) -> Photo {
    Photo {
        id: PhotoId::new(household(), rand::random()),
        purpose: Purpose::Verification,
        source: Source::Camera,
        content_type: "image/jpeg".to_owned(),
        size: bytes.len() as u64,
        sha256: hex::encode(Sha256::digest(bytes)),
        declared_taken_at: None,
        declared_location: None,
        requested_at: Timestamp::now(),
        requested_by: "530627100200".to_owned(),
        state: PhotoState::AwaitingUpload,
    }
}

/// Sends a file by a signed request, with one header as it isn't signed perhaps.
async fn send(signed: &Presigned, bytes: &[u8], instead: Option<(&str, &str)>) -> Answer {
    let client = Client::of("");
    let mut call =
        client.call(signed.method.parse::<Method>().unwrap(), &signed.url).body("", bytes.to_vec());
    for (name, value) in &signed.headers {
        if !["host", "content-length"].contains(&name.as_str()) {
            let other = instead.filter(|(changed, _)| changed == name);
            call = call.header(name, other.map_or(value.as_str(), |(_, value)| value));
        }
    }
    call.send().await
}

#[tokio::test]
async fn only_the_announced_file_is_taken_and_only_once() {
    let services = Services::start().await;
    let photo = photo(JPEG);
    let signed = services.incoming.presign_upload(&photo, Duration::from_secs(60)).await.unwrap();
    let other = send(&signed, b"other bytes of the same length", None).await;
    assert!(other.status.is_client_error(), "{}", other.status);
    assert!(!services.incoming.has_arrived(&photo.id).await.unwrap());
    assert!(services.incoming.file(&photo.id, 1_000).await.unwrap().is_none());

    assert_eq!(send(&signed, JPEG, None).await.status, 200);
    assert!(services.incoming.has_arrived(&photo.id).await.unwrap());
    assert_eq!(send(&signed, JPEG, None).await.status, 412);
    let file = services.incoming.file(&photo.id, 1_000).await.unwrap().unwrap();
    assert_eq!(file.bytes.as_deref(), Some(JPEG));
    let larger = services.incoming.file(&photo.id, 3).await.unwrap().unwrap();
    assert_eq!(larger.bytes, None);
}

#[tokio::test]
async fn a_signed_request_is_for_what_was_signed() {
    let services = Services::start().await;
    let photo = photo(JPEG);
    let signed = services.incoming.presign_upload(&photo, Duration::from_secs(60)).await.unwrap();
    let answer = send(&signed, JPEG, Some(("content-type", "text/html"))).await;
    assert_eq!(answer.status, 403);
    assert!(!services.incoming.has_arrived(&photo.id).await.unwrap());
}

#[tokio::test]
async fn of_two_pages_the_newer_stays_whoever_writes_last() {
    let services = Services::start().await;
    let token = LookupToken::from_random(rand::random());
    let page =
        |revision| Page { revision, html: format!("<p>{revision}"), cache_control: "public, max-age=60" };
    assert_eq!(services.pages.get(&token).await.unwrap(), None);
    services.pages.put(&token, page(2)).await.unwrap();
    services.pages.put(&token, page(1)).await.unwrap();
    assert_eq!(services.pages.get(&token).await.unwrap().unwrap(), b"<p>2");
    services.pages.put(&token, page(3)).await.unwrap();
    assert_eq!(services.pages.get(&token).await.unwrap().unwrap(), b"<p>3");
    services.pages.delete(&token).await.unwrap();
    services.pages.delete(&token).await.unwrap();
    assert_eq!(services.pages.get(&token).await.unwrap(), None);
}

#[tokio::test]
async fn of_pages_that_are_written_at_a_time_one_wins_and_the_others_hear_of_it() {
    let services = Services::start().await;
    let token = LookupToken::from_random(rand::random());
    let put = |revision| {
        let page = Page { revision, html: format!("<p>{revision}"), cache_control: "no-store" };
        services.pages.put(&token, page)
    };
    let written = tokio::join!(put(1), put(2), put(3), put(4));
    let outcomes = [written.0, written.1, written.2, written.3];
    let won = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert!(won >= 1, "{outcomes:?}");
    assert!(
        outcomes.iter().all(|outcome| matches!(outcome, Ok(()) | Err(StoreError::Conflict))),
        "{outcomes:?}"
    );
}

#[tokio::test]
async fn a_message_is_hidden_while_it_is_worked_on_and_gone_when_it_is_deleted() {
    let services = Services::start().await;
    let sent = Repair::page_of(&household());
    services.repairs.send(&sent).await.unwrap();
    let take = async |hidden_for: i32| {
        let receive = services.sqs.receive_message().queue_url(&services.queue_url);
        let got = receive.visibility_timeout(hidden_for).wait_time_seconds(0).send().await.unwrap();
        got.messages.unwrap_or_default()
    };
    let first = take(1).await.remove(0);
    let received: Repair = serde_json::from_str(first.body().unwrap()).unwrap();
    assert_eq!(received, sent);
    assert!(take(1).await.is_empty(), "a message that is worked on is hidden");
    // What is hidden comes back by itself: no message is lost with a worker.
    let mut again = Vec::new();
    for _ in 0..50 {
        again = take(30).await;
        if !again.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let again = again.remove(0);
    assert_eq!(again.body(), first.body());
    let delete = services.sqs.delete_message().queue_url(&services.queue_url);
    delete.receipt_handle(again.receipt_handle().unwrap()).send().await.unwrap();
    assert!(take(1).await.is_empty());
}

#[tokio::test]
async fn a_change_is_committed_whole_or_not_at_all() {
    let services = Services::start().await;
    let registry = services.registry.clone().with_pointer_key(PointerKey::new("only for tests"));
    let register = Register::new(&Plan::new(1, 1, 8).unwrap()).unwrap();
    let target = Target { registry: registry.clone(), control: services.control.clone() };
    target.seed(&register, INITIAL_PASSWORD, |_| ()).await.unwrap();
    // Again: what is there stays as it is.
    let seeded = target.seed(&register, INITIAL_PASSWORD, |_| ()).await.unwrap();
    assert_eq!((seeded.households, seeded.accounts), (0, 0));

    let village = register.villages().next().unwrap();
    let id = HouseholdId::new(village.code().clone(), 1);
    let before = registry.household(&id).await.unwrap().unwrap();
    let changed = |address: &str| {
        let mut after = Household { revision: before.revision + 1, ..before.clone() };
        after.address = address.to_owned();
        Transition {
            before: Some(&before),
            after,
            kind: ChangeKind::Imported,
            by: Actor::System,
            recorded: serde_json::json!({}),
            photo: None,
            with: Vec::new(),
        }
    };
    registry.commit(changed("甲")).await.unwrap();
    let late = registry.commit(changed("乙")).await;
    assert!(matches!(late, Err(StoreError::Conflict)), "{late:?}");
    let after = registry.household(&id).await.unwrap().unwrap();
    assert_eq!((after.address.as_str(), after.revision), ("甲", before.revision + 1));
    let history = registry.history(&id).await.unwrap();
    assert_eq!(history.len() as u64, after.revision, "what was refused left no change behind");
    assert!(history.iter().all(anju_domain::change::Change::is_sound));
}

#[tokio::test]
async fn counting_twice_counts_once() {
    let services = Services::start().await;
    let counters = Counters { store: &services.counters, pause: NoPause, epoch: 1 };
    let id: HouseholdId = "110101001001-3".parse().unwrap();
    let register = Register::new(&Plan::new(1, 1, 8).unwrap()).unwrap();
    let village = register.villages().next().unwrap();
    let row = register.households(village.code()).next().unwrap();
    let household = Household::registered(row.registered(), Timestamp::UNIX_EPOCH);
    let observed =
        Observed { household: id.clone(), revision: 1, old: None, new: household.summary().pack() };
    for _ in 0..2 {
        assert!(counters.tally(std::slice::from_ref(&observed)).await.failed.is_empty());
        let bucket = services.counters.bucket(&BucketId::of(&id)).await.unwrap().unwrap();
        let images = [(BucketId::of(&id), bucket)];
        assert!(counters.roll_up(images).await.failed.is_empty());
    }
    let counts = services.counters.counts_of(id.village().region()).await.unwrap().unwrap();
    assert_eq!(counts.total().cells.values().sum::<u64>(), 1);
}
