use std::time::{Duration, SystemTime};

use anju_counters::region::{ChildKey, RegionCounts};
use anju_domain::region::RegionCode;
use anju_domain::time::china_date;
use anju_query::ports::{Index, Unavailable};
use anju_store::{Control, CounterTable, Registry, StoreError};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tracing::{error, info};

use crate::judging::judge;

#[derive(Debug, Clone)]
pub struct Context {
    pub registry: Registry,
    pub control: Control,
    pub counters: CounterTable,
    /// The campaign's, in China.
    pub last_day: Date,
}

/// What the schedule sends. Its day in China is the morning that is looked at.
#[derive(Debug, Deserialize)]
pub struct Tick {
    time: Timestamp,
}

/// What a run did.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Done {
    /// Regions whose parts were judged.
    pub regions: u64,
    pub raised: u64,
    pub cleared: u64,
    failed: usize,
    /// Whether the morning's walk is at its end; the next run goes on with it otherwise.
    finished: bool,
}

/// Why a run is to be looked at.
#[derive(Debug, thiserror::Error)]
pub enum DelayError {
    /// A table doesn't answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The counts can't be read.
    #[error(transparent)]
    Counts(#[from] Unavailable),
    /// Some regions could not be judged; the next run tries again.
    #[error("{0} regions could not be judged")]
    Failed(usize),
}

/// Time kept for a prefecture.
const RESERVE: Duration = Duration::from_secs(60);

/// Walks down the counts once a morning, in order of the codes, a prefecture with all below it at a time.
/// How far it came is noted, so that the next run of the morning goes on there.
pub async fn handle(context: &Context, tick: Tick, deadline: SystemTime) -> Result<Done, DelayError> {
    let morning = china_date(tick.time);
    let walked = context.control.walked_through(morning).await?;
    let mut walk = Walk { context, now: tick.time, morning, walked, deadline, done: Done::default() };
    walk.done.finished = walk.nation().await?;
    let done = walk.done;
    let Done { regions, raised, cleared, failed, finished } = done;
    info!(%morning, regions, raised, cleared, failed, finished, "judged");
    if failed > 0 { Err(DelayError::Failed(failed)) } else { Ok(done) }
}

struct Walk<'a> {
    context: &'a Context,
    now: Timestamp,
    morning: Date,
    walked: Option<RegionCode>,
    deadline: SystemTime,
    done: Done,
}

impl Walk<'_> {
    /// Says whether it came to the end.
    async fn nation(&mut self) -> Result<bool, DelayError> {
        let nation = RegionCode::nation();
        for nation in self.counts(vec![nation]).await? {
            let provinces = below(&nation);
            if !self.visit(vec![nation]).await? {
                return Ok(false);
            }
            for province in provinces {
                if !self.province(province).await? {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    async fn province(&mut self, province: RegionCode) -> Result<bool, DelayError> {
        for province in self.counts(vec![province]).await? {
            let prefectures = below(&province);
            if !self.visit(vec![province]).await? {
                return Ok(false);
            }
            for prefecture in prefectures {
                if self.is_walked(&prefecture) {
                    continue;
                }
                let mut regions = self.counts(vec![prefecture]).await?;
                let counties = self.counts(regions.iter().flat_map(below).collect()).await?;
                let townships = self.counts(counties.iter().flat_map(below).collect()).await?;
                regions.extend(counties);
                regions.extend(townships);
                if !self.visit(regions).await? {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    async fn counts(&self, codes: Vec<RegionCode>) -> Result<Vec<RegionCounts>, DelayError> {
        Ok(self.context.counters.regions(&codes).await?.into_values().collect())
    }

    /// In the order of codes a region stands before all below it.
    fn is_walked(&self, region: &RegionCode) -> bool {
        self.walked.as_ref().is_some_and(|walked| region <= walked)
    }

    /// Judges all that lies directly below these regions, of which the first is above the others, unless
    /// that was done. False where there is no time left for it.
    async fn visit(&mut self, regions: Vec<RegionCounts>) -> Result<bool, DelayError> {
        let Some(first) = regions.first().map(|region| region.region().clone()) else { return Ok(true) };
        if self.is_walked(&first) {
            return Ok(true);
        }
        if SystemTime::now() + RESERVE > self.deadline {
            return Ok(false);
        }
        let judged = judge(self.context, regions, self.morning, self.now).await?;
        self.done.regions += judged.regions;
        self.done.raised += judged.raised;
        self.done.cleared += judged.cleared;
        for (region, cause) in &judged.failed {
            error!(%region, %cause, "a region could not be judged");
        }
        self.done.failed += judged.failed.len();
        // Behind one that failed nothing is noted: the next run begins with it.
        if self.done.failed == 0 {
            self.context.control.note_walk(self.morning, &first, self.now).await?;
        }
        Ok(true)
    }
}

/// The regions below that have counts, in order of their codes; none below a township, whose villages have
/// no regions below them.
fn below(region: &RegionCounts) -> Vec<RegionCode> {
    let children = region.rows().keys().filter_map(|child| match child {
        ChildKey::Region(code) => Some(code.clone()),
        ChildKey::Bucket(_) => None,
    });
    children.collect()
}
