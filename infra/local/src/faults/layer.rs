//! The layer itself: passes requests on, or doesn't.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::answers;
use super::kinds::{Kind, Service, Shares};

/// How long a delayed request is held up, in milliseconds.
const DELAYS: std::ops::RangeInclusive<u64> = 20..=600;

/// The addresses of the services behind the layer.
#[derive(Debug)]
pub(crate) struct Services(BTreeMap<Service, String>);

impl Services {
    /// `http://host:port` of each.
    pub(crate) fn new(s3: &str, sqs: &str, dynamodb: &str) -> Self {
        let services = [(Service::S3, s3), (Service::Sqs, sqs), (Service::DynamoDb, dynamodb)];
        Services(services.into_iter().map(|(service, address)| (service, address.to_owned())).collect())
    }
}

/// The layer.
pub(crate) struct Faults {
    seed: u64,
    address: String,
    services: Services,
    client: Client<HttpConnector, Full<Bytes>>,
    state: Mutex<State>,
    deaths: watch::Sender<u64>,
}

struct State {
    random: StdRng,
    shares: Shares,
    requests: u64,
    hits: BTreeMap<(Service, Kind), u64>,
}

/// The connection is to end without an answer.
#[derive(Debug, thiserror::Error)]
#[error("dropped")]
struct Dropped;

impl Faults {
    /// Serves at the listener until the process ends.
    pub(crate) fn serve(seed: u64, listener: TcpListener, address: String, services: Services) -> Arc<Self> {
        let random = StdRng::seed_from_u64(seed);
        let state = State { random, shares: Shares::default(), requests: 0, hits: BTreeMap::new() };
        let faults = Arc::new(Faults {
            seed,
            address,
            services,
            client: Client::builder(TokioExecutor::new()).build_http(),
            state: Mutex::new(state),
            deaths: watch::Sender::new(0),
        });
        tokio::spawn(accept(listener, Arc::clone(&faults)));
        faults
    }

    /// `http://host:port` of the layer.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// The variables by which functions reach the services through the layer. With an even seed the SDK tries
    /// nothing again by itself, so that every fault meets the functions' own code.
    pub(crate) fn variables(&self, direct: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        let mut variables = direct.clone();
        for service in ["DYNAMODB", "S3", "SQS"] {
            variables.insert(format!("AWS_ENDPOINT_URL_{service}"), self.address.clone());
        }
        if self.seed.is_multiple_of(2) {
            variables.insert("AWS_MAX_ATTEMPTS".to_owned(), "1".to_owned());
        }
        variables
    }

    /// Changes each time the pollers are to end.
    pub(super) fn deaths(&self) -> watch::Receiver<u64> {
        self.deaths.subscribe()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Dropped> {
        let (parts, body) = request.into_parts();
        let body = body.collect().await.map_err(|_| Dropped)?.to_bytes();
        match parts.uri.path() {
            "/faults" => return Ok(self.told(&parts.method, &body)),
            "/faults/pollers" if parts.method == Method::DELETE => {
                self.deaths.send_modify(|deaths| *deaths += 1);
                return Ok(Response::new(Full::default()));
            }
            _ => {}
        }
        let service = service_of(&parts.headers);
        let pass = || self.pass(service, &parts, body.clone());
        let Some(kind) = self.draw(service, &parts.uri) else { return pass().await };
        match kind {
            Kind::RequestDropped => Err(Dropped),
            Kind::AnswerDropped => pass().await.and(Err(Dropped)),
            Kind::Throttled => Ok(answers::throttled(service, &parts.headers, &body)),
            Kind::ServerError => Ok(answers::server_error(service)),
            Kind::ErrorAfter => pass().await.map(|_| answers::server_error(service)),
            Kind::Delayed => {
                let delay = self.state().random.random_range(DELAYS);
                tokio::time::sleep(Duration::from_millis(delay)).await;
                pass().await
            }
        }
    }

    /// What is to go wrong with this request. A presigned one is a phone's, which isn't meant.
    fn draw(&self, service: Service, uri: &Uri) -> Option<Kind> {
        if uri.query().is_some_and(|query| query.contains("X-Amz-Signature=")) {
            return None;
        }
        let mut state = self.state();
        state.requests += 1;
        let drawn = state.random.random::<f64>();
        let kind = state.shares.hit(drawn)?;
        *state.hits.entry((service, kind)).or_default() += 1;
        Some(kind)
    }

    async fn pass(
        &self,
        service: Service,
        parts: &http::request::Parts,
        body: Bytes,
    ) -> Result<Response<Full<Bytes>>, Dropped> {
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        let address = self.services.0.get(&service).ok_or(Dropped)?;
        let mut request = Request::builder().method(parts.method.clone()).uri(format!("{address}{path}"));
        // With the host that the caller named: it is part of the signature.
        if let Some(headers) = request.headers_mut() {
            *headers = parts.headers.clone();
        }
        let request = request.body(Full::from(body)).map_err(|_| Dropped)?;
        let (parts, body) = self.client.request(request).await.map_err(|_| Dropped)?.into_parts();
        let body = body.collect().await.map_err(|_| Dropped)?.to_bytes();
        Ok(Response::from_parts(parts, Full::from(body)))
    }

    /// Takes new shares, and says what has happened so far.
    fn told(&self, method: &Method, body: &Bytes) -> Response<Full<Bytes>> {
        let mut state = self.state();
        if *method == Method::PUT {
            match serde_json::from_slice(body) {
                Ok(shares) => state.shares = shares,
                Err(error) => {
                    let mut response = Response::new(Full::from(error.to_string()));
                    *response.status_mut() = StatusCode::BAD_REQUEST;
                    return response;
                }
            }
        }
        let hits: Vec<_> = (state.hits.iter())
            .map(|((service, kind), count)| json!({"service": service, "kind": kind, "count": count}))
            .collect();
        Response::new(Full::from(json!({"requests": state.requests, "hits": hits}).to_string()))
    }
}

fn service_of(headers: &HeaderMap) -> Service {
    let target = headers.get("x-amz-target").map(HeaderValue::as_bytes).unwrap_or_default();
    if target.starts_with(b"DynamoDB") {
        Service::DynamoDb
    } else if target.starts_with(b"AmazonSQS") {
        Service::Sqs
    } else {
        Service::S3
    }
}

async fn accept(listener: TcpListener, faults: Arc<Faults>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => drop(tokio::spawn(connection(stream, Arc::clone(&faults)))),
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

async fn connection(stream: TcpStream, faults: Arc<Faults>) {
    // Small answers would wait for the client's acknowledgement otherwise.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let faults = Arc::clone(&faults);
        async move { faults.answer(request).await }
    });
    // A dropped request ends its connection, which is what it is for.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}
