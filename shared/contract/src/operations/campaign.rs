//! What everybody may know.

use anju_http::view::campaign::{AppView, HealthView};
use anju_http::view::overview::OverviewView;
use serde_json::{Value, json};

use crate::operation::{Group, Operation};
use crate::samples;

pub(crate) const TAG: &str = "Campaign";
const GROUP: Group = Group(TAG);

pub(crate) fn operations() -> Vec<Operation> {
    vec![
        GROUP
            .public("GET /v1/overview", "get-overview", "The national board (全域视图)")
            .note("May be kept for a minute.")
            .answers::<OverviewView>(200, samples::overview()),
        GROUP
            .public("GET /v1/app", "get-app", "Versions of the phone app, and the campaign's dates")
            .answers::<AppView>(
                200,
                json!({
                    "version": "1.2.9", "minimum_version": "1.2.0", "verification_deadline": "2020-06-30",
                    "countdown_to": "2021-01-01T00:00:00+08:00",
                }),
            ),
        GROUP
            .public("GET /openapi.json", "get-openapi", "This document")
            .answers::<Value>(200, json!({"openapi": "3.1.1"})),
        GROUP
            .public("GET /healthz", "get-health", "Whether the API answers")
            .answers::<HealthView>(200, json!({"status": "ok"})),
    ]
}
