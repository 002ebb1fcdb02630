//! The way through a part of the country, in order of the codes, a region at a time.

use std::collections::BTreeSet;
use std::time::Duration;

use anju_app::checking::{self, CheckError, Finding};
use anju_counters::Counters;
use anju_counters::check::judge;
use anju_counters::difference::Difference;
use anju_counters::ports::Unavailable;
use anju_counters::recount::Mode;
use anju_domain::region::{Level, Region, RegionCode, VillageCode};
use anju_store::checks::BehindRow;
use anju_store::counters::Jitter;
use anju_store::{CounterTable, Registry, StoreError};
use jiff::{SignedDuration, Timestamp};

use crate::checkpoint::{Checkpoint, CheckpointError, Phase};
use crate::pace::Pace;
use crate::report::Report;

/// Attempts at the repair of a township, whose regions others write, too.
const ATTEMPTS: u32 = 5;

/// Why a run came to no end. What it had done is kept.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WalkError {
    #[error("there is no region {0} in the register")]
    NoSuchRegion(RegionCode),
    #[error(transparent)]
    Check(#[from] CheckError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Counts(#[from] Unavailable),
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    #[error("{region} could not be recounted to the end: {cause}")]
    Incomplete { region: RegionCode, cause: String },
}

/// A run.
pub(crate) struct Walk {
    pub(crate) counters: Counters<CounterTable, Jitter>,
    pub(crate) registry: Registry,
    pub(crate) region: Region,
    pub(crate) patience: SignedDuration,
    pub(crate) pace: Pace,
    pub(crate) checkpoint: Checkpoint,
    pub(crate) tell: fn(&str),
}

impl Walk {
    /// Goes through all that is left to do.
    pub(crate) async fn finish(&mut self) -> Result<Report, WalkError> {
        if let Some(region) = &self.checkpoint.resumed_after {
            (self.tell)(&format!("going on behind {region}"));
        }
        if self.checkpoint.kept.phase == Phase::Repairing {
            self.through().await?;
            // The check goes the whole way once more.
            self.checkpoint.kept.regions = 0;
            self.checkpoint.kept.households = 0;
            self.checkpoint.begin(Phase::Checking)?;
        }
        if self.checkpoint.kept.phase == Phase::Checking {
            if self.checkpoint.kept.done.is_none() {
                self.check_above().await?;
            }
            self.through().await?;
            self.checkpoint.begin(Phase::LookingAgain)?;
        }
        self.look_again().await?;
        Ok(self.report())
    }

    /// Visits every region down to the townships, in the order of their codes; of a village, itself.
    async fn through(&mut self) -> Result<(), WalkError> {
        let mut to_visit = vec![self.region.code.clone()];
        while let Some(region) = to_visit.pop() {
            if !self.checkpoint.is_done(&region) {
                let households = match self.checkpoint.kept.phase {
                    Phase::Repairing => self.repair(&region).await?,
                    _ => self.check(&region).await?,
                };
                let kept = &mut self.checkpoint.kept;
                kept.regions += 1;
                kept.households += households;
                self.checkpoint.done(&region)?;
                self.progress(&region);
                self.pace.after(households).await;
            }
            if region.level() < Level::Township {
                // In order of their codes, the first one on top.
                let below = self.registry.regions_below(&region).await?;
                to_visit.extend(below.into_iter().rev().map(|below| below.code));
            }
        }
        Ok(())
    }

    /// The part's own row in the region above it, that one's in the next, and so on.
    async fn check_above(&mut self) -> Result<(), WalkError> {
        let path = self.region.code.ancestors().into_iter().chain([self.region.code.clone()]);
        for region in path {
            let found: Option<Difference<Timestamp>> = self.counters.check_row(&region).await?;
            let judged = judge(found, |_| true);
            self.checkpoint.kept.differences.extend(judged.certain.iter().map(Finding::from));
            self.suspect(judged.suspects.iter().map(Into::into).collect());
        }
        Ok(())
    }

    async fn check(&mut self, region: &RegionCode) -> Result<usize, WalkError> {
        let outcome = checking::check(&self.counters, &self.registry, region, self.patience).await?;
        let kept = &mut self.checkpoint.kept;
        kept.on_their_way += outcome.on_their_way;
        kept.differences.extend(outcome.findings);
        self.suspect(outcome.behind);
        Ok(outcome.households)
    }

    fn suspect(&mut self, behind: Vec<BehindRow>) {
        if !behind.is_empty() {
            self.checkpoint.kept.behind_at = Some(Timestamp::now());
            self.checkpoint.kept.behind.extend(behind);
        }
    }

    /// Makes the counts of a township's or village's households anew, with all that is above them.
    async fn repair(&mut self, region: &RegionCode) -> Result<usize, WalkError> {
        let villages: BTreeSet<VillageCode> = match region.level() {
            Level::Village => VillageCode::try_from(region.clone()).into_iter().collect(),
            Level::Township => {
                let below = self.registry.regions_below(region).await?;
                below.into_iter().filter_map(|village| village.code.try_into().ok()).collect()
            }
            _ => return Ok(0),
        };
        let mut cause = String::new();
        for attempt in 1..=ATTEMPTS {
            let began = Timestamp::now();
            let recounted = self.counters.recount(&self.registry, &villages, Mode::Repair).await?;
            let is_overdue = |since: &Timestamp| began.duration_since(*since) > self.patience;
            let households = recounted.households;
            if attempt == 1 {
                let judged = judge(recounted.differences.iter().cloned(), is_overdue);
                self.checkpoint.kept.repaired.extend(judged.certain.iter().map(Finding::from));
            }
            if recounted.is_complete() {
                return Ok(households);
            }
            let of_villages = recounted.failed.iter().map(|failed| failed.cause.to_string());
            let of_regions = recounted.climbed.failed.iter().map(|failed| failed.cause.to_string());
            cause = of_villages.chain(of_regions).collect::<Vec<_>>().join("; ");
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        Err(WalkError::Incomplete { region: region.clone(), cause })
    }

    /// What was behind and is so still, though a change had its time, is a difference.
    async fn look_again(&mut self) -> Result<(), WalkError> {
        let Some(seen) = self.checkpoint.kept.behind_at else { return Ok(()) };
        let left = (seen + self.patience).duration_since(Timestamp::now());
        if let Ok(left) = Duration::try_from(left)
            && !left.is_zero()
        {
            let rows = self.checkpoint.kept.behind.len();
            (self.tell)(&format!("looking again at {rows} rows that were behind, in {} s", left.as_secs()));
            tokio::time::sleep(left).await;
        }
        let found = checking::look_again(&self.counters, &self.checkpoint.kept.behind).await?;
        self.checkpoint.kept.differences.extend(found);
        Ok(())
    }

    fn progress(&self, region: &RegionCode) {
        let kept = &self.checkpoint.kept;
        let levels = [Level::Province, Level::Prefecture, Level::County, Level::Township];
        let below: u64 = levels.iter().filter_map(|level| self.region.below.get(level)).sum();
        let (phase, found) = match kept.phase {
            Phase::Repairing => ("repaired", kept.repaired.len()),
            _ => ("checked", kept.differences.len()),
        };
        let of = format!("{} of {} regions, {} households", kept.regions, below + 1, kept.households);
        (self.tell)(&format!("{phase} {region}: {of}, {found} differences"));
    }

    fn report(&self) -> Report {
        let kept = &self.checkpoint.kept;
        Report {
            region: kept.region.clone(),
            task: kept.task,
            epoch: kept.epoch,
            began_at: kept.began_at,
            ended_at: Timestamp::now(),
            resumed_after: self.checkpoint.resumed_after.clone(),
            regions: kept.regions,
            households: kept.households,
            on_their_way: kept.on_their_way,
            repaired: kept.repaired.clone(),
            differences: kept.differences.clone(),
            equal: kept.differences.is_empty(),
        }
    }
}
