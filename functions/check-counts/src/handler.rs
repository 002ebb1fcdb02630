use std::time::Duration;

use anju_app::batch::queue_response;
use anju_app::checking::{self, CheckError, Finding, PATIENCE};
use anju_counters::Counters;
use anju_domain::region::RegionCode;
use anju_store::checks::{Check, CheckQueue, DifferenceQueue};
use anju_store::counters::Jitter;
use anju_store::{CounterTable, Registry, StoreError};
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use serde::Serialize;
use tracing::{error, info};

/// A row that was behind is looked at again after this: a change is on its way for five minutes at most.
const SECOND_LOOK: Duration = Duration::from_secs(330);
/// Findings that a report holds; a whole township may differ.
const REPORTED: usize = 100;

pub struct Context {
    pub counters: Counters<CounterTable, Jitter>,
    pub registry: Registry,
    pub checks: CheckQueue,
    pub differences: DifferenceQueue,
}

/// What is left in the queue of differences.
#[derive(Debug, Serialize)]
struct Report<'a> {
    region: &'a RegionCode,
    differences: usize,
    first: &'a [Finding],
}

/// Why a check is made again.
#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error("not a check: {0}")]
    Message(#[from] serde_json::Error),
    #[error(transparent)]
    Check(#[from] CheckError),
    #[error(transparent)]
    Queue(#[from] StoreError),
}

/// Makes each check of a batch. Those that fail are delivered again.
pub async fn handle(context: &Context, event: SqsEvent) -> SqsBatchResponse {
    let mut failed = Vec::new();
    for message in event.records {
        let body = message.body.unwrap_or_default();
        if let Err(cause) = check(context, &body).await {
            error!(check = body, %cause, "a check failed");
            failed.extend(message.message_id);
        }
    }
    queue_response(failed)
}

async fn check(context: &Context, body: &str) -> Result<(), Failed> {
    let Check { region, again } = serde_json::from_str(body)?;
    if !again.is_empty() {
        let found = checking::look_again(&context.counters, &again).await?;
        info!(%region, rows = again.len(), differences = found.len(), "looked again");
        return report(context, &region, &found).await;
    }
    let Context { counters, registry, .. } = context;
    let outcome = checking::check(counters, registry, &region, PATIENCE).await?;
    let (households, behind, differences) =
        (outcome.households, outcome.behind.len(), outcome.findings.len());
    info!(%region, households, behind, differences, "checked");
    if behind > 0 {
        let second = Check { region: region.clone(), again: outcome.behind };
        context.checks.send_later(&second, SECOND_LOOK).await?;
    }
    report(context, &region, &outcome.findings).await
}

/// Raises the alarm, if there is anything to report.
async fn report(context: &Context, region: &RegionCode, found: &[Finding]) -> Result<(), Failed> {
    for finding in found {
        let (kind, row) = (&finding.kind, &finding.row);
        let (held, source) = (text(finding.held.as_ref()), text(finding.source.as_ref()));
        error!(region = %finding.region, row, kind, held, source, "a count differs from the register");
    }
    let first = &found[..found.len().min(REPORTED)];
    match first {
        [] => Ok(()),
        _ => Ok(context.differences.send(&Report { region, differences: found.len(), first }).await?),
    }
}

fn text(value: Option<&serde_json::Value>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}
