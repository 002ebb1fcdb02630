//! The event of payload format 2.0.

use std::net::SocketAddr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::HeaderMap;
use http::header::{CONTENT_TYPE, COOKIE, HOST, USER_AGENT};
use http::request::Parts;
use rand::RngExt;
use serde_json::{Map, Value, json};

use super::routes::{Match, decode};
use crate::template::Cloud;

/// An id of the shape API Gateway gives.
pub(super) fn request_id() -> String {
    let bytes: [u8; 11] = rand::rng().random();
    STANDARD.encode(bytes)
}

pub(super) fn build(
    parts: &Parts,
    body: &Bytes,
    found: &Match<'_>,
    client: SocketAddr,
    request_id: &str,
) -> Value {
    let now = jiff::Timestamp::now();
    let host = header(&parts.headers, HOST);
    let query = parts.uri.query().unwrap_or_default();
    let mut event = json!({
        "version": "2.0",
        "routeKey": found.route.key,
        "rawPath": decode(parts.uri.path()),
        "rawQueryString": query,
        "headers": headers(parts, host, client, body.len()),
        "requestContext": {
            "accountId": Cloud::ACCOUNT,
            "apiId": Cloud::STACK_NAME,
            "domainName": host,
            "domainPrefix": host.split(['.', ':']).next(),
            "http": {
                "method": parts.method.as_str(),
                "path": decode(parts.uri.path()),
                "protocol": "HTTP/1.1",
                "sourceIp": client.ip().to_string(),
                "userAgent": header(&parts.headers, USER_AGENT),
            },
            "requestId": request_id,
            "routeKey": found.route.key,
            "stage": "$default",
            "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string(),
            "timeEpoch": now.as_millisecond(),
        },
        "isBase64Encoded": false,
    });
    let cookies = cookies(&parts.headers);
    if !cookies.is_empty() {
        event["cookies"] = json!(cookies);
    }
    if !query.is_empty() {
        event["queryStringParameters"] = query_parameters(query).into();
    }
    if !found.parameters.is_empty() {
        event["pathParameters"] = json!(found.parameters);
    }
    if !body.is_empty() {
        let text = std::str::from_utf8(body).ok().filter(|_| is_text(&parts.headers));
        event["isBase64Encoded"] = text.is_none().into();
        event["body"] = text.map_or_else(|| STANDARD.encode(body), str::to_owned).into();
    }
    event
}

/// The value of a header, empty where it is missing or not text.
fn header(headers: &HeaderMap, name: http::HeaderName) -> &str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Names in lower case, repeated ones joined by a comma, cookies apart; with what the gateway adds.
fn headers(parts: &Parts, host: &str, client: SocketAddr, length: usize) -> Map<String, Value> {
    let mut joined = Map::new();
    for name in parts.headers.keys().filter(|name| **name != COOKIE) {
        let values: Vec<_> = parts
            .headers
            .get_all(name)
            .iter()
            .map(|value| String::from_utf8_lossy(value.as_bytes()))
            .collect();
        joined.insert(name.as_str().to_owned(), values.join(",").into());
    }
    let forwarded = match joined.get("x-forwarded-for").and_then(Value::as_str) {
        Some(earlier) => format!("{earlier}, {}", client.ip()),
        None => client.ip().to_string(),
    };
    joined.insert("x-forwarded-for".into(), forwarded.into());
    joined.insert("x-forwarded-proto".into(), "http".into());
    joined.insert("x-forwarded-port".into(), host.rsplit_once(':').map_or("80", |(_, port)| port).into());
    joined.insert("content-length".into(), length.to_string().into());
    joined
}

fn cookies(headers: &HeaderMap) -> Vec<&str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';').map(str::trim))
        .filter(|cookie| !cookie.is_empty())
        .collect()
}

fn query_parameters(query: &str) -> Map<String, Value> {
    let mut parameters: Map<String, Value> = Map::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = decode(&value.replace('+', " "));
        parameters
            .entry(decode(&name.replace('+', " ")))
            .and_modify(|earlier| {
                *earlier = format!("{},{value}", earlier.as_str().unwrap_or_default()).into()
            })
            .or_insert_with(|| value.clone().into());
    }
    parameters
}

/// The types that API Gateway passes on as they are; all others come in base64.
fn is_text(headers: &HeaderMap) -> bool {
    let content_type =
        header(headers, CONTENT_TYPE).split(';').next().unwrap_or_default().trim().to_lowercase();
    content_type.starts_with("text/")
        || content_type.ends_with("+json")
        || ["application/json", "application/javascript", "application/xml"].contains(&content_type.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http_api::routes::Routes;
    use crate::plan::RoutePlan;
    use http::Request;
    use std::time::Duration;

    fn event(request: http::request::Builder, body: &[u8]) -> Value {
        let routes = Routes::new(&[RoutePlan {
            method: None,
            path: Some("/v1/things/{id}".into()),
            function: "f".into(),
            timeout: Duration::from_secs(30),
        }]);
        let (parts, ()) = request.body(()).unwrap().into_parts();
        let found = routes.find(&parts.method, parts.uri.path()).unwrap();
        build(&parts, &Bytes::copy_from_slice(body), &found, "192.0.2.7:5000".parse().unwrap(), "id=")
    }

    #[test]
    fn the_event_has_the_shape_of_payload_format_2() {
        let request = Request::put("/v1/things/a%20b?x=1&x=2&y=%E5%AE%89+z&flag")
            .header("Host", "127.0.0.1:8080")
            .header("X-Twice", "1")
            .header("X-Twice", "2")
            .header("Cookie", "a=1; b=2")
            .header("Content-Type", "application/json; charset=utf-8")
            .header("User-Agent", "test");
        let event = event(request, b"{}");
        assert_eq!(event["version"], "2.0");
        assert_eq!(event["routeKey"], "ANY /v1/things/{id}");
        assert_eq!(event["rawPath"], "/v1/things/a b");
        assert_eq!(event["rawQueryString"], "x=1&x=2&y=%E5%AE%89+z&flag");
        assert_eq!(event["queryStringParameters"], json!({"x": "1,2", "y": "安 z", "flag": ""}));
        assert_eq!(event["pathParameters"], json!({"id": "a b"}));
        assert_eq!(event["cookies"], json!(["a=1", "b=2"]));
        assert_eq!(event["headers"]["x-twice"], "1,2");
        assert_eq!(event["headers"]["x-forwarded-for"], "192.0.2.7");
        assert_eq!(event["headers"]["x-forwarded-port"], "8080");
        assert!(event["headers"].get("cookie").is_none());
        assert_eq!(event["requestContext"]["domainName"], "127.0.0.1:8080");
        assert_eq!(event["requestContext"]["http"]["method"], "PUT");
        assert_eq!(event["requestContext"]["http"]["sourceIp"], "192.0.2.7");
        assert_eq!(event["requestContext"]["stage"], "$default");
        assert_eq!((event["body"].as_str(), event["isBase64Encoded"].as_bool()), (Some("{}"), Some(false)));
    }

    #[test]
    fn what_is_not_text_comes_in_base64() {
        let image = Request::post("/v1/things/1").header("Content-Type", "image/jpeg");
        assert_eq!(event(image, b"\xff\xd8")["body"], "/9g=");
        let form = Request::post("/v1/things/1").header("Content-Type", "application/x-www-form-urlencoded");
        assert_eq!(event(form, b"a=b")["isBase64Encoded"], true);
        let broken = Request::post("/v1/things/1").header("Content-Type", "application/json");
        assert_eq!(event(broken, b"\xff")["isBase64Encoded"], true);
        assert!(event(Request::get("/v1/things/1"), b"").get("body").is_none());
    }
}
