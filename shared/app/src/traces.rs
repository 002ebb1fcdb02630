//! Traces for OpenTelemetry, where they are switched on (`TRACES=on`): each call of a function and each of its
//! requests to a service becomes a line of OTLP JSON on standard output, with its times and its place in
//! the trace. docs/adr/0017-traces-are-lines-of-the-log.md says why, docs/operations/traces.md how they
//! get into a collector.
//!
//! Of a span's fields only what is named here is taken: others could hold what a log must not.

use std::io::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

/// The spans that become lines: calls by the Lambda runtime, requests by the SDK.
fn traced() -> Targets {
    Targets::new()
        .with_target("lambda_runtime", Level::INFO)
        .with_target("aws_sdk_dynamodb::operation", Level::DEBUG)
        .with_target("aws_sdk_s3::operation", Level::DEBUG)
        .with_target("aws_sdk_secretsmanager::operation", Level::DEBUG)
        .with_target("aws_sdk_sqs::operation", Level::DEBUG)
}

/// The layer that writes traces, if the environment asks for them.
pub(crate) fn layer<S>() -> Option<impl Layer<S>>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let asked_for = std::env::var("TRACES").is_ok_and(|value| value == "on");
    let service = std::env::var("AWS_LAMBDA_FUNCTION_NAME").unwrap_or_else(|_| "anju".to_owned());
    asked_for.then(|| Traces { service, write: write_line }.with_filter(traced()))
}

fn write_line(line: &str) {
    // A trace that is lost must not fail the call.
    drop(writeln!(std::io::stdout().lock(), "{line}"));
}

struct Traces<W> {
    service: String,
    write: W,
}

/// Where a span stands, and since when it runs.
struct Open {
    trace: u128,
    span: u64,
    parent: Option<u64>,
    call: Option<String>,
    started: SystemTime,
}

/// What is taken of a span's fields.
#[derive(Default)]
struct Taken {
    xray: Option<u128>,
    call: Option<String>,
}

impl Taken {
    fn take(&mut self, field: &Field, text: &str) {
        match field.name() {
            "xrayTraceId" => self.xray = trace_of(text),
            "requestId" => self.call = Some(text.to_owned()),
            _ => {}
        }
    }
}

impl Visit for Taken {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.take(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.take(field, format!("{value:?}").trim_matches('"'));
    }
}

/// The trace that Lambda says a call belongs to, e.g. `Root=1-5ee0a1c0-0123456789abcdef01234567;Sampled=0`.
fn trace_of(header: &str) -> Option<u128> {
    let root = header.split(';').find_map(|part| part.trim().strip_prefix("Root=1-"))?;
    let digits: String = root.chars().filter(|character| *character != '-').collect();
    let trace = u128::from_str_radix(&digits, 16).ok();
    trace.filter(|trace| digits.len() == 32 && *trace != 0)
}

impl<S, W> Layer<S> for Traces<W>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: Fn(&str) + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut taken = Taken::default();
        attributes.record(&mut taken);
        let above = span
            .parent()
            .and_then(|parent| parent.extensions().get::<Open>().map(|open| (open.trace, open.span)));
        let trace = above.map(|(trace, _)| trace).or(taken.xray).unwrap_or_else(rand::random);
        span.extensions_mut().insert(Open {
            trace,
            span: rand::random(),
            parent: above.map(|(_, span)| span),
            call: taken.call,
            started: SystemTime::now(),
        });
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        if let Some(open) = span.extensions().get::<Open>() {
            (self.write)(&line(&self.service, span.name(), open, SystemTime::now()).to_string());
        }
    }
}

/// A span as OTLP's JSON has it: ids in hexadecimal digits, times in nanoseconds as text.
fn line(service: &str, name: &str, open: &Open, ended: SystemTime) -> Value {
    let nanoseconds =
        |time: SystemTime| time.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos().to_string();
    let attribute = |key: &str, value: &str| json!({"key": key, "value": {"stringValue": value}});
    // OTLP's numbers: a call is served, a request is made.
    let kind = if open.parent.is_none() { 2 } else { 3 };
    let mut span = json!({
        "traceId": format!("{:032x}", open.trace),
        "spanId": format!("{:016x}", open.span),
        "name": name,
        "kind": kind,
        "startTimeUnixNano": nanoseconds(open.started),
        "endTimeUnixNano": nanoseconds(ended),
    });
    if let Some(parent) = open.parent {
        span["parentSpanId"] = json!(format!("{parent:016x}"));
    }
    if let Some(call) = &open.call {
        span["attributes"] = json!([attribute("faas.invocation_id", call)]);
    }
    json!({"resourceSpans": [{
        "resource": {"attributes": [attribute("service.name", service)]},
        "scopeSpans": [{"scope": {"name": "anju"}, "spans": [span]}],
    }]})
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tracing::{debug_span, info_span};
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    /// The spans that are written while `work` runs.
    fn written(work: impl FnOnce()) -> Vec<Value> {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&lines);
        let write = move |line: &str| {
            into.lock().unwrap().push(serde_json::from_str::<Value>(line).unwrap());
        };
        let traces = Traces { service: "get-region".to_owned(), write }.with_filter(traced());
        tracing::subscriber::with_default(tracing_subscriber::registry().with(traces), work);
        let lines = lines.lock().unwrap().clone();
        lines.into_iter().map(|line| line["resourceSpans"][0]["scopeSpans"][0]["spans"][0].clone()).collect()
    }

    const XRAY: &str = "Root=1-5ee0a1c0-0123456789abcdef01234567;Parent=53995c3f42cd8ad8;Sampled=0";

    #[test]
    fn a_call_and_its_requests_are_one_trace_that_lambda_named() {
        let spans = written(|| {
            let call = info_span!(target: "lambda_runtime::layers::trace", "Lambda runtime invoke",
                requestId = "r-1", xrayTraceId = XRAY);
            call.in_scope(|| {
                drop(debug_span!(target: "aws_sdk_dynamodb::operation::get_item", "DynamoDB.GetItem"));
            });
        });
        let [request, call] = &spans[..] else { panic!("{spans:?}") };
        assert_eq!(call["name"], "Lambda runtime invoke");
        assert_eq!(call["traceId"], "5ee0a1c00123456789abcdef01234567");
        assert_eq!(call["attributes"][0]["value"]["stringValue"], "r-1");
        assert_eq!(call.get("parentSpanId"), None);
        assert_eq!(request["name"], "DynamoDB.GetItem");
        assert_eq!((&request["traceId"], &request["parentSpanId"]), (&call["traceId"], &call["spanId"]));
        let time = |value: &Value| value.as_str().unwrap().parse::<u128>().unwrap();
        assert!(time(&call["startTimeUnixNano"]) <= time(&request["startTimeUnixNano"]));
        assert!(time(&request["endTimeUnixNano"]) <= time(&call["endTimeUnixNano"]));
    }

    #[test]
    fn other_spans_and_other_fields_are_left_out() {
        let spans = written(|| {
            let call = info_span!(target: "lambda_runtime::layers::trace", "Lambda runtime invoke",
                requestId = "r-1", name = "王小明");
            call.in_scope(|| drop(info_span!(target: "anju_http", "handler", name = "王小明")));
        });
        assert_eq!(spans.len(), 1);
        assert!(!spans[0].to_string().contains("王小明"));
    }

    #[test]
    fn a_call_that_lambda_names_no_trace_for_gets_one() {
        let spans = written(|| {
            for trace in ["", "Root=1-5ee0a1c0-0123", "nonsense"] {
                drop(info_span!(target: "lambda_runtime", "Lambda runtime invoke", xrayTraceId = trace));
            }
        });
        let traces: std::collections::BTreeSet<_> =
            spans.iter().map(|span| span["traceId"].as_str().unwrap()).collect();
        assert_eq!(traces.len(), 3);
        assert!(traces.iter().all(|trace| trace.len() == 32));
    }
}
