//! The message that S3 sends about a new object.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::plan::NotificationPlan;
use crate::template::Cloud;

/// Keys are encoded like form values, slashes excepted.
const KEY: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'*').remove(b'/').remove(b' ');

/// An object that came into being.
#[derive(Debug)]
pub(super) struct Created<'a> {
    pub(super) bucket: &'a str,
    pub(super) key: &'a str,
    /// e.g. `ObjectCreated:Put`.
    pub(super) event: &'a str,
    pub(super) size: i64,
    pub(super) e_tag: &'a str,
    /// Grows from one event to the next.
    pub(super) sequence: i64,
}

impl NotificationPlan {
    /// Whether this notification is about such an object.
    pub(super) fn concerns(&self, key: &str, event: &str) -> bool {
        let wanted = self.event.trim_start_matches("s3:");
        let of_this_kind = wanted.strip_suffix('*').map_or(wanted == event, |kind| event.starts_with(kind));
        of_this_kind && key.starts_with(&self.prefix) && key.ends_with(&self.suffix)
    }
}

impl Created<'_> {
    pub(super) fn message(&self) -> Value {
        json!({"Records": [{
            "eventVersion": "2.1",
            "eventSource": "aws:s3",
            "awsRegion": Cloud::REGION,
            "eventTime": jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string(),
            "eventName": self.event,
            "userIdentity": {"principalId": Cloud::STACK_NAME},
            "requestParameters": {"sourceIPAddress": "127.0.0.1"},
            "responseElements": {"x-amz-request-id": format!("{:016X}", self.sequence), "x-amz-id-2": ""},
            "s3": {
                "s3SchemaVersion": "1.0",
                "configurationId": Cloud::STACK_NAME,
                "bucket": {
                    "name": self.bucket,
                    "ownerIdentity": {"principalId": Cloud::STACK_NAME},
                    "arn": format!("arn:aws:s3:::{}", self.bucket),
                },
                "object": {
                    "key": utf8_percent_encode(self.key, KEY).to_string().replace(' ', "+"),
                    "size": self.size,
                    "eTag": self.e_tag,
                    "sequencer": format!("{:016X}", self.sequence),
                },
            },
        }]})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notification_filters_by_kind_prefix_and_suffix() {
        let plan = NotificationPlan {
            event: "s3:ObjectCreated:*".into(),
            queue: "q".into(),
            prefix: "photos/".into(),
            suffix: ".jpg".into(),
        };
        assert!(plan.concerns("photos/a.jpg", "ObjectCreated:Put"));
        assert!(!plan.concerns("photos/a.png", "ObjectCreated:Put"));
        assert!(!plan.concerns("other/a.jpg", "ObjectCreated:Put"));
        let only_copies = NotificationPlan { event: "s3:ObjectCreated:Copy".into(), ..plan };
        assert!(!only_copies.concerns("photos/a.jpg", "ObjectCreated:Put"));
    }

    #[test]
    fn the_key_is_encoded_like_a_form_value_with_its_slashes() {
        let created = Created {
            bucket: "b",
            key: "photos/a b+安",
            event: "ObjectCreated:Put",
            size: 3,
            e_tag: "e",
            sequence: 10,
        };
        let object = created.message()["Records"][0]["s3"]["object"].clone();
        assert_eq!(object["key"], "photos/a+b%2B%E5%AE%89");
        assert_eq!(object["sequencer"], "000000000000000A");
    }
}
