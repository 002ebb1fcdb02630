//! Answers: the one place that logs an outcome, sets the request id and renders errors.

use std::io::Write as _;
use std::time::Instant;

use anju_metrics::{Metric, count};
use flate2::Compression;
use flate2::write::GzEncoder;
use lambda_http::http::header::{
    ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LANGUAGE,
    CONTENT_TYPE, RETRY_AFTER, VARY, WWW_AUTHENTICATE,
};
use lambda_http::http::{HeaderName, HeaderValue, StatusCode};
use lambda_http::request::RequestContext;
use lambda_http::{Body, Error, Request, RequestExt, Response, run, service_fn};
use serde::Serialize;
use tracing::{error, info};

use crate::error::ApiError;
use crate::language::{Language, preferred};
use crate::view::problem::ProblemView;

/// What a handler gives.
pub type Answer = Result<Response<Body>, ApiError>;

const PROBLEM_JSON: &str = "application/problem+json";
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Serves requests with `handle` until the process ends.
pub async fn serve<F>(handle: impl Fn(Request) -> F + Sync) -> Result<(), Error>
where
    F: Future<Output = Answer> + Send,
{
    let handle = &handle;
    run(service_fn(move |request: Request| async move { Ok::<_, Error>(respond(request, handle).await) }))
        .await
}

/// Answers one request.
pub async fn respond<F>(request: Request, handle: &(impl Fn(Request) -> F + Sync)) -> Response<Body>
where
    F: Future<Output = Answer> + Send,
{
    let started = Instant::now();
    let language = preferred(request.headers());
    let (request_id, route) = identify(&request);
    let outcome = handle(request).await;
    let code = outcome.as_ref().err().map_or("ok", |error| error.status().1);
    let mut response = outcome.unwrap_or_else(|error| {
        if let ApiError::Internal(cause) = &error {
            error!(request_id, route, cause = %chain(cause.as_ref()), "call failed");
            count(Metric::ServerErrors, 1);
        }
        problem(&error, &request_id, language)
    });
    let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    // The route, never the path: paths hold ids and tokens.
    info!(request_id, route, status = response.status().as_u16(), code, milliseconds, "answered");
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    // Records of people are for whoever asked, unless the handler says otherwise.
    response.headers_mut().entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// An answer in JSON.
pub fn json_answer(status: StatusCode, body: &impl Serialize) -> Answer {
    let text = serde_json::to_string(body).map_err(ApiError::internal)?;
    answer(status, "application/json; charset=utf-8", Body::Text(text))
}

/// A page for people with its headers, compressed where the browser takes that: an HTTP API doesn't do it.
pub fn html_page(
    request: &Request,
    status: StatusCode,
    headers: [(&'static str, &'static str); 7],
    html: String,
) -> Answer {
    let mut builder = Response::builder().status(status).header(VARY, "accept-encoding");
    for (name, value) in headers {
        builder = builder.header(name, value);
    }
    let body = if takes_gzip(request) {
        builder = builder.header(CONTENT_ENCODING, "gzip");
        Body::Binary(gzip(html.as_bytes()).map_err(ApiError::internal)?)
    } else {
        Body::Text(html)
    };
    builder.body(body).map_err(ApiError::internal)
}

/// Whether `Accept-Encoding` names gzip, and doesn't refuse it (RFC 9110).
fn takes_gzip(request: &Request) -> bool {
    let accepted =
        request.headers().get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let gzip = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
        let weight = parts.find_map(|part| part.strip_prefix("q=")?.parse::<f32>().ok());
        gzip && weight.is_none_or(|weight| weight > 0.0)
    })
}

fn gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}

/// An answer without a body.
pub fn no_content() -> Answer {
    let mut response = Response::new(Body::Empty);
    *response.status_mut() = StatusCode::NO_CONTENT;
    Ok(response)
}

/// A public answer in JSON that anybody may keep for a minute.
pub fn cacheable_answer(body: &impl Serialize) -> Answer {
    let mut response = json_answer(StatusCode::OK, body)?;
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=60"));
    Ok(response)
}

/// An answer of any media type.
pub fn answer(status: StatusCode, content_type: &'static str, body: Body) -> Answer {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    Ok(response)
}

/// An answer that a browser keeps as a file. The name is ASCII without quotes.
pub fn file_answer(content_type: &'static str, name: &str, bytes: Vec<u8>) -> Answer {
    let mut response = answer(StatusCode::OK, content_type, Body::Binary(bytes))?;
    let disposition = format!("attachment; filename=\"{name}\"");
    let disposition = HeaderValue::from_str(&disposition).map_err(ApiError::internal)?;
    response.headers_mut().insert(CONTENT_DISPOSITION, disposition);
    Ok(response)
}

/// Adds `ETag: "<version>"`.
pub fn with_etag(mut response: Response<Body>, version: u64) -> Response<Body> {
    if let Ok(value) = HeaderValue::from_str(&format!("\"{version}\"")) {
        response.headers_mut().insert(lambda_http::http::header::ETAG, value);
    }
    response
}

fn identify(request: &Request) -> (String, String) {
    match request.request_context_ref() {
        Some(RequestContext::ApiGatewayV2(context)) => (
            context.request_id.clone().unwrap_or_default(),
            context.route_key.clone().unwrap_or_else(|| "unknown".to_owned()),
        ),
        _ => (String::new(), "unknown".to_owned()),
    }
}

fn problem(error: &ApiError, request_id: &str, language: Language) -> Response<Body> {
    let view = ProblemView::new(error, request_id, language);
    let text = serde_json::to_string(&view).unwrap_or_else(|cause| {
        error!(request_id, %cause, "a problem could not be written");
        String::new()
    });
    let mut response = Response::new(Body::Text(text));
    *response.status_mut() = error.status().0;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
    headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    if matches!(error, ApiError::Unauthorized) {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    match error {
        ApiError::MethodNotAllowed { allowed } => {
            headers.extend(HeaderValue::from_str(allowed).ok().map(|allowed| (ALLOW, allowed)));
        }
        ApiError::Busy => drop(headers.insert(RETRY_AFTER, HeaderValue::from_static("1"))),
        ApiError::TooMany { retry_after } => {
            drop(headers.insert(RETRY_AFTER, HeaderValue::from(*retry_after)))
        }
        _ => {}
    }
    response
}

/// An error and its causes on one line.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
