//! A client of the HTTP API, as thin as a phone's, for commands.

pub mod files;

use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST, IF_MATCH};
use http::{HeaderName, HeaderValue, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde::Deserialize;
use serde_json::Value;

/// Longer than the API's own limit of 30 seconds: what has not answered by then never will.
const LONGEST: Duration = Duration::from_secs(35);

/// Why a request didn't give what it was to give. Both parts are the same for all failures of a kind, so that
/// they can be counted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{} {code}", status.map_or_else(|| "no answer:".to_owned(), |status| status.to_string()))]
pub struct Failure {
    /// The answer's status; none where nothing came back.
    pub status: Option<u16>,
    /// The problem's code, or what there was instead of an answer.
    pub code: String,
}

impl Failure {
    pub(crate) fn unanswered(code: &str) -> Self {
        Failure { status: None, code: code.to_owned() }
    }

    /// An answer that doesn't hold what it should.
    pub fn unreadable(status: StatusCode) -> Self {
        Failure { status: Some(status.as_u16()), code: "unreadable".to_owned() }
    }

    /// Whether a phone would send the same again: nothing came back, or "later".
    pub fn is_worth_a_retry(&self) -> bool {
        self.status.is_none_or(|status| status == 429 || status >= 500)
    }
}

type HttpClient = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

/// Speaks HTTP and HTTPS, with the machine's certificates.
fn connector() -> std::io::Result<HttpsConnector<HttpConnector>> {
    let mut plain = HttpConnector::new();
    plain.enforce_http(false);
    plain.set_nodelay(true);
    let builder = HttpsConnectorBuilder::new().with_native_roots()?.https_or_http();
    Ok(builder.enable_http1().wrap_connector(plain))
}

/// Somebody who calls the API: nobody in particular, or a signed-in account.
#[derive(Debug, Clone)]
pub struct Api {
    client: HttpClient,
    address: String,
    token: Option<HeaderValue>,
}

impl Api {
    /// Nobody in particular, calling what answers at `address` (`https://host` or `http://host:port`).
    ///
    /// # Errors
    /// When the machine's certificates can't be read.
    pub fn at(address: &str) -> std::io::Result<Self> {
        let client = Client::builder(TokioExecutor::new()).build(connector()?);
        Ok(Api { client, address: address.trim_end_matches('/').to_owned(), token: None })
    }

    /// The same with an access token.
    ///
    /// # Errors
    /// Where the token can't stand in a header.
    pub fn with_token(&self, token: &str) -> Result<Self, Failure> {
        let token =
            HeaderValue::try_from(format!("Bearer {token}")).map_err(|_| Failure::unanswered("token"))?;
        Ok(Api { token: Some(token), ..self.clone() })
    }

    /// `GET`.
    pub fn get(&self, path: &str) -> Call {
        self.call(Method::GET, path, Bytes::new())
    }

    /// `PUT` of JSON.
    pub fn put(&self, path: &str, body: &Value) -> Call {
        self.call(Method::PUT, path, body.to_string().into()).header(CONTENT_TYPE, "application/json")
    }

    /// `POST` of JSON.
    pub fn post(&self, path: &str, body: &Value) -> Call {
        self.call(Method::POST, path, body.to_string().into()).header(CONTENT_TYPE, "application/json")
    }

    /// `POST` of nothing.
    pub fn post_nothing(&self, path: &str) -> Call {
        self.call(Method::POST, path, Bytes::new())
    }

    fn call(&self, method: Method, path: &str, body: Bytes) -> Call {
        let mut request = Request::new(Full::from(body));
        *request.method_mut() = method;
        let uri = format!("{}{path}", self.address).parse();
        let mut call = Call { client: self.client.clone(), request, is_valid: uri.is_ok() };
        *call.request.uri_mut() = uri.unwrap_or_default();
        if let Some(token) = &self.token {
            call.request.headers_mut().insert(AUTHORIZATION, token.clone());
        }
        call
    }

    /// Sends a file by a signed request.
    ///
    /// # Errors
    /// As [`Call::send`].
    pub async fn upload(&self, upload: &Upload, file: Bytes) -> Result<Reply, Failure> {
        let mut request = Request::new(Full::from(file));
        let invalid = || Failure::unanswered("signed request");
        *request.method_mut() = upload.method.parse().map_err(|_| invalid())?;
        *request.uri_mut() = upload.url.parse().map_err(|_| invalid())?;
        for (name, value) in &upload.headers {
            let name: HeaderName = name.parse().map_err(|_| invalid())?;
            // What every HTTP client sets by itself, after what it really sends.
            if name != HOST && name != CONTENT_LENGTH {
                request.headers_mut().insert(name, value.parse().map_err(|_| invalid())?);
            }
        }
        Call { client: self.client.clone(), request, is_valid: true }.send(StatusCode::OK).await
    }
}

/// A signed request, as the API gives it.
#[derive(Debug, Clone, Deserialize)]
pub struct Upload {
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) headers: std::collections::BTreeMap<String, String>,
}

/// A call before it is sent.
#[derive(Debug, Clone)]
#[must_use = "a call that isn't sent does nothing"]
pub struct Call {
    client: HttpClient,
    request: Request<Full<Bytes>>,
    is_valid: bool,
}

impl Call {
    /// With a header.
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        match HeaderValue::try_from(value) {
            Ok(value) => drop(self.request.headers_mut().insert(name, value)),
            Err(_) => self.is_valid = false,
        }
        self
    }

    /// With `If-Match: "<version>"`.
    pub fn if_match(self, version: u64) -> Self {
        self.header(IF_MATCH, &format!("\"{version}\""))
    }

    /// With `Idempotency-Key`: may be sent again without happening twice.
    pub fn once(self, key: &str) -> Self {
        self.header(HeaderName::from_static("idempotency-key"), key)
    }

    /// Sends it.
    ///
    /// # Errors
    /// When nothing comes back, or another status than `expected`.
    pub async fn send(self, expected: StatusCode) -> Result<Reply, Failure> {
        if !self.is_valid {
            return Err(Failure::unanswered("invalid request"));
        }
        let exchange = async {
            let response = self.client.request(self.request).await.map_err(|_| "connection")?;
            let status = response.status();
            let body = response.into_body().collect().await.map_err(|_| "broken off")?.to_bytes();
            Ok::<_, &str>(Reply { status, body })
        };
        let reply = tokio::time::timeout(LONGEST, exchange).await.unwrap_or(Err("timeout"));
        let reply = reply.map_err(Failure::unanswered)?;
        if reply.status == expected { Ok(reply) } else { Err(reply.failure()) }
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    status: StatusCode,
    body: Bytes,
}

impl Reply {
    /// Its body as it came.
    pub fn bytes(&self) -> &Bytes {
        &self.body
    }

    /// Its body.
    ///
    /// # Errors
    /// When it is not JSON of that form.
    pub fn read<'a, T: Deserialize<'a>>(&'a self) -> Result<T, Failure> {
        serde_json::from_slice(&self.body).map_err(|_| Failure::unreadable(self.status))
    }

    /// A problem counts by its code, a form's by what is wrong with which field.
    fn failure(&self) -> Failure {
        #[derive(Deserialize)]
        struct Problem {
            code: String,
            #[serde(default)]
            errors: Vec<Broken>,
        }
        #[derive(Deserialize)]
        struct Broken {
            pointer: String,
            code: String,
        }
        let code = match serde_json::from_slice::<Problem>(&self.body) {
            Err(_) => "no problem document".to_owned(),
            Ok(problem) => match problem.errors.first() {
                Some(broken) => format!("{} ({} {})", problem.code, broken.pointer, broken.code),
                None => problem.code,
            },
        };
        Failure { status: Some(self.status.as_u16()), code }
    }
}
