//! The HTTP API: routes requests to functions the way API Gateway's HTTP APIs do, payload format 2.0.

mod answer;
mod event;
mod routes;

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Incoming;

use crate::cors;
use crate::lambda::Host;
use crate::plan::{CorsPlan, HttpApiPlan, RoutePlan};
use routes::{Match, Routes};

/// The largest request that API Gateway passes on.
const LARGEST_REQUEST: usize = 10 * 1024 * 1024;
/// The largest event that Lambda takes, and the largest answer that it gives.
const LARGEST_EVENT: usize = 6 * 1024 * 1024;

#[derive(Debug)]
pub(crate) struct HttpApi {
    routes: Routes,
    cors: Option<CorsPlan>,
    host: Arc<Host>,
}

impl HttpApi {
    pub(crate) fn new(plan: &HttpApiPlan, routes: &[RoutePlan], host: Arc<Host>) -> Self {
        Self { routes: Routes::new(routes), cors: plan.cors.clone(), host }
    }

    /// Answers one request. Never fails: what goes wrong is an answer too.
    pub(crate) async fn handle(
        &self,
        request: Request<Incoming>,
        client: SocketAddr,
    ) -> Response<Full<Bytes>> {
        let request_id = event::request_id();
        let rules = self.cors.as_slice();
        let origin = cors::origin(request.headers());
        let method = request.method().clone();
        if method == Method::OPTIONS && !rules.is_empty() && cors::is_preflight(request.headers()) {
            let mut response = empty(StatusCode::NO_CONTENT);
            if let Some(headers) = cors::preflight(rules, request.headers()) {
                response.headers_mut().extend(headers);
            }
            return response;
        }
        let mut response = self.route(request, client, &request_id).await;
        if let Ok(value) = request_id.parse() {
            response.headers_mut().insert("apigw-requestid", value);
        }
        if !rules.is_empty() {
            cors::replace(rules, origin.as_deref(), &method, response.headers_mut());
        }
        response
    }

    async fn route(
        &self,
        request: Request<Incoming>,
        client: SocketAddr,
        request_id: &str,
    ) -> Response<Full<Bytes>> {
        let Some(found) = self.routes.find(request.method(), request.uri().path()) else {
            return message(StatusCode::NOT_FOUND, "Not Found");
        };
        let (parts, body) = request.into_parts();
        let body = match Limited::new(body, LARGEST_REQUEST).collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) if error.is::<LengthLimitError>() => {
                return message(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large");
            }
            Err(_) => return message(StatusCode::BAD_REQUEST, "Bad Request"),
        };
        let event = event::build(&parts, &body, &found, client, request_id).to_string();
        if event.len() > LARGEST_EVENT {
            return message(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large");
        }
        self.invoke(&found, event.into()).await
    }

    async fn invoke(&self, found: &Match<'_>, event: Bytes) -> Response<Full<Bytes>> {
        let invocation = self.host.invoke(&found.route.function, event);
        match tokio::time::timeout(found.route.timeout, invocation).await {
            Err(_) => message(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable"),
            Ok(Ok(payload)) if payload.len() <= LARGEST_EVENT => {
                answer::read(&payload).unwrap_or_else(internal_server_error)
            }
            Ok(_) => internal_server_error(),
        }
    }
}

fn internal_server_error() -> Response<Full<Bytes>> {
    message(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
}

/// An answer of the gateway itself.
fn message(status: StatusCode, text: &str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(serde_json::json!({"message": text}).to_string()));
    *response.status_mut() = status;
    let json = http::HeaderValue::from_static("application/json");
    response.headers_mut().insert(http::header::CONTENT_TYPE, json);
    response
}

fn empty(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    response
}
