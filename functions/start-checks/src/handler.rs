use anju_domain::region::{Level, RegionCode};
use anju_store::checks::{Check, CheckQueue};
use anju_store::{Registry, StoreError};
use serde::Serialize;
use tracing::info;

pub struct Context {
    pub registry: Registry,
    pub checks: CheckQueue,
}

/// What a run queued.
#[derive(Debug, Serialize)]
pub struct Queued {
    regions: usize,
}

/// Queues every region of the register from the nation to the townships: a check of a township looks at its
/// villages, too. Two thousand counties are read for it, which takes a minute or two. A run that fails is
/// started again, and what it had queued is checked twice.
pub async fn handle(context: &Context) -> Result<Queued, StoreError> {
    let mut queued = 0;
    let mut above = vec![RegionCode::nation()];
    context.checks.send(&[Check::of(RegionCode::nation())]).await?;
    while let Some(region) = above.pop() {
        let below = context.registry.regions_below(&region).await?;
        let below: Vec<RegionCode> = below.into_iter().map(|region| region.code).collect();
        let checks: Vec<Check> = below.iter().cloned().map(Check::of).collect();
        context.checks.send(&checks).await?;
        queued += checks.len();
        above.extend(below.into_iter().filter(|code| code.level() < Level::Township));
    }
    let regions = queued + 1;
    info!(regions, "checks queued");
    Ok(Queued { regions })
}
