//! What the two listeners answer: the public one as API Gateway and S3, the internal one as all other services.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

use crate::aws_json::{AwsError, respond};
use crate::http_api::HttpApi;
use crate::lambda::{Host, PATH_PREFIX, RuntimeApi, invoked_function};
use crate::ledger::{Backlog, Ledger, asked_by};
use crate::s3::S3;
use crate::secrets;
use crate::server::{Answer, Handler, boxed};
use crate::sqs::{self, Queues};
use crate::state::State;
use crate::web::Web;

/// HTTP API and S3 on one port, so that presigned URLs work wherever the API does: a path that begins with a
/// bucket's name is S3's. Files of the web client come first, as a CDN's would.
pub(crate) struct Public {
    pub(crate) api: HttpApi,
    pub(crate) s3: S3,
    pub(crate) web: Web,
    pub(crate) ledger: Option<Ledger>,
}

impl Handler for Public {
    async fn handle(&self, request: Request<Incoming>, client: SocketAddr) -> Answer {
        let asked = request.uri().path();
        if let Some(file) = self.web.answer(request.method(), asked, request.headers()).await {
            boxed(file)
        } else if self.s3.owns(asked) {
            if let Some(ledger) = &self.ledger {
                ledger.object_request(request.headers(), request.method());
            }
            boxed(self.s3.handle(request).await)
        } else {
            boxed(self.api.handle(request, client).await)
        }
    }
}

/// DynamoDB, SQS, Secrets Manager, Lambda's Invoke and its Runtime API. Signatures aren't checked: the port is open to
/// this machine only, and clients sign with keys that everybody knows.
pub(crate) struct Internal {
    pub(crate) queues: Arc<Queues>,
    pub(crate) state: Arc<State>,
    pub(crate) runtime_api: Arc<RuntimeApi>,
    pub(crate) host: Arc<Host>,
    /// `http://host:port` of this listener, which queue URLs begin with.
    pub(crate) endpoint: String,
    pub(crate) dynamodb: DynamoDb,
    pub(crate) backlog: Option<Backlog>,
}

impl Handler for Internal {
    async fn handle(&self, request: Request<Incoming>, _client: SocketAddr) -> Answer {
        let (parts, body) = request.into_parts();
        let Ok(body) = body.collect().await.map(http_body_util::Collected::to_bytes) else {
            return boxed(not_found());
        };
        if let Some(path) = parts.uri.path().strip_prefix(PATH_PREFIX) {
            return boxed(self.runtime_api.handle(&parts.method, path, body).await);
        }
        if let Some(function) = invoked_function(&parts.method, parts.uri.path()) {
            return boxed(self.host.answer_invoke(function, body).await);
        }
        if let Some(backlog) = self.backlog.as_ref().filter(|_| parts.uri.path() == LEDGER_PATH) {
            return boxed(show_ledger(backlog, &parts.method));
        }
        let target = parts.headers.get("x-amz-target").and_then(|target| target.to_str().ok());
        let target = target.and_then(|target| target.split_once('.'));
        if let (Some(backlog), Some((service, operation))) = (&self.backlog, target) {
            match service {
                "DynamoDB_20120810" => {
                    let headers = parts.headers.clone();
                    return self.dynamodb.forward_counted(&backlog.ledger, operation, headers, body).await;
                }
                _ => backlog.ledger.request(asked_by(&parts.headers), service, operation),
            }
        }
        match target {
            Some(("AmazonSQS", operation)) => boxed(respond(self.sqs(operation, &body).await, "1.0")),
            Some(("secretsmanager", operation)) => boxed(respond(self.secrets(operation, &body), "1.1")),
            Some(("DynamoDB_20120810" | "DynamoDBStreams_20120810", _)) => {
                self.dynamodb.forward(parts.headers.clone(), body).await.map_or_else(boxed, boxed)
            }
            _ => boxed(not_found()),
        }
    }
}

impl Internal {
    async fn sqs(&self, operation: &str, body: &Bytes) -> Result<Value, AwsError> {
        sqs::handle(&self.queues, &self.endpoint, operation, parse(body)?).await
    }

    fn secrets(&self, operation: &str, body: &Bytes) -> Result<Value, AwsError> {
        secrets::handle(&self.state, operation, &parse(body)?)
    }
}

fn parse(body: &Bytes) -> Result<Value, AwsError> {
    serde_json::from_slice(body)
        .map_err(|error| AwsError::client("SerializationException", error.to_string()))
}

/// The database's own server, for those who know the internal listener only.
pub(crate) struct DynamoDb {
    client: Client<HttpConnector, Full<Bytes>>,
    uri: Uri,
}

impl DynamoDb {
    pub(crate) fn new(uri: Uri) -> Self {
        Self { client: Client::builder(TokioExecutor::new()).build_http(), uri }
    }

    async fn forward(
        &self,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<Response<Incoming>, Response<Full<Bytes>>> {
        let mut request = Request::post(self.uri.clone()).body(Full::from(body)).unwrap_or_default();
        *request.headers_mut() = headers;
        self.client.request(request).await.map_err(|error| respond(Err(AwsError::internal(error)), "1.0"))
    }

    /// The same, with what it consumed in the ledger.
    async fn forward_counted(
        &self,
        ledger: &Ledger,
        operation: &str,
        mut headers: HeaderMap,
        body: Bytes,
    ) -> Answer {
        let function = asked_by(&headers).to_owned();
        headers.remove(http::header::CONTENT_LENGTH);
        let response = match self.forward(headers, Ledger::reporting(&body)).await {
            Ok(response) => response,
            Err(answer) => return boxed(answer),
        };
        let (mut parts, body) = response.into_parts();
        let Ok(body) = body.collect().await.map(http_body_util::Collected::to_bytes) else {
            return boxed(not_found());
        };
        ledger.database_request(&function, operation, &body);
        parts.headers.remove(http::header::CONTENT_LENGTH);
        boxed(Response::from_parts(parts, Full::from(body)))
    }
}

/// Where the ledger is read and, by `DELETE`, started again.
const LEDGER_PATH: &str = "/ledger";

fn show_ledger(backlog: &Backlog, method: &Method) -> Response<Full<Bytes>> {
    if method == Method::DELETE {
        backlog.ledger.clear();
    }
    let shown = backlog.shown().map_err(AwsError::internal);
    respond(shown.and_then(|shown| serde_json::to_value(shown).map_err(AwsError::internal)), "1.0")
}

fn not_found() -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from("no such service"));
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}
