//! Every answer that a test gets is held against the API document.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use http::{HeaderMap, Method, StatusCode};
use jsonschema::Validator;
use serde_json::{Value, json};

/// The document as it was reviewed.
static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../openapi.json")).expect("the document of the contract")
});
/// Validators by the schema's pointer in the document.
static VALIDATORS: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);

/// The document as it was reviewed.
pub fn document() -> &'static Value {
    &DOCUMENT
}

/// What was sent and what came back.
pub(crate) struct Exchange<'a> {
    pub(crate) method: &'a Method,
    pub(crate) path: &'a str,
    pub(crate) sent: &'a [u8],
    pub(crate) status: StatusCode,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
}

impl Exchange<'_> {
    /// Stops the test where the answer isn't one that the document describes, or where a request was
    /// accepted that it doesn't.
    pub(crate) fn assert_documented(&self) {
        // What leads to no operation is the gateway's, or object storage.
        let Some(path) = template_of(self.method, self.path) else { return };
        // So is what it says where a function died.
        if self.status.is_server_error() && GATEWAYS_OWN.contains(&self.body) {
            return;
        }
        let operation = format!("/paths/{}/{}", escaped(path), self.method.as_str().to_lowercase());
        let what = format!("{} {path} -> {}", self.method, self.status);
        let response = format!("{operation}/responses/{}", self.status.as_u16());
        let described = DOCUMENT.pointer(&response);
        let described = described.unwrap_or_else(|| panic!("{what}: a status that isn't documented"));
        assert!(self.headers.contains_key("x-request-id"), "{what}: no request id");
        match described["content"].as_object().filter(|content| !content.is_empty()) {
            None => assert!(self.body.is_empty(), "{what}: a body that isn't documented"),
            Some(content) => {
                let media_type = self.media_type();
                assert!(content.contains_key(media_type), "{what}: {media_type} isn't documented");
                if media_type.ends_with("json") {
                    let schema = format!("{response}/content/{}/schema", escaped(media_type));
                    assert_valid(&schema, self.body, &what);
                }
            }
        }
        let sent = format!("{operation}/requestBody/content/application~1json/schema");
        if self.status.is_success() && !self.sent.is_empty() && DOCUMENT.pointer(&sent).is_some() {
            assert_valid(&sent, self.sent, &format!("{what}, the body that was accepted"));
        }
    }

    fn media_type(&self) -> &str {
        let value = self.headers.get("content-type").and_then(|value| value.to_str().ok());
        value.unwrap_or_default().split(';').next().unwrap_or_default()
    }
}

/// What the gateway answers where a function gave no answer.
const GATEWAYS_OWN: [&[u8]; 2] =
    [br#"{"message":"Internal Server Error"}"#, br#"{"message":"Service Unavailable"}"#];

/// The operation's path that an address is of, if any.
fn template_of(method: &Method, path: &str) -> Option<&'static str> {
    let path = path.split('?').next().unwrap_or_default();
    let paths = DOCUMENT["paths"].as_object()?;
    let method = method.as_str().to_lowercase();
    let fits = |template: &&String| {
        let (given, wanted) = (path.split('/'), template.split('/'));
        let same = |(given, wanted): (&str, &str)| wanted.starts_with('{') || given == wanted;
        given.clone().count() == wanted.clone().count() && given.zip(wanted).all(same)
    };
    let found =
        paths.iter().filter(|(template, operations)| fits(template) && operations.get(&method).is_some());
    found.map(|(template, _)| template.as_str()).min_by_key(|template| template.matches('{').count())
}

fn assert_valid(pointer: &str, body: &[u8], what: &str) {
    let value: Value = serde_json::from_slice(body).unwrap_or_else(|error| panic!("{what}: {error}"));
    let errors: Vec<String> = validator(pointer)
        .iter_errors(&value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{what}: not as documented: {errors:#?}");
}

fn validator(pointer: &str) -> Arc<Validator> {
    let mut validators = VALIDATORS.lock().unwrap_or_else(PoisonError::into_inner);
    let known = validators.entry(pointer.to_owned()).or_insert_with(|| {
        let schema = DOCUMENT.pointer(pointer).expect("a schema of the document");
        let whole = json!({"components": DOCUMENT["components"], "allOf": [schema]});
        Arc::new(jsonschema::options().should_validate_formats(true).build(&whole).expect("a schema"))
    });
    Arc::clone(known)
}

/// A part of a JSON pointer.
fn escaped(part: &str) -> String {
    part.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchange(sent: &Value, status: u16, body: &Value) {
        let mut headers = HeaderMap::new();
        headers.insert("content-type", "application/json; charset=utf-8".parse().expect("a value"));
        headers.insert("x-request-id", "1".parse().expect("a value"));
        let (sent, body) = (sent.to_string(), body.to_string());
        let exchange = Exchange {
            method: &Method::POST,
            path: "/v1/households/530627101203-1/feedback",
            sent: sent.as_bytes(),
            status: StatusCode::from_u16(status).expect("a status"),
            headers: &headers,
            body: body.as_bytes(),
        };
        exchange.assert_documented();
    }

    fn documented() -> (Value, Value) {
        let operation = &document()["paths"]["/v1/households/{id}/feedback"]["post"];
        let content = "application/json";
        let sent = operation["requestBody"]["content"][content]["example"].clone();
        (sent, operation["responses"]["201"]["content"][content]["example"].clone())
    }

    #[test]
    fn what_the_document_describes_is_let_pass() {
        let (sent, body) = documented();
        exchange(&sent, 201, &body);
    }

    #[test]
    #[should_panic(expected = "a status that isn't documented")]
    fn another_status_is_not() {
        let (sent, body) = documented();
        exchange(&sent, 200, &body);
    }

    #[test]
    #[should_panic(expected = "not as documented")]
    fn an_answer_without_a_required_field_is_not() {
        let (sent, mut body) = documented();
        body.as_object_mut().expect("an object").remove("content");
        exchange(&sent, 201, &body);
    }

    #[test]
    #[should_panic(expected = "the body that was accepted")]
    fn a_body_that_should_have_been_refused_is_not() {
        let (mut sent, body) = documented();
        sent["extra"] = 1.into();
        exchange(&sent, 201, &body);
    }
}
