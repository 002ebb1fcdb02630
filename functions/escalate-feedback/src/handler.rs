use std::time::{Duration, SystemTime};

use anju_counters::ports::Pause;
use anju_domain::change::{Actor, ChangeKind};
use anju_domain::ids::FeedbackId;
use anju_domain::region::RegionCode;
use anju_metrics::{Metric, count};
use anju_store::counters::Jitter;
use anju_store::household::Transition;
use anju_store::{Registry, StoreError};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tracing::{error, info};

pub struct Context {
    pub registry: Registry,
}

/// What the schedule sends: reports are due by this time.
#[derive(Debug, Deserialize)]
pub struct Tick {
    time: Timestamp,
}

/// How many reports went up.
#[derive(Debug, Default, Serialize)]
pub struct Done {
    escalated: u64,
    failed: u64,
}

/// Why a run is to be looked at.
#[derive(Debug, thiserror::Error)]
pub enum EscalationError {
    /// A list can't be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Some reports couldn't be moved; the next run tries again.
    #[error("{0} reports could not be escalated")]
    Failed(u64),
}

/// Due reports that are read at a time.
const BATCH: usize = 100;
/// Attempts while the household is changed by others.
const ATTEMPTS: u32 = 8;
/// Time kept for the last report of a run.
const RESERVE: Duration = Duration::from_secs(10);

/// Reads only what is due: each province's list is in order of when its reports go up, and one that went
/// up leaves it or moves to its end. What a run doesn't get to is the first of the next.
pub async fn handle(context: &Context, tick: Tick, deadline: SystemTime) -> Result<Done, EscalationError> {
    let mut done = Done::default();
    for province in context.registry.regions_below(&RegionCode::nation()).await? {
        province_due(context, &province.code, tick.time, deadline, &mut done).await?;
    }
    info!(escalated = done.escalated, failed = done.failed, "escalated");
    count(Metric::ReportsEscalated, done.escalated);
    if done.failed > 0 { Err(EscalationError::Failed(done.failed)) } else { Ok(done) }
}

async fn province_due(
    context: &Context,
    province: &RegionCode,
    now: Timestamp,
    deadline: SystemTime,
    done: &mut Done,
) -> Result<(), EscalationError> {
    loop {
        let due = context.registry.due_feedback(province, now, BATCH).await?;
        let mut moved = 0;
        for id in &due {
            if SystemTime::now() + RESERVE > deadline {
                return Ok(());
            }
            match escalate(context, id, now).await {
                Ok(()) => moved += 1,
                Err(cause) => {
                    error!(feedback = %id, %cause, "a report could not be escalated");
                    done.failed += 1;
                }
            }
        }
        done.escalated += moved;
        // Those that fail stay at the head of the list: with none moved, reading on finds them again.
        if due.len() < BATCH || moved == 0 {
            return Ok(());
        }
    }
}

/// One report, in one transaction with its household. Another run may have been faster.
async fn escalate(context: &Context, id: &FeedbackId, now: Timestamp) -> Result<(), StoreError> {
    let registry = &context.registry;
    for attempt in 1..=ATTEMPTS {
        let Some(before) = registry.household(id.household()).await? else { return Ok(()) };
        let Some(feedback) = registry.feedback(id).await? else { return Ok(()) };
        let Some(after) = feedback.escalate(&before, now) else { return Ok(()) };
        let transition = Transition {
            before: Some(&before),
            kind: ChangeKind::FeedbackEscalated,
            by: Actor::System,
            recorded: json!({"feedback_id": id, "escalated_to": after.feedback.escalated_to}),
            photo: None,
            with: registry.feedback_writes(Some(&feedback), &after.feedback)?,
            after: after.household,
        };
        match registry.commit(transition).await {
            Ok(_) => return Ok(()),
            Err(StoreError::Conflict) => Jitter.after(attempt).await,
            Err(error) => return Err(error),
        }
    }
    Err(StoreError::Conflict)
}
