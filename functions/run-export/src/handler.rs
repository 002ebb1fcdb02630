use std::time::{Duration, SystemTime};

use anju_app::batch::queue_response;
use anju_domain::export::{Export, ExportId, ExportKind, FailedExport};
use anju_export::file::Described;
use anju_export::ports::{Exports as _, Failure};
use anju_export::run::Work;
use anju_export::{Ended, RunError, run};
use anju_http::ApiError;
use anju_http::export::form::kept_filters;
use anju_http::export::stamp::{conditions, stamp};
use anju_http::feedback::listing::FeedbackLists;
use anju_http::household_list::HouseholdListing;
use anju_http::statistics::Statistics;
use anju_store::StoreError;
use anju_store::exports::{ExportQueue, ExportWork};
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use jiff::Timestamp;
use tracing::{error, info};
use uuid::Uuid;

use crate::source::{Rows, columns, is_admitted};
use crate::stores::Stores;

/// Time that putting the largest file together may take: with less, another run begins.
const SHORT: Duration = Duration::from_secs(150);
/// The queue's last attempt, as the template has it: behind it wait the dead letters.
const LAST_ATTEMPT: u32 = 5;

pub struct Context {
    pub stores: Stores,
    pub queue: ExportQueue,
    pub households: HouseholdListing,
    pub feedback: FeedbackLists,
    pub statistics: Statistics,
}

/// Why an export is to be carried on again.
#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error("not an export: {0}")]
    Message(#[from] serde_json::Error),
    #[error(transparent)]
    Run(#[from] RunError),
    #[error("{0}")]
    Order(#[from] ApiError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Failure> for Failed {
    fn from(failure: Failure) -> Self {
        Failed::Run(failure.into())
    }
}

/// Carries each export of a batch on. Those that fail are delivered again.
pub async fn handle(context: &Context, event: SqsEvent, deadline: SystemTime) -> SqsBatchResponse {
    let mut failed = Vec::new();
    for message in event.records {
        if let Err(cause) = carry_on(context, &message, deadline).await {
            error!(cause = %causes(&cause), "an export could not be carried on");
            failed.extend(message.message_id);
        }
    }
    queue_response(failed)
}

async fn carry_on(context: &Context, message: &SqsMessage, deadline: SystemTime) -> Result<(), Failed> {
    let ExportWork { export: id } = serde_json::from_str(message.body.as_deref().unwrap_or_default())?;
    let carried_on = export(context, &id, deadline).await;
    if carried_on.is_err() && attempt_of(message) >= LAST_ATTEMPT {
        give_up(context, &id).await;
    }
    carried_on
}

/// How often the queue has delivered the message.
fn attempt_of(message: &SqsMessage) -> u32 {
    let count = message.attributes.get("ApproximateReceiveCount");
    count.and_then(|count| count.parse().ok()).unwrap_or(1)
}

async fn export(context: &Context, id: &ExportId, deadline: SystemTime) -> Result<(), Failed> {
    let Some(export) = context.stores.export(id).await?.filter(|export| !export.is_over()) else {
        return Ok(());
    };
    if !is_admitted(context, &export).await? {
        return end(context, &export, FailedExport::AccountClosed).await;
    }
    let described = described(context, &export).await?;
    let source = Rows::of(context, &export, kept_filters(&export.order.filters)?);
    let work =
        Work { exports: &context.stores, files: &context.stores, source: &source, described: &described };
    let attempt = Uuid::new_v4().simple().to_string();
    let time_is_short = || deadline.duration_since(SystemTime::now()).unwrap_or_default() < SHORT;
    let ended = run(&work, id, attempt, time_is_short).await?;
    info!(export = %id, ended = ?ended, "carried on");
    if ended == Ended::Unfinished {
        context.queue.send(id).await?;
    }
    Ok(())
}

async fn described(context: &Context, export: &Export) -> Result<Described, Failed> {
    let order = &export.order;
    let region = context.statistics.registry.region(&order.region).await?.ok_or(ApiError::NotFound)?;
    let words = conditions(order);
    Ok(Described {
        stamp: stamp(order.kind, &region, &export.by, export.requested_at, &words, order.language),
        columns: columns(order.kind, order.language),
        // The total stays beside the heading.
        frozen: u32::from(order.kind == ExportKind::Statistics),
        sheet: order.sheet,
    })
}

async fn end(context: &Context, export: &Export, reason: FailedExport) -> Result<(), Failed> {
    Ok(context.stores.put(&export.failed(reason, Timestamp::now())).await?)
}

/// Tells whoever waits that there will be no file. The message goes to the dead letters all the same.
async fn give_up(context: &Context, id: &ExportId) {
    let Ok(Some(export)) = context.stores.export(id).await else { return };
    if !export.is_over() && end(context, &export, FailedExport::Internal).await.is_err() {
        error!(export = %id, "an export could not be given up");
    }
}

/// An error and its causes on one line.
fn causes(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
