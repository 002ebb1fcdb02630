//! Judges the regions directly below some regions: this morning's count, the pace, the alerts.

use std::collections::BTreeMap;

use anju_counters::ports::Pause;
use anju_counters::region::{ChildKey, RegionCounts};
use anju_domain::count::Counts;
use anju_domain::region::{Level, RegionCode};
use anju_domain::region_alert::Delays;
use anju_domain::schedule::{Verdict, verdict};
use anju_store::StoreError;
use anju_store::counters::Jitter;
use anju_store::delays::{CHANGES_AT_ONCE, DelayChange};
use anju_store::snapshots::HeldSnapshots;
use jiff::Timestamp;
use jiff::civil::Date;
use tokio::task::JoinSet;

use crate::handler::Context;

/// Regions that are worked on at the same time.
const AT_ONCE: usize = 16;
/// Attempts while others dismiss alerts of the same regions.
const ATTEMPTS: u32 = 8;

/// What came of it.
#[derive(Debug, Default)]
pub struct Judged {
    pub regions: u64,
    pub raised: u64,
    pub cleared: u64,
    pub failed: Vec<(RegionCode, StoreError)>,
}

/// Judges what lies directly below each of these regions. May be repeated on the same morning: the first
/// count stays, and an alert that is raised stays the same.
pub async fn judge(
    context: &Context,
    regions: Vec<RegionCounts>,
    morning: Date,
    now: Timestamp,
) -> Result<Judged, StoreError> {
    let codes: Vec<RegionCode> = regions.iter().map(|region| region.region().clone()).collect();
    let mut snapshots = context.control.snapshots_below(&codes).await?;
    let mut delays = context.registry.delays_below(codes).await?;
    let mut works = regions.into_iter().map(|region| {
        let code = region.region().clone();
        let (snapshots, delays) = (snapshots.remove(&code), delays.remove(&code));
        Work {
            context: context.clone(),
            parts: parts(&region),
            below: code,
            snapshots: snapshots.unwrap_or_default(),
            delays: delays.unwrap_or_default(),
            morning,
            now,
        }
    });
    let mut judged = Judged::default();
    let mut running = JoinSet::new();
    loop {
        while running.len() < AT_ONCE
            && let Some(work) = works.next()
        {
            running.spawn(async move { (work.below.clone(), work.done().await) });
        }
        let Some(ended) = running.join_next().await else { return Ok(judged) };
        let (below, changes) = ended
            .map_err(|error| StoreError::Unavailable { operation: "judging", cause: error.to_string() })?;
        match changes {
            Ok(changes) => {
                judged.regions += 1;
                judged.raised += changes.raised;
                judged.cleared += changes.cleared;
            }
            Err(cause) => judged.failed.push((below, cause)),
        }
    }
}

/// A region below another one, this morning.
#[derive(Debug, Clone, Copy)]
struct Part {
    verified: u64,
    unverified: u64,
}

impl From<&Counts> for Part {
    fn from(counts: &Counts) -> Self {
        Part { verified: counts.verified(), unverified: counts.unverified() }
    }
}

/// The regions directly below; the nation stands below itself.
fn parts(region: &RegionCounts) -> BTreeMap<RegionCode, Part> {
    let below = region.rows().iter().filter_map(|(child, row)| match child {
        ChildKey::Region(code) => Some((code.clone(), Part::from(&row.value))),
        ChildKey::Bucket(_) => None,
    });
    let nation = (region.region().level() == Level::Nation)
        .then(|| (region.region().clone(), Part::from(&region.total())));
    below.chain(nation).collect()
}

/// What is to be done below one region.
struct Work {
    context: Context,
    below: RegionCode,
    parts: BTreeMap<RegionCode, Part>,
    snapshots: HeldSnapshots,
    delays: Delays,
    morning: Date,
    now: Timestamp,
}

#[derive(Debug, Default)]
struct Changes {
    raised: u64,
    cleared: u64,
}

impl Work {
    async fn done(self) -> Result<Changes, StoreError> {
        let verified = self.parts.iter().map(|(region, part)| (region.clone(), part.verified)).collect();
        let snapshots = self.snapshots.snapshots.clone().with(self.morning, verified);
        if snapshots != self.snapshots.snapshots {
            let control = &self.context.control;
            match control.put_snapshots(&self.below, &self.snapshots, snapshots.clone(), self.now).await {
                // Another run of the morning counted at the same time: its count or ours, both are right.
                Ok(()) | Err(StoreError::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
        let verdicts: Vec<(RegionCode, Verdict)> = (self.parts.iter())
            .map(|(region, part)| {
                let pace = snapshots.pace(region, self.morning);
                let said = verdict(pace, part.unverified, self.morning, self.context.last_day);
                (region.clone(), said)
            })
            .collect();
        let mut changes = Changes::default();
        let mut delays = self.delays.clone();
        for some in verdicts.chunks(CHANGES_AT_ONCE) {
            delays = self.change(delays, some, &mut changes).await?;
        }
        Ok(changes)
    }

    /// Takes in what is said of some regions, and gives the delays as they are then.
    async fn change(
        &self,
        mut before: Delays,
        verdicts: &[(RegionCode, Verdict)],
        changes: &mut Changes,
    ) -> Result<Delays, StoreError> {
        let registry = &self.context.registry;
        for attempt in 1..=ATTEMPTS {
            let Some(after) = before.judged(verdicts.iter().cloned(), self.now) else { return Ok(before) };
            let change = DelayChange {
                below: &self.below,
                before: &before,
                after: &after,
                at: self.now,
                dismissal: None,
                with: Vec::new(),
            };
            match registry.change_delays(change).await {
                Ok(()) => {
                    let lacks = |one: &Delays, other: &Delays| {
                        other.behind.keys().filter(|region| !one.behind.contains_key(region)).count() as u64
                    };
                    changes.raised += lacks(&before, &after);
                    changes.cleared += lacks(&after, &before);
                    return Ok(after);
                }
                Err(StoreError::Conflict) => {
                    Jitter.after(attempt).await;
                    let read = registry.delays_below([self.below.clone()]).await?;
                    before = read.into_values().next().unwrap_or_default();
                }
                Err(error) => return Err(error),
            }
        }
        Err(StoreError::Conflict)
    }
}
