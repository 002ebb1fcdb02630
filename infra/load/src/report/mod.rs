//! What a run was like: for the terminal, as a page, as JSON.

pub mod plots;

use std::path::Path;
use std::time::Duration;

use askama::Template;
use serde::Serialize;

use crate::Failure;
use crate::check::Checked;
use crate::recorder::{Measured, Step};

/// A run, ready to be written down.
#[derive(Debug)]
pub struct Report<'a> {
    /// What was run.
    pub title: String,
    /// How long it took.
    pub took: Duration,
    /// What was measured.
    pub measured: &'a Measured,
    /// What the check found.
    pub checked: &'a Checked,
    /// How far the nation's counters were behind: seconds since the start, seconds behind.
    pub samples: &'a [(f64, f64)],
    /// More to be said: a heading and preformatted text each.
    pub sections: &'a [(String, String)],
}

/// A step's line. Durations are in milliseconds.
#[derive(Debug, Serialize)]
pub struct Line {
    step: &'static str,
    count: u64,
    per_second: f64,
    p50_ms: f64,
    p90_ms: f64,
    p99_ms: f64,
    p999_ms: f64,
    max_ms: f64,
}

#[derive(Debug, Serialize)]
struct FailureLine {
    step: &'static str,
    failure: String,
    count: u64,
}

/// What the JSON file says, and the page, too.
#[derive(Serialize)]
struct Written<'a> {
    title: &'a str,
    seconds: f64,
    steps: Vec<Line>,
    failures: Vec<FailureLine>,
    acknowledged: usize,
    missing: &'a [String],
    counters_behind_seconds: &'a [(f64, f64)],
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    run: &'a Written<'a>,
    unchecked: usize,
    plots: Vec<Plot>,
    sections: &'a [(String, String)],
}

/// A picture with its caption.
#[derive(Debug)]
struct Plot {
    caption: &'static str,
    svg: String,
}

impl Report<'_> {
    /// The lines of all steps that happened.
    pub fn lines(&self) -> Vec<Line> {
        let milliseconds = |microseconds: u64| microseconds as f64 / 1000.0;
        let line = |step: Step| {
            let times = self.measured.steps.get(&step)?;
            let at = |quantile| milliseconds(times.value_at_quantile(quantile));
            Some(Line {
                step: step.name(),
                count: times.len(),
                per_second: times.len() as f64 / self.took.as_secs_f64().max(f64::EPSILON),
                p50_ms: at(0.5),
                p90_ms: at(0.9),
                p99_ms: at(0.99),
                p999_ms: at(0.999),
                max_ms: milliseconds(times.max()),
            })
        };
        Step::ALL.into_iter().filter_map(line).collect()
    }

    fn failures(&self) -> Vec<FailureLine> {
        let line = |((step, failure), count): (&(Step, crate::api::Failure), &u64)| FailureLine {
            step: step.name(),
            failure: failure.to_string(),
            count: *count,
        };
        self.measured.failures.iter().map(line).collect()
    }

    /// A table for terminals and Markdown alike.
    pub fn as_text(&self) -> String {
        let mut text = String::from(
            "| step | count | a second | p50 ms | p90 ms | p99 ms | p99.9 ms | max ms |\n|---|---|---|---|---|---|---|---|\n",
        );
        for line in self.lines() {
            let Line { step, count, per_second, p50_ms, p90_ms, p99_ms, p999_ms, max_ms } = line;
            text += &format!(
                "| {step} | {count} | {per_second:.1} | {p50_ms:.1} | {p90_ms:.1} | {p99_ms:.1} | {p999_ms:.1} | {max_ms:.1} |\n"
            );
        }
        for FailureLine { step, failure, count } in self.failures() {
            text += &format!("\n{count} × {step}: {failure}");
        }
        text
    }

    /// Writes `report.html`, which needs nothing else, and `report.json` into a folder.
    pub fn write(&self, folder: &Path) -> Result<(), Failure> {
        std::fs::create_dir_all(folder)?;
        let run = Written {
            title: &self.title,
            seconds: self.took.as_secs_f64(),
            steps: self.lines(),
            failures: self.failures(),
            acknowledged: self.checked.looked_for,
            missing: &self.checked.missing,
            counters_behind_seconds: self.samples,
        };
        let page = Page {
            run: &run,
            unchecked: self.checked.failures.len(),
            plots: self.plots()?,
            sections: self.sections,
        };
        std::fs::write(folder.join("report.html"), page.render()?)?;
        std::fs::write(folder.join("report.json"), serde_json::to_vec_pretty(&run)?)?;
        Ok(())
    }

    fn plots(&self) -> Result<Vec<Plot>, Failure> {
        let completions = &self.measured.completions;
        let mut all = vec![
            Plot { caption: "Completions a second", svg: plots::rate(completions)? },
            Plot {
                caption: "How long a completion took: median, 99th percentile",
                svg: plots::over_time(completions)?,
            },
            Plot {
                caption: "How long each step took, by the share of steps that took no longer",
                svg: plots::percentiles(&self.measured.steps)?,
            },
        ];
        if !self.samples.is_empty() {
            let svg = plots::behind(self.samples)?;
            all.push(Plot { caption: "How far the nation's counters were behind the answers", svg });
        }
        Ok(all)
    }
}
