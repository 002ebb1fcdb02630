//! Stream records in the shape of Lambda's DynamoDB event, and the message about records given up.

use serde::Serialize;
use serde_json::{Value, json};

use super::delivery::Condition;
use crate::dynamodb::{Image, StreamRecord, public_sequence_number};
use crate::filter::FilterPattern;
use crate::plan::StreamView;
use crate::template::Cloud;

/// One record as functions and filters see it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RecordEvent<'a> {
    #[serde(rename = "eventID")]
    event_id: &'a str,
    event_name: &'a str,
    event_version: &'static str,
    event_source: &'static str,
    aws_region: &'static str,
    dynamodb: Change<'a>,
    #[serde(rename = "eventSourceARN")]
    event_source_arn: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_identity: Option<&'a Value>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Change<'a> {
    approximate_creation_date_time: i64,
    keys: &'a Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    new_image: Option<&'a Image>,
    #[serde(skip_serializing_if = "Option::is_none")]
    old_image: Option<&'a Image>,
    sequence_number: String,
    size_bytes: usize,
    stream_view_type: &'static str,
}

impl<'a> RecordEvent<'a> {
    pub(super) fn of(record: &'a StreamRecord, view: StreamView, stream_arn: &'a str) -> Self {
        RecordEvent {
            event_id: &record.event_id,
            event_name: &record.event_name,
            event_version: "1.1",
            event_source: "aws:dynamodb",
            aws_region: Cloud::REGION,
            dynamodb: Change {
                approximate_creation_date_time: record.created_at_s,
                keys: &record.keys,
                new_image: record.new_image.as_ref().filter(|_| view.has_new()),
                old_image: record.old_image.as_ref().filter(|_| view.has_old()),
                sequence_number: public_sequence_number(record.position),
                size_bytes: record.size,
                stream_view_type: view.name(),
            },
            event_source_arn: stream_arn,
            user_identity: record.user_identity.as_ref(),
        }
    }

    /// Whether it passes one of the filters. Images are read only for filters that look at them.
    pub(super) fn passes(mut self, filters: &[FilterPattern]) -> bool {
        if !filters.iter().any(FilterPattern::looks_at_images) {
            self.dynamodb.new_image = None;
            self.dynamodb.old_image = None;
        }
        let event = serde_json::to_value(&self).unwrap_or_default();
        filters.iter().any(|filter| filter.matches(&event))
    }
}

/// The event of a batch.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct BatchEvent<'a> {
    pub(super) records: Vec<RecordEvent<'a>>,
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

    fn image(text: &str) -> Option<Image> {
        Some(Image::of(text.to_owned()).unwrap())
    }

    fn rendered(view: StreamView) -> Value {
        serde_json::to_value(RecordEvent::of(&record(), view, "arn")).unwrap()
    }

    fn record() -> StreamRecord {
        StreamRecord {
            position: 42,
            event_id: "e".into(),
            event_name: "MODIFY".into(),
            created_at_s: 1_600_000_000,
            keys: json!({"PK": {"S": "V#1"}}),
            new_image: image(r#"{"n":{"N":"2"},"m":{"N":"3"}}"#),
            old_image: image(r#"{"n":{"N":"1"},"m":{"N":"3"}}"#),
            size: 30,
            user_identity: None,
        }
    }

    #[test]
    fn a_record_has_the_images_of_the_tables_view_and_no_others() {
        let both = rendered(StreamView::NewAndOldImages);
        assert_eq!(both["dynamodb"]["SequenceNumber"], "100000000000000000042");
        assert_eq!(both["dynamodb"]["OldImage"]["n"]["N"], "1");
        assert_eq!((&both["eventID"], &both["eventSourceARN"]), (&json!("e"), &json!("arn")));
        let new = rendered(StreamView::NewImage);
        assert_eq!(new["dynamodb"]["NewImage"]["n"]["N"], "2");
        assert!(new["dynamodb"].get("OldImage").is_none() && new.get("userIdentity").is_none());
    }

    #[test]
    fn a_write_that_changes_nothing_is_no_change() {
        assert!(is_change(&record()));
        assert!(!is_change(&StreamRecord { new_image: record().old_image, ..record() }));
        let in_another_order = image(r#"{"m":{"N":"3"},"n":{"N":"1"}}"#);
        assert!(!is_change(&StreamRecord { new_image: in_another_order, ..record() }));
    }

    #[test]
    fn a_filter_that_looks_at_images_sees_them() {
        let passes = |pattern: Value| {
            let filters = [FilterPattern::parse(&pattern.to_string()).unwrap()];
            RecordEvent::of(&record(), StreamView::NewImage, "arn").passes(&filters)
        };
        assert!(passes(json!({"dynamodb": {"NewImage": {"n": {"N": ["2"]}}}})));
        assert!(!passes(json!({"dynamodb": {"NewImage": {"n": {"N": ["1"]}}}})));
        assert!(passes(json!({"dynamodb": {"Keys": {"PK": {"S": [{"prefix": "V#"}]}}}})));
    }
}
