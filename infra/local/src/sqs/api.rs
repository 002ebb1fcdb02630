//! The SQS operations, in JSON.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::digest::{md5_hex, md5_of_attributes};
use super::queues::{Outgoing, Queue, Queues, Received, millis};
use super::receive_waiting;
use crate::aws_json::AwsError;
use crate::state::now_ms;
use crate::template::Cloud;

/// SQS's own limits.
const LARGEST_BATCH: usize = 10;
const LARGEST_PAYLOAD: usize = 1_048_576;
const LONGEST_WAIT: u64 = 20;

/// Carries out one operation.
pub(crate) async fn handle(
    queues: &Queues,
    endpoint: &str,
    operation: &str,
    request: Value,
) -> Result<Value, AwsError> {
    match operation {
        "GetQueueUrl" => get_queue_url(queues, endpoint, &parse(request)?),
        "ListQueues" => {
            Ok(json!({"QueueUrls": queues.names().map(|name| url(endpoint, name)).collect::<Vec<_>>()}))
        }
        "SendMessage" => send_message(queues, &parse(request)?),
        "SendMessageBatch" => send_message_batch(queues, &parse(request)?),
        "ReceiveMessage" => receive_message(queues, &parse(request)?).await,
        "DeleteMessage" => {
            let request: ReceiptRequest = parse(request)?;
            let queue = find(queues, &request.queue_url)?;
            queues.delete(&queue.plan.name, &request.receipt_handle)?;
            Ok(json!({}))
        }
        "ChangeMessageVisibility" => {
            let request: ReceiptRequest = parse(request)?;
            let queue = find(queues, &request.queue_url)?;
            change_visibility(queues, queue, &request.receipt_handle, request.visibility_timeout)?;
            Ok(json!({}))
        }
        "DeleteMessageBatch" => each_entry(queues, &parse(request)?, |queue, entry| {
            Ok(queues.delete(&queue.plan.name, &entry.receipt_handle)?)
        }),
        "ChangeMessageVisibilityBatch" => each_entry(queues, &parse(request)?, |queue, entry| {
            change_visibility(queues, queue, &entry.receipt_handle, entry.visibility_timeout)
        }),
        "GetQueueAttributes" => get_queue_attributes(queues, &parse(request)?),
        "PurgeQueue" => {
            let request: QueueRequest = parse(request)?;
            queues.purge(&find(queues, &request.queue_url)?.plan.name)?;
            Ok(json!({}))
        }
        other => Err(AwsError::client("UnsupportedOperation", format!("{other} is not emulated"))),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct QueueRequest {
    queue_url: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetQueueUrlRequest {
    queue_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AttributesRequest {
    queue_url: String,
    #[serde(default)]
    attribute_names: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SendRequest {
    queue_url: String,
    #[serde(flatten)]
    message: MessageRequest,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct MessageRequest {
    message_body: String,
    delay_seconds: Option<u64>,
    #[serde(default)]
    message_attributes: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SendBatchRequest {
    queue_url: String,
    entries: Vec<SendEntry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SendEntry {
    id: String,
    #[serde(flatten)]
    message: MessageRequest,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ReceiveRequest {
    queue_url: String,
    max_number_of_messages: Option<usize>,
    visibility_timeout: Option<u64>,
    wait_time_seconds: Option<u64>,
    #[serde(default)]
    attribute_names: Vec<String>,
    #[serde(default)]
    message_system_attribute_names: Vec<String>,
    #[serde(default)]
    message_attribute_names: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ReceiptRequest {
    queue_url: String,
    receipt_handle: String,
    #[serde(default)]
    visibility_timeout: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ReceiptBatchRequest {
    queue_url: String,
    entries: Vec<ReceiptEntry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ReceiptEntry {
    id: String,
    receipt_handle: String,
    #[serde(default)]
    visibility_timeout: u64,
}

fn parse<T: serde::de::DeserializeOwned>(request: Value) -> Result<T, AwsError> {
    serde_json::from_value(request)
        .map_err(|error| AwsError::client("InvalidParameterValueException", error.to_string()))
}

fn url(endpoint: &str, name: &str) -> String {
    format!("{endpoint}/{}/{name}", Cloud::ACCOUNT)
}

/// A queue by its URL, of which only the name matters: ports change from one start to the next.
fn find<'a>(queues: &'a Queues, queue_url: &str) -> Result<&'a Queue, AwsError> {
    let name = queue_url.rsplit('/').next().unwrap_or_default();
    queues.get(name).ok_or_else(no_such_queue)
}

fn no_such_queue() -> AwsError {
    AwsError {
        query_code: Some("AWS.SimpleQueueService.NonExistentQueue"),
        ..AwsError::client("com.amazonaws.sqs#QueueDoesNotExist", "The specified queue does not exist.")
    }
}

fn get_queue_url(queues: &Queues, endpoint: &str, request: &GetQueueUrlRequest) -> Result<Value, AwsError> {
    let queue = queues.get(&request.queue_name).ok_or_else(no_such_queue)?;
    Ok(json!({"QueueUrl": url(endpoint, &queue.plan.name)}))
}

fn outgoing(message: &MessageRequest) -> Result<Outgoing, AwsError> {
    if message.message_body.is_empty() {
        return Err(AwsError::client(
            "MissingParameter",
            "The request must contain the parameter MessageBody.",
        ));
    }
    if message.message_body.len() > LARGEST_PAYLOAD {
        return Err(AwsError::client("InvalidParameterValue", "The message is longer than 1048576 bytes."));
    }
    if message.message_attributes.values().any(|attribute| attribute.get("BinaryValue").is_some()) {
        let message = "binary message attributes are not emulated";
        return Err(AwsError::client("UnsupportedOperation", message));
    }
    Ok(Outgoing {
        body: message.message_body.clone(),
        attributes: Value::Object(message.message_attributes.clone()),
        delay: message.delay_seconds.map(Duration::from_secs),
    })
}

fn sent(message: &Outgoing, message_id: &str) -> Map<String, Value> {
    let mut answer = Map::new();
    answer.insert("MessageId".into(), message_id.into());
    answer.insert("MD5OfMessageBody".into(), md5_hex(message.body.as_bytes()).into());
    if let Some(sum) = md5_of_attributes(&message.attributes) {
        answer.insert("MD5OfMessageAttributes".into(), sum.into());
    }
    answer
}

fn send_message(queues: &Queues, request: &SendRequest) -> Result<Value, AwsError> {
    let queue = find(queues, &request.queue_url)?;
    let message = outgoing(&request.message)?;
    let message_id = queues.send(&queue.plan.name, &message, now_ms())?;
    Ok(Value::Object(sent(&message, &message_id)))
}

fn send_message_batch(queues: &Queues, request: &SendBatchRequest) -> Result<Value, AwsError> {
    let queue = find(queues, &request.queue_url)?;
    check_batch(request.entries.iter().map(|entry| entry.id.as_str()))?;
    if request.entries.iter().map(|entry| entry.message.message_body.len()).sum::<usize>() > LARGEST_PAYLOAD {
        let message = "The batch is longer than 1048576 bytes.";
        return Err(AwsError::client("com.amazonaws.sqs#BatchRequestTooLong", message));
    }
    let (mut successful, mut failed) = (Vec::new(), Vec::new());
    for entry in &request.entries {
        match outgoing(&entry.message) {
            Ok(message) => {
                let message_id = queues.send(&queue.plan.name, &message, now_ms())?;
                let mut answer = sent(&message, &message_id);
                answer.insert("Id".into(), entry.id.as_str().into());
                successful.push(Value::Object(answer));
            }
            Err(error) => failed.push(failed_entry(&entry.id, &error)),
        }
    }
    Ok(json!({"Successful": successful, "Failed": failed}))
}

fn failed_entry(id: &str, error: &AwsError) -> Value {
    json!({"Id": id, "Code": error.name, "Message": error.message, "SenderFault": true})
}

fn check_batch<'a>(ids: impl ExactSizeIterator<Item = &'a str>) -> Result<(), AwsError> {
    let count = ids.len();
    if count == 0 {
        return Err(AwsError::client("com.amazonaws.sqs#EmptyBatchRequest", "There are no entries."));
    }
    if count > LARGEST_BATCH {
        let message = "Maximum number of entries per request are 10.";
        return Err(AwsError::client("com.amazonaws.sqs#TooManyEntriesInBatchRequest", message));
    }
    if ids.collect::<std::collections::BTreeSet<_>>().len() < count {
        let message = "Two or more batch entries have the same Id.";
        return Err(AwsError::client("com.amazonaws.sqs#BatchEntryIdsNotDistinct", message));
    }
    Ok(())
}

async fn receive_message(queues: &Queues, request: &ReceiveRequest) -> Result<Value, AwsError> {
    let plan = &find(queues, &request.queue_url)?.plan;
    let limit = request.max_number_of_messages.unwrap_or(1);
    if !(1..=LARGEST_BATCH).contains(&limit) {
        let message = "MaxNumberOfMessages must be between 1 and 10.";
        return Err(AwsError::client("InvalidParameterValue", message));
    }
    let visibility = request.visibility_timeout.map_or(plan.visibility_timeout, Duration::from_secs);
    let wait = request
        .wait_time_seconds
        .map_or(plan.receive_wait, |wait| Duration::from_secs(wait.min(LONGEST_WAIT)));
    let received = receive_waiting(queues, &plan.name, limit, visibility, wait).await?;
    let system: Vec<_> = request
        .attribute_names
        .iter()
        .chain(&request.message_system_attribute_names)
        .map(String::as_str)
        .collect();
    let messages: Vec<_> = received
        .iter()
        .map(|message| render(message, &system, !request.message_attribute_names.is_empty()))
        .collect();
    // The real service leaves the list out when it is empty.
    Ok(if messages.is_empty() { json!({}) } else { json!({"Messages": messages}) })
}

fn render(message: &Received, wanted: &[&str], with_attributes: bool) -> Value {
    let mut rendered = json!({
        "MessageId": message.message_id,
        "ReceiptHandle": message.receipt,
        "Body": message.body,
        "MD5OfBody": md5_hex(message.body.as_bytes()),
    });
    let mut attributes = system_attributes(message);
    attributes.retain(|name, _| wanted.contains(&"All") || wanted.contains(&name.as_str()));
    if !attributes.is_empty() {
        rendered["Attributes"] = Value::Object(attributes);
    }
    if with_attributes && let Some(sum) = md5_of_attributes(&message.attributes) {
        rendered["MessageAttributes"] = message.attributes.clone();
        rendered["MD5OfMessageAttributes"] = sum.into();
    }
    rendered
}

/// What SQS itself knows of a message.
pub(crate) fn system_attributes(message: &Received) -> Map<String, Value> {
    let mut attributes = Map::new();
    attributes.insert("SenderId".into(), Cloud::ACCOUNT.into());
    attributes.insert("SentTimestamp".into(), message.sent_at_ms.to_string().into());
    attributes.insert("ApproximateReceiveCount".into(), message.receives.to_string().into());
    let first = message.first_received_at_ms.to_string();
    attributes.insert("ApproximateFirstReceiveTimestamp".into(), first.into());
    if let Some(source) = &message.source_queue {
        attributes.insert("DeadLetterQueueSourceArn".into(), Cloud::arn("sqs", source).into());
    }
    attributes
}

fn change_visibility(queues: &Queues, queue: &Queue, receipt: &str, seconds: u64) -> Result<(), AwsError> {
    let changed =
        queues.change_visibility(&queue.plan.name, receipt, Duration::from_secs(seconds), now_ms())?;
    if changed {
        return Ok(());
    }
    let message = "The message is not in flight under this receipt handle.";
    Err(AwsError {
        query_code: Some("AWS.SimpleQueueService.MessageNotInflight"),
        ..AwsError::client("com.amazonaws.sqs#MessageNotInflight", message)
    })
}

fn each_entry(
    queues: &Queues,
    request: &ReceiptBatchRequest,
    carry_out: impl Fn(&Queue, &ReceiptEntry) -> Result<(), AwsError>,
) -> Result<Value, AwsError> {
    let queue = find(queues, &request.queue_url)?;
    check_batch(request.entries.iter().map(|entry| entry.id.as_str()))?;
    let (mut successful, mut failed) = (Vec::new(), Vec::new());
    for entry in &request.entries {
        match carry_out(queue, entry) {
            Ok(()) => successful.push(json!({"Id": entry.id})),
            Err(error) => failed.push(failed_entry(&entry.id, &error)),
        }
    }
    Ok(json!({"Successful": successful, "Failed": failed}))
}

fn get_queue_attributes(queues: &Queues, request: &AttributesRequest) -> Result<Value, AwsError> {
    let plan = &find(queues, &request.queue_url)?.plan;
    let counts = queues.counts(&plan.name, now_ms())?;
    let seconds = |duration: Duration| (millis(duration) / 1000).to_string();
    let mut attributes = vec![
        ("QueueArn", Cloud::arn("sqs", &plan.name)),
        ("ApproximateNumberOfMessages", counts.visible.to_string()),
        ("ApproximateNumberOfMessagesNotVisible", counts.in_flight.to_string()),
        ("ApproximateNumberOfMessagesDelayed", counts.delayed.to_string()),
        ("VisibilityTimeout", seconds(plan.visibility_timeout)),
        ("MessageRetentionPeriod", seconds(plan.retention)),
        ("DelaySeconds", seconds(plan.delay)),
        ("ReceiveMessageWaitTimeSeconds", seconds(plan.receive_wait)),
    ];
    if let Some(redrive) = &plan.redrive {
        let policy = json!({
            "deadLetterTargetArn": Cloud::arn("sqs", &redrive.queue),
            "maxReceiveCount": redrive.maximum_receives,
        });
        attributes.push(("RedrivePolicy", policy.to_string()));
    }
    let wanted = |name: &str| request.attribute_names.iter().any(|wanted| wanted == "All" || wanted == name);
    let attributes: Map<_, _> = attributes
        .into_iter()
        .filter(|(name, _)| wanted(name))
        .map(|(name, value)| (name.to_owned(), Value::from(value)))
        .collect();
    Ok(json!({"Attributes": attributes}))
}
