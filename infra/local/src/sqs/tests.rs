use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::queues::{Counts, Outgoing, Queues, Received};
use super::{handle, receive_waiting};
use crate::plan::{QueuePlan, RedrivePlan};
use crate::state::State;

const VISIBILITY: Duration = Duration::from_secs(30);

fn plan(name: &str, redrive: Option<RedrivePlan>) -> QueuePlan {
    QueuePlan {
        name: name.into(),
        visibility_timeout: VISIBILITY,
        retention: Duration::from_secs(600),
        delay: Duration::ZERO,
        receive_wait: Duration::ZERO,
        redrive,
    }
}

fn queues() -> Queues {
    let redrive = RedrivePlan { queue: "dead".into(), maximum_receives: 2 };
    Queues::new(Arc::new(State::in_memory()), &[plan("work", Some(redrive)), plan("dead", None)])
}

fn send(queues: &Queues, body: &str, now: i64) {
    queues.send("work", &Outgoing { body: body.into(), ..Outgoing::default() }, now).unwrap();
}

fn receive(queues: &Queues, name: &str, now: i64) -> Vec<Received> {
    queues.receive(name, 10, VISIBILITY, now).unwrap()
}

#[test]
fn a_received_message_is_hidden_until_its_visibility_timeout_is_over() {
    let queues = queues();
    send(&queues, "a", 0);
    assert_eq!(receive(&queues, "work", 0)[0].receives, 1);
    assert!(receive(&queues, "work", 29_999).is_empty());
    let again = receive(&queues, "work", 30_000);
    assert_eq!((again[0].receives, again[0].first_received_at_ms), (2, 0));
}

#[test]
fn only_the_latest_receipt_deletes_a_message() {
    let queues = queues();
    send(&queues, "a", 0);
    let first = receive(&queues, "work", 0).remove(0);
    let second = receive(&queues, "work", 30_000).remove(0);
    queues.delete("work", &first.receipt).unwrap();
    assert_eq!(queues.counts("work", 30_000).unwrap().in_flight, 1);
    queues.delete("work", &second.receipt).unwrap();
    assert_eq!(queues.counts("work", 30_000).unwrap(), Counts::default());
}

#[test]
fn a_message_received_too_often_moves_to_the_dead_letter_queue() {
    let queues = queues();
    send(&queues, "poison", 0);
    receive(&queues, "work", 0);
    receive(&queues, "work", 30_000);
    assert!(receive(&queues, "work", 60_000).is_empty());
    let dead = receive(&queues, "dead", 60_000).remove(0);
    assert_eq!((dead.body.as_str(), dead.receives), ("poison", 1));
    assert_eq!(dead.source_queue.as_deref(), Some("work"));
}

#[test]
fn a_delayed_message_is_neither_visible_nor_in_flight() {
    let queues = queues();
    let message = Outgoing { body: "a".into(), delay: Some(Duration::from_secs(5)), ..Outgoing::default() };
    queues.send("work", &message, 0).unwrap();
    assert_eq!(queues.counts("work", 0).unwrap(), Counts { delayed: 1, ..Counts::default() });
    assert_eq!(queues.next_visible("work", 0).unwrap(), Some(5_000));
    assert_eq!(receive(&queues, "work", 5_000).len(), 1);
}

#[test]
fn visibility_can_be_changed_only_while_in_flight() {
    let queues = queues();
    send(&queues, "a", 0);
    let message = receive(&queues, "work", 0).remove(0);
    assert!(queues.change_visibility("work", &message.receipt, Duration::ZERO, 1_000).unwrap());
    assert!(!queues.change_visibility("work", &message.receipt, VISIBILITY, 1_000).unwrap());
    assert_eq!(receive(&queues, "work", 1_000).len(), 1);
}

#[test]
fn a_message_is_kept_no_longer_than_its_queue_keeps_messages() {
    let queues = queues();
    send(&queues, "a", 0);
    queues.expire(600_000).unwrap();
    assert_eq!(queues.counts("work", 600_000).unwrap().visible, 1);
    queues.expire(600_001).unwrap();
    assert_eq!(queues.counts("work", 600_001).unwrap().visible, 0);
}

#[test]
fn an_object_event_is_sent_and_struck_off_together() {
    let state = Arc::new(State::in_memory());
    let queues = Queues::new(Arc::clone(&state), &[plan("work", None)]);
    let event = state.add_object_event("b", "k", "ObjectCreated:Put").unwrap();
    let message = Outgoing { body: "{}".into(), ..Outgoing::default() };
    queues.send_object_event(&[("work".into(), message)], event, 0).unwrap();
    assert!(state.pending_object_events().unwrap().is_empty());
    assert_eq!(receive(&queues, "work", 0).len(), 1);
}

#[test]
fn what_was_in_flight_when_the_stack_ended_is_there_at_the_next_start_as_if_nobody_had_received_it() {
    let queues = queues();
    send(&queues, "held", 0);
    send(&queues, "waiting", 0);
    let held = queues.receive("work", 1, VISIBILITY, 0).unwrap().remove(0);
    assert_eq!(queues.counts("work", 1).unwrap(), Counts { visible: 1, in_flight: 1, delayed: 0 });
    assert_eq!(queues.return_in_flight(2).unwrap(), 1);
    assert_eq!(queues.counts("work", 2).unwrap(), Counts { visible: 2, in_flight: 0, delayed: 0 });
    queues.delete("work", &held.receipt).unwrap();
    assert_eq!(queues.counts("work", 2).unwrap().visible, 2, "its receipt died with its receiver");
    let again = queues.receive("work", 10, VISIBILITY, 2).unwrap();
    assert_eq!(again.iter().map(|message| message.receives).collect::<Vec<_>>(), [1, 1]);
}

#[test]
fn what_is_delayed_stays_delayed_over_a_restart() {
    let queues = queues();
    let message = Outgoing { body: "later".into(), delay: Some(VISIBILITY), ..Outgoing::default() };
    queues.send("work", &message, 0).unwrap();
    assert_eq!(queues.return_in_flight(1).unwrap(), 0);
    assert_eq!(queues.counts("work", 1).unwrap(), Counts { visible: 0, in_flight: 0, delayed: 1 });
}

#[tokio::test]
async fn a_long_poll_ends_when_a_message_comes() {
    let queues = Arc::new(queues());
    let sender = Arc::clone(&queues);
    let waiting = receive_waiting(&queues, "work", 1, VISIBILITY, Duration::from_secs(20));
    let sending = async {
        tokio::task::yield_now().await;
        send(&sender, "a", 0);
    };
    let (received, ()) = tokio::join!(waiting, sending);
    assert_eq!(received.unwrap()[0].body, "a");
}

async fn call(queues: &Queues, operation: &str, request: Value) -> Value {
    handle(queues, "http://127.0.0.1:1", operation, request).await.unwrap()
}

#[tokio::test]
async fn a_batch_reports_each_entry_by_its_id() {
    let queues = queues();
    let url = "http://elsewhere/000000000000/work";
    let entries = json!([{"Id": "1", "MessageBody": "a"}, {"Id": "2", "MessageBody": ""}]);
    let sent = call(&queues, "SendMessageBatch", json!({"QueueUrl": url, "Entries": entries})).await;
    assert_eq!(sent["Successful"][0]["Id"], "1");
    assert_eq!(sent["Successful"][0]["MD5OfMessageBody"], "0cc175b9c0f1b6a831c399e269772661");
    assert_eq!(sent["Failed"][0]["Id"], "2");
    let request = json!({"QueueUrl": url, "MessageSystemAttributeNames": ["ApproximateReceiveCount"]});
    let received = call(&queues, "ReceiveMessage", request).await;
    assert_eq!(received["Messages"][0]["Attributes"], json!({"ApproximateReceiveCount": "1"}));
    let handle = &received["Messages"][0]["ReceiptHandle"];
    let entries = json!([{"Id": "x", "ReceiptHandle": handle}]);
    let deleted = call(&queues, "DeleteMessageBatch", json!({"QueueUrl": url, "Entries": entries})).await;
    assert_eq!(deleted, json!({"Successful": [{"Id": "x"}], "Failed": []}));
    assert_eq!(call(&queues, "ReceiveMessage", json!({"QueueUrl": url})).await, json!({}));
}

#[tokio::test]
async fn a_batch_with_repeated_ids_or_an_unknown_queue_is_refused() {
    let queues = queues();
    let entries = json!([{"Id": "1", "MessageBody": "a"}, {"Id": "1", "MessageBody": "b"}]);
    let request = json!({"QueueUrl": "http://x/0/work", "Entries": entries});
    let error = handle(&queues, "", "SendMessageBatch", request).await.unwrap_err();
    assert!(error.name.ends_with("BatchEntryIdsNotDistinct"));
    let request = json!({"QueueUrl": "http://x/0/none", "MessageBody": "a"});
    let error = handle(&queues, "", "SendMessage", request).await.unwrap_err();
    assert_eq!(error.query_code, Some("AWS.SimpleQueueService.NonExistentQueue"));
}
