//! What a function answered, as an HTTP response.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, SET_COOKIE};
use http::{HeaderName, HeaderValue, Response, StatusCode};
use http_body_util::Full;
use serde_json::{Map, Value};

use crate::template::scalar_text;

/// Reads an answer: the envelope of payload format 2.0, or else any JSON as the body of a 200. `None` when the
/// envelope makes no sense.
pub(super) fn read(payload: &Bytes) -> Option<Response<Full<Bytes>>> {
    let answer: Value = serde_json::from_slice(payload).ok()?;
    match answer.as_object().filter(|answer| answer.contains_key("statusCode")) {
        Some(envelope) => from_envelope(envelope),
        None => {
            let mut response = Response::new(Full::from(payload.clone()));
            let json = HeaderValue::from_static("application/json");
            response.headers_mut().insert(CONTENT_TYPE, json);
            Some(response)
        }
    }
}

fn from_envelope(envelope: &Map<String, Value>) -> Option<Response<Full<Bytes>>> {
    let status = scalar_text(envelope.get("statusCode")?)?.parse().ok()?;
    let body = match envelope.get("body") {
        None | Some(Value::Null) => Bytes::new(),
        Some(Value::String(text)) if envelope.get("isBase64Encoded") == Some(&Value::Bool(true)) => {
            STANDARD.decode(text).ok()?.into()
        }
        Some(Value::String(text)) => Bytes::from(text.clone()),
        Some(_) => return None,
    };
    let mut response = Response::new(Full::from(body));
    *response.status_mut() = StatusCode::from_u16(status).ok()?;
    for (name, value) in envelope.get("headers").and_then(Value::as_object).into_iter().flatten() {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        let value = HeaderValue::from_str(&scalar_text(value)?).ok()?;
        // The server sets the length itself.
        if name != http::header::CONTENT_LENGTH {
            response.headers_mut().insert(name, value);
        }
    }
    for cookie in envelope.get("cookies").and_then(Value::as_array).into_iter().flatten() {
        response.headers_mut().append(SET_COOKIE, HeaderValue::from_str(cookie.as_str()?).ok()?);
    }
    // API Gateway calls an answer without a type plain text.
    response
        .headers_mut()
        .entry(CONTENT_TYPE)
        .or_insert(HeaderValue::from_static("text/plain;charset=UTF-8"));
    Some(response)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt;
    use serde_json::json;

    fn read_value(answer: &Value) -> Option<Response<Full<Bytes>>> {
        read(&answer.to_string().into())
    }

    #[tokio::test]
    async fn an_envelope_sets_status_headers_cookies_and_a_binary_body() {
        let response =
            read_value(&json!({"statusCode": 201, "headers": {"content-type": "image/png", "etag": "\"1\""},
            "cookies": ["a=1", "b=2"], "body": "/9g=", "isBase64Encoded": true}))
            .unwrap();
        assert_eq!(response.status(), 201);
        assert_eq!(response.headers()["etag"], "\"1\"");
        assert_eq!(response.headers().get_all(SET_COOKIE).iter().count(), 2);
        assert_eq!(response.into_body().collect().await.unwrap().to_bytes().as_ref(), b"\xff\xd8");
    }

    #[tokio::test]
    async fn anything_else_is_the_body_of_a_200() {
        let response = read_value(&json!({"state": "ok"})).unwrap();
        assert_eq!(
            (response.status().as_u16(), &response.headers()[CONTENT_TYPE]),
            (200, &"application/json".parse().unwrap())
        );
        assert_eq!(response.into_body().collect().await.unwrap().to_bytes().as_ref(), b"{\"state\":\"ok\"}");
    }

    #[test]
    fn a_broken_envelope_is_no_answer() {
        assert!(read_value(&json!({"statusCode": "abc"})).is_none());
        assert!(read_value(&json!({"statusCode": 200, "body": {"not": "text"}})).is_none());
        assert!(read(&Bytes::from_static(b"{")).is_none());
    }
}
