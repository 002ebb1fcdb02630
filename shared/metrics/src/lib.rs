//! The few numbers that operators watch, in CloudWatch's embedded metric format: a line of JSON on standard
//! output, out of which CloudWatch makes a metric. No request is made for it, and where nobody makes metrics
//! of it, on the local stack, it is a line of the log.
//!
//! What is counted says nothing about people, and no dimension may: each value of one is a metric of its own.

use std::io::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::json;

/// All metrics are in this namespace.
const NAMESPACE: &str = "Anju";

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// Households whose verification was completed, corrections left out.
    VerificationsCompleted,
    /// Sign-ins with a wrong account or password.
    SignInsRefused,
    /// Reports of households that went a level up because nobody handled them.
    ReportsEscalated,
    /// Calls that failed by our own fault. Counted for each release, too: a new one that fails is rolled back.
    ServerErrors,
}

impl Metric {
    /// Its name in CloudWatch.
    pub fn name(self) -> &'static str {
        match self {
            Metric::VerificationsCompleted => "VerificationsCompleted",
            Metric::SignInsRefused => "SignInsRefused",
            Metric::ReportsEscalated => "ReportsEscalated",
            Metric::ServerErrors => "ServerErrors",
        }
    }

    /// What it is counted by: each list is a metric.
    fn dimensions(self) -> &'static [&'static [&'static str]] {
        match self {
            Metric::ServerErrors => &[&["Stage"], &["Stage", "Release"]],
            _ => &[&["Stage"]],
        }
    }
}

/// Counts what happened, by the stage and release that the environment names (`STAGE`, `RELEASE`).
pub fn count(metric: Metric, by: u64) {
    let variable = |name| std::env::var(name).unwrap_or_else(|_| "unknown".to_owned());
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let milliseconds = u64::try_from(now.as_millis()).unwrap_or_default();
    let line = line(metric, by, milliseconds, &variable("STAGE"), &variable("RELEASE"));
    // A number that is lost must not fail what it counts.
    drop(writeln!(std::io::stdout().lock(), "{line}"));
}

fn line(metric: Metric, by: u64, milliseconds: u64, stage: &str, release: &str) -> String {
    let name = metric.name();
    json!({
        "_aws": {
            "Timestamp": milliseconds,
            "CloudWatchMetrics": [{
                "Namespace": NAMESPACE,
                "Dimensions": metric.dimensions(),
                "Metrics": [{"Name": name, "Unit": "Count"}],
            }],
        },
        // Without a level of its own, a line could fall victim to a function's log level.
        "level": "INFO",
        "Stage": stage,
        "Release": release,
        name: by,
    })
    .to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn read(metric: Metric) -> Value {
        serde_json::from_str(&line(metric, 3, 1_593_504_000_000, "prod", "r7")).unwrap()
    }

    #[test]
    fn a_line_is_what_cloudwatch_makes_a_metric_of() {
        let line = read(Metric::VerificationsCompleted);
        let directive = &line["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(line["_aws"]["Timestamp"], 1_593_504_000_000_u64);
        assert_eq!(directive["Namespace"], "Anju");
        assert_eq!(directive["Metrics"], json!([{"Name": "VerificationsCompleted", "Unit": "Count"}]));
        assert_eq!(line["VerificationsCompleted"], 3);
    }

    #[test]
    fn every_dimension_has_its_value_in_the_line() {
        for metric in [
            Metric::VerificationsCompleted,
            Metric::SignInsRefused,
            Metric::ReportsEscalated,
            Metric::ServerErrors,
        ] {
            let line = read(metric);
            let dimensions = line["_aws"]["CloudWatchMetrics"][0]["Dimensions"].as_array().unwrap();
            for dimension in dimensions.iter().flat_map(|list| list.as_array().unwrap()) {
                assert!(line[dimension.as_str().unwrap()].is_string(), "{line}");
            }
        }
    }

    #[test]
    fn failures_are_told_apart_by_release() {
        let line = read(Metric::ServerErrors);
        let dimensions = &line["_aws"]["CloudWatchMetrics"][0]["Dimensions"];
        assert_eq!(*dimensions, json!([["Stage"], ["Stage", "Release"]]));
        assert_eq!(line["Release"], "r7");
    }
}
