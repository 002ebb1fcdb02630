//! A client of the HTTP API, as thin as a phone's.

use std::fmt::Display;

use anju_register::demo::INITIAL_PASSWORD;
use bytes::Bytes;
use http::header::{ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_TYPE, IF_MATCH};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client as HyperClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};

use crate::contract::Exchange;

/// The password that [`Client::first_sign_in`] chooses.
pub const PASSWORD: &str = "Wire-Test-7!x";

/// Why there is no answer: the stack is gone.
pub type NoAnswer = Box<dyn std::error::Error + Send + Sync>;

/// Somebody who calls the API: nobody in particular, or a signed-in account.
#[derive(Debug, Clone)]
pub struct Client {
    http: HyperClient<HttpConnector, Full<Bytes>>,
    address: String,
    token: Option<String>,
}

impl Client {
    /// Nobody in particular, calling the stack at `address` (`http://host:port`).
    pub fn of(address: &str) -> Self {
        let http = HyperClient::builder(TokioExecutor::new()).build_http();
        Client { http, address: address.to_owned(), token: None }
    }

    /// The same with an access token.
    pub fn with_token(&self, token: &str) -> Self {
        Client { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The access token.
    pub fn token(&self) -> &str {
        self.token.as_deref().expect("somebody who is signed in")
    }

    /// The same caller at another address: the stack was started again.
    pub fn at(&self, address: &str) -> Self {
        Client { token: self.token.clone(), ..Client::of(address) }
    }

    /// A call of `path`, or of a whole address.
    pub fn call(&self, method: Method, path: &str) -> Call<'_> {
        let address = if path.starts_with('/') { format!("{}{path}", self.address) } else { path.to_owned() };
        let mut headers = HeaderMap::new();
        if let Some(token) = &self.token {
            headers.insert(AUTHORIZATION, format!("Bearer {token}").parse().expect("a header value"));
        }
        Call { client: self, method, address, headers, body: Bytes::new() }
    }

    /// `GET`.
    pub fn get(&self, path: &str) -> Call<'_> {
        self.call(Method::GET, path)
    }

    /// `DELETE`.
    pub fn delete(&self, path: &str) -> Call<'_> {
        self.call(Method::DELETE, path)
    }

    /// `PUT` of JSON.
    pub fn put(&self, path: &str, body: &Value) -> Call<'_> {
        self.call(Method::PUT, path).json(body)
    }

    /// `POST` of JSON.
    pub fn post(&self, path: &str, body: &Value) -> Call<'_> {
        self.call(Method::POST, path).json(body)
    }

    /// Saves a verification as a draft; the version is still to be named.
    pub fn save(&self, household: impl Display, form: &Value) -> Call<'_> {
        self.put(&format!("/v1/households/{household}/verification"), form)
    }

    /// Completes a verification; the version is still to be named.
    pub fn complete(&self, household: impl Display, form: &Value) -> Call<'_> {
        self.post(&format!("/v1/households/{household}/verification/complete"), form)
    }

    /// A household's record.
    pub async fn record(&self, household: impl Display) -> Value {
        self.get(&format!("/v1/households/{household}")).send().await.expect(StatusCode::OK).json()
    }

    /// A region's statistics.
    pub async fn statistics(&self, region: impl Display) -> Value {
        self.get(&format!("/v1/regions/{region}/statistics")).send().await.expect(StatusCode::OK).json()
    }

    /// Asks for a session.
    pub async fn session(&self, account: &str, password: &str) -> Answer {
        self.post("/v1/sessions", &json!({"account": account, "password": password})).send().await
    }

    /// Signs in.
    pub async fn sign_in(&self, account: &str, password: &str) -> Client {
        let session = self.session(account, password).await.expect(StatusCode::CREATED).json();
        self.with_token(session["access_token"].as_str().expect("an access token"))
    }

    /// Signs in for the first time: with the initial password, a profile and [`PASSWORD`].
    pub async fn first_sign_in(&self, account: &str) -> Client {
        let client = self.sign_in(account, INITIAL_PASSWORD).await;
        client.put("/v1/me", &crate::forms::profile()).send().await.expect(StatusCode::OK);
        let passwords = json!({"old_password": INITIAL_PASSWORD, "new_password": PASSWORD});
        client.put("/v1/me/password", &passwords).send().await.expect(StatusCode::OK);
        client
    }
}

/// A call before it is sent.
#[derive(Debug, Clone)]
#[must_use = "a call that isn't sent does nothing"]
pub struct Call<'a> {
    client: &'a Client,
    method: Method,
    address: String,
    headers: HeaderMap,
    body: Bytes,
}

impl Call<'_> {
    /// With a header; it replaces one of the same name.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name: HeaderName = name.parse().expect("a header name");
        self.headers.insert(name, HeaderValue::from_str(value).expect("a header value"));
        self
    }

    /// Without a header.
    pub fn without(mut self, name: &str) -> Self {
        self.headers.remove(name);
        self
    }

    /// With `If-Match: "<version>"`.
    pub fn if_match(self, version: u64) -> Self {
        self.header(IF_MATCH.as_str(), &format!("\"{version}\""))
    }

    /// With `Idempotency-Key`.
    pub fn once(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    /// With `Accept-Language`.
    pub fn in_language(self, language: &str) -> Self {
        self.header(ACCEPT_LANGUAGE.as_str(), language)
    }

    /// With a JSON body.
    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    /// With a body of any type.
    pub fn body(self, content_type: &str, body: impl Into<Bytes>) -> Self {
        let body = body.into();
        Call { body, ..self.header(CONTENT_TYPE.as_str(), content_type) }
    }

    /// Sends it to a stack that is there.
    pub async fn send(self) -> Answer {
        let what = format!("{} {}", self.method, self.address);
        self.try_send().await.unwrap_or_else(|error| panic!("{what} got no answer: {error}"))
    }

    /// Sends it to a stack that may go away.
    pub async fn try_send(self) -> Result<Answer, NoAnswer> {
        let call = format!("{} {}", self.method, self.address);
        let (method, sent) = (self.method.clone(), self.body.clone());
        let mut request =
            Request::builder().method(self.method).uri(&self.address).body(Full::new(self.body))?;
        *request.headers_mut() = self.headers;
        let path = request.uri().path().to_owned();
        let (parts, body) = self.client.http.request(request).await?.into_parts();
        let body = body.collect().await?.to_bytes();
        let exchange = Exchange {
            method: &method,
            path: &path,
            sent: &sent,
            status: parts.status,
            headers: &parts.headers,
            body: &body,
        };
        exchange.assert_documented();
        Ok(Answer { call, status: parts.status, headers: parts.headers, body })
    }
}

/// An answer of the API.
#[derive(Debug, Clone)]
pub struct Answer {
    call: String,
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Bytes,
}

impl Answer {
    /// The same answer, if it has this status.
    #[track_caller]
    pub fn expect(self, status: StatusCode) -> Self {
        assert_eq!(self.status, status, "{}: {}", self.call, self.text());
        self
    }

    /// The same answer, if it is a problem of this status and code in the form of RFC 9457.
    #[track_caller]
    pub fn expect_problem(self, status: StatusCode, code: &str) -> Self {
        let answer = self.expect(status);
        assert_eq!(answer.header("content-type"), "application/problem+json", "{}", answer.call);
        let problem = answer.json();
        assert_eq!(problem["code"], code, "{}: {problem}", answer.call);
        assert_eq!(problem["status"], status.as_u16(), "{}", answer.call);
        let instance = format!("urn:request:{}", answer.header("x-request-id"));
        assert_eq!(problem["instance"], instance.as_str(), "{}", answer.call);
        for text in ["title", "detail"] {
            assert!(problem[text].as_str().is_some_and(|text| !text.is_empty()), "{}: {text}", answer.call);
        }
        answer
    }

    /// The pointers and codes that a 422 `invalid` lists, in order of the pointers.
    #[track_caller]
    pub fn broken_rules(self) -> Vec<(String, String)> {
        let problem = self.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid").json();
        let errors = problem["errors"].as_array().expect("a list of errors");
        let text = |error: &Value, name: &str| error[name].as_str().expect("a text").to_owned();
        let mut rules: Vec<_> =
            errors.iter().map(|error| (text(error, "pointer"), text(error, "code"))).collect();
        rules.sort();
        rules
    }

    /// A header that must be there.
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).unwrap_or_else(|| panic!("{}: no {name}", self.call));
        value.to_str().expect("a header in ASCII")
    }

    /// The JSON body.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{}: {error}: {}", self.call, self.text()))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}
