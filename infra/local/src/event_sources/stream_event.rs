//! Stream records in the shape of Lambda's DynamoDB event, and the message about records given up.

use serde_json::{Map, Value, json};

use super::delivery::Condition;
use crate::dynamodb::{StreamRecord, public_sequence_number};
use crate::plan::StreamView;
use crate::template::Cloud;

/// One record as functions and filters see it.
pub(super) fn render(record: &StreamRecord, view: StreamView, stream_arn: &str) -> Value {
    let mut change = Map::new();
    change.insert("ApproximateCreationDateTime".into(), record.created_at_s.into());
    change.insert("Keys".into(), record.keys.clone());
    if let Some(image) = record.new_image.as_ref().filter(|_| view.has_new()) {
        change.insert("NewImage".into(), image.clone());
    }
    if let Some(image) = record.old_image.as_ref().filter(|_| view.has_old()) {
        change.insert("OldImage".into(), image.clone());
    }
    change.insert("SequenceNumber".into(), public_sequence_number(record.position).into());
    change.insert("SizeBytes".into(), record.size.into());
    change.insert("StreamViewType".into(), view.name().into());
    let mut rendered = json!({
        "eventID": record.event_id,
        "eventName": record.event_name,
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": Cloud::REGION,
        "dynamodb": change,
        "eventSourceARN": stream_arn,
    });
    if let Some(identity) = &record.user_identity {
        rendered["userIdentity"] = identity.clone();
    }
    rendered
}

/// Whether the record tells of a change at all: the real service emits none for a write that changes nothing.
pub(super) fn is_change(record: &StreamRecord) -> bool {
    record.event_name != "MODIFY" || record.new_image != record.old_image
}

/// What an on-failure destination is told.
pub(super) fn failure_message(
    records: &[StreamRecord],
    condition: Condition,
    attempts: u32,
    function_arn: &str,
    stream_arn: &str,
    now: jiff::Timestamp,
) -> Value {
    let number = |record: Option<&StreamRecord>| record.map(|record| public_sequence_number(record.position));
    let arrival = |record: Option<&StreamRecord>| {
        record
            .and_then(|record| jiff::Timestamp::from_second(record.created_at_s).ok())
            .map(|at| at.to_string())
    };
    let condition = match condition {
        Condition::RetryAttemptsExhausted => "RetryAttemptsExhausted",
        Condition::RecordAgeExceeded => "RecordAgeExceeded",
    };
    json!({
        "requestContext": {
            "requestId": uuid::Uuid::new_v4().to_string(),
            "functionArn": function_arn,
            "condition": condition,
            "approximateInvokeCount": attempts,
        },
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "version": "1.0",
        "timestamp": now.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string(),
        "DDBStreamBatchInfo": {
            "shardId": "shardId-00000000000000000000-00000001",
            "startSequenceNumber": number(records.first()),
            "endSequenceNumber": number(records.last()),
            "approximateArrivalOfFirstRecord": arrival(records.first()),
            "approximateArrivalOfLastRecord": arrival(records.last()),
            "batchSize": records.len(),
            "streamArn": stream_arn,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> StreamRecord {
        StreamRecord {
            position: 42,
            event_id: "e".into(),
            event_name: "MODIFY".into(),
            created_at_s: 1_600_000_000,
            keys: json!({"PK": {"S": "V#1"}}),
            new_image: Some(json!({"n": {"N": "2"}})),
            old_image: Some(json!({"n": {"N": "1"}})),
            size: 30,
            user_identity: None,
        }
    }

    #[test]
    fn a_record_has_the_images_of_the_tables_view_and_no_others() {
        let rendered = render(&record(), StreamView::NewAndOldImages, "arn");
        assert_eq!(rendered["dynamodb"]["SequenceNumber"], "100000000000000000042");
        assert_eq!(rendered["dynamodb"]["OldImage"]["n"]["N"], "1");
        assert_eq!(rendered["eventSourceARN"], "arn");
        let rendered = render(&record(), StreamView::NewImage, "arn");
        assert_eq!(rendered["dynamodb"]["NewImage"]["n"]["N"], "2");
        assert!(rendered["dynamodb"].get("OldImage").is_none());
    }

    #[test]
    fn a_write_that_changes_nothing_is_no_change() {
        assert!(is_change(&record()));
        assert!(!is_change(&StreamRecord { new_image: record().old_image, ..record() }));
    }
}
