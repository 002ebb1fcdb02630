//! How far a run has come, in a file, so that the next one goes on there.

use std::path::{Path, PathBuf};

use anju_app::checking::Finding;
use anju_domain::region::RegionCode;
use anju_store::checks::BehindRow;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Task {
    Check,
    Repair,
}

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Phase {
    /// Counts are made anew, a township at a time.
    Repairing,
    /// Every region is compared.
    Checking,
    /// What was behind is looked at again.
    LookingAgain,
}

/// Why there is no checkpoint to go on from.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CheckpointError {
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: std::io::Error },
    #[error("{} is no checkpoint: {source}", path.display())]
    Form { path: PathBuf, source: serde_json::Error },
    #[error("{} is of another run ({task:?} of {region} in epoch {epoch}): delete it, or name another file",
        path.display())]
    Other { path: PathBuf, task: Task, region: RegionCode, epoch: u32 },
}

/// What is kept between runs.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) task: Task,
    pub(crate) region: RegionCode,
    pub(crate) epoch: u32,
    pub(crate) began_at: Timestamp,
    pub(crate) phase: Phase,
    /// The last region, in the order of codes, that the phase is done with.
    pub(crate) done: Option<RegionCode>,
    /// How many regions the repair has been through; then, from 0 again, the check.
    pub(crate) regions: usize,
    /// Their households.
    pub(crate) households: usize,
    pub(crate) on_their_way: usize,
    pub(crate) repaired: Vec<Finding>,
    pub(crate) differences: Vec<Finding>,
    pub(crate) behind: Vec<BehindRow>,
    /// When the last of these was seen.
    pub(crate) behind_at: Option<Timestamp>,
}

/// A checkpoint and its file.
#[derive(Debug)]
pub(crate) struct Checkpoint {
    path: PathBuf,
    pub(crate) kept: Kept,
    pub(crate) resumed_after: Option<RegionCode>,
}

impl Checkpoint {
    /// That of an earlier run, or a new one.
    pub(crate) fn open(
        path: PathBuf,
        task: Task,
        region: &RegionCode,
        epoch: u32,
        now: Timestamp,
    ) -> Result<Self, CheckpointError> {
        let kept: Kept = match std::fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map_err(|source| CheckpointError::Form { path: path.clone(), source })?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => new(task, region, epoch, now),
            Err(source) => return Err(CheckpointError::File { path, source }),
        };
        if (kept.task, &kept.region, kept.epoch) != (task, region, epoch) {
            let Kept { task, region, epoch, .. } = kept;
            return Err(CheckpointError::Other { path, task, region, epoch });
        }
        let resumed_after = kept.done.clone();
        Ok(Checkpoint { path, kept, resumed_after })
    }

    /// Whether the phase is done with the region.
    pub(crate) fn is_done(&self, region: &RegionCode) -> bool {
        self.kept.done.as_ref().is_some_and(|done| region <= done)
    }

    /// Notes that the phase is done with a region.
    pub(crate) fn done(&mut self, region: &RegionCode) -> Result<(), CheckpointError> {
        self.kept.done = Some(region.clone());
        self.save()
    }

    /// Notes that a phase begins.
    pub(crate) fn begin(&mut self, phase: Phase) -> Result<(), CheckpointError> {
        self.kept.phase = phase;
        self.kept.done = None;
        self.save()
    }

    /// A sudden end leaves the file as it was before or as it is after.
    fn save(&self) -> Result<(), CheckpointError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| CheckpointError::File { path, source }
        };
        let bytes = serde_json::to_vec(&self.kept)
            .map_err(|source| CheckpointError::Form { path: self.path.clone(), source })?;
        let mut draft = self.path.clone().into_os_string();
        draft.push(".new");
        let draft = PathBuf::from(draft);
        std::fs::write(&draft, bytes).map_err(failed(&draft))?;
        std::fs::rename(&draft, &self.path).map_err(failed(&self.path))
    }

    /// The run is at its end: the next one begins anew.
    pub(crate) fn remove(&self) -> Result<(), CheckpointError> {
        match std::fs::remove_file(&self.path) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                Err(CheckpointError::File { path: self.path.clone(), source })
            }
            _ => Ok(()),
        }
    }
}

fn new(task: Task, region: &RegionCode, epoch: u32, now: Timestamp) -> Kept {
    Kept {
        task,
        region: region.clone(),
        epoch,
        began_at: now,
        phase: if task == Task::Repair { Phase::Repairing } else { Phase::Checking },
        done: None,
        regions: 0,
        households: 0,
        on_their_way: 0,
        repaired: Vec::new(),
        differences: Vec::new(),
        behind: Vec::new(),
        behind_at: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(path: &Path, task: Task, epoch: u32) -> Result<Checkpoint, CheckpointError> {
        Checkpoint::open(path.to_owned(), task, &code("5306"), epoch, Timestamp::UNIX_EPOCH)
    }

    fn code(text: &str) -> RegionCode {
        text.parse().unwrap()
    }

    #[test]
    fn a_run_goes_on_behind_the_last_region_that_was_done() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("checkpoint.json");
        let mut first = open(&path, Task::Check, 1).unwrap();
        assert!(!first.is_done(&code("5306")) && first.resumed_after.is_none());
        first.kept.households = 7;
        first.done(&code("530627101")).unwrap();
        let second = open(&path, Task::Check, 1).unwrap();
        assert_eq!(second.resumed_after, Some(code("530627101")));
        assert_eq!(second.kept.households, 7);
        for (region, done) in [("5306", true), ("530627101", true), ("530627102", false), ("530628", false)] {
            assert_eq!(second.is_done(&code(region)), done, "{region}");
        }
        second.remove().unwrap();
        assert!(open(&path, Task::Check, 1).unwrap().resumed_after.is_none());
    }

    #[test]
    fn a_checkpoint_of_another_run_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("checkpoint.json");
        open(&path, Task::Check, 1).unwrap().done(&code("5306")).unwrap();
        for (task, epoch) in [(Task::Repair, 1), (Task::Check, 2)] {
            assert!(matches!(open(&path, task, epoch), Err(CheckpointError::Other { .. })));
        }
        std::fs::write(&path, "{").unwrap();
        assert!(matches!(open(&path, Task::Check, 1), Err(CheckpointError::Form { .. })));
    }
}
