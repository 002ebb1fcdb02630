//! The refusals of each service, as the service itself words them.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use http_body_util::Full;
use serde_json::{Value, json};

use super::kinds::Service;

/// What the service answers when it is asked too often. DynamoDB cancels transactions for it.
pub(super) fn throttled(service: Service, headers: &HeaderMap, body: &Bytes) -> Response<Full<Bytes>> {
    match service {
        Service::S3 => xml(StatusCode::SERVICE_UNAVAILABLE, "SlowDown", "Please reduce your request rate."),
        Service::Sqs => {
            let error =
                json!({"__type": "com.amazonaws.sqs#RequestThrottled", "message": "Too many requests."});
            answer(StatusCode::BAD_REQUEST, &error)
        }
        Service::DynamoDb if is_transaction(headers) => answer(StatusCode::BAD_REQUEST, &cancelled(body)),
        Service::DynamoDb => {
            let name = ["ProvisionedThroughputExceededException", "ThrottlingException"][body.len() % 2];
            let name = format!("com.amazonaws.dynamodb.v20120810#{name}");
            answer(
                StatusCode::BAD_REQUEST,
                &json!({"__type": name, "message": "Rate of requests exceeds it."}),
            )
        }
    }
}

/// What the service answers when it fails itself.
pub(super) fn server_error(service: Service) -> Response<Full<Bytes>> {
    let name = match service {
        Service::S3 => {
            return xml(StatusCode::INTERNAL_SERVER_ERROR, "InternalError", "Please try again.");
        }
        Service::Sqs => "com.amazonaws.sqs#InternalError",
        Service::DynamoDb => "com.amazonaws.dynamodb.v20120810#InternalServerError",
    };
    answer(StatusCode::INTERNAL_SERVER_ERROR, &json!({"__type": name, "message": "Please try again."}))
}

fn is_transaction(headers: &HeaderMap) -> bool {
    let target = headers.get("x-amz-target").map(HeaderValue::as_bytes);
    target.is_some_and(|target| target.ends_with(b".TransactWriteItems"))
}

/// A reason for each item of the transaction, in their order; the first is the one that was throttled.
fn cancelled(body: &Bytes) -> Value {
    let request: Value = serde_json::from_slice(body).unwrap_or_default();
    let items = request.get("TransactItems").and_then(Value::as_array).map_or(1, Vec::len);
    let mut reasons = vec![json!({"Code": "None"}); items.max(1)];
    reasons[0] = json!({"Code": "ThrottlingError", "Message": "Throughput exceeds the current capacity."});
    let codes: Vec<&str> = reasons.iter().filter_map(|reason| reason["Code"].as_str()).collect();
    let message = "Transaction cancelled, please refer cancellation reasons for specific reasons";
    json!({
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "Message": format!("{message} [{}]", codes.join(", ")),
        "CancellationReasons": reasons,
    })
}

fn answer(status: StatusCode, body: &Value) -> Response<Full<Bytes>> {
    respond(status, "application/x-amz-json-1.0", body.to_string())
}

fn xml(status: StatusCode, code: &str, message: &str) -> Response<Full<Bytes>> {
    let body = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code><Message>{message}</Message></Error>"#
    );
    respond(status, "application/xml", body)
}

fn respond(status: StatusCode, kind: &'static str, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(http::header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_throttled_transaction_is_cancelled_with_a_reason_for_each_item() {
        let error = cancelled(&Bytes::from_static(br#"{"TransactItems": [{}, {}, {}]}"#));
        let codes: Vec<_> =
            error["CancellationReasons"].as_array().unwrap().iter().map(|it| &it["Code"]).collect();
        assert_eq!(codes, ["ThrottlingError", "None", "None"]);
    }
}
