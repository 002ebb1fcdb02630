//! What came of a run.

use std::fmt;

use anju_app::checking::Finding;
use anju_domain::region::RegionCode;
use jiff::Timestamp;
use serde::Serialize;

use crate::checkpoint::Task;

/// What came of a run. Codes and numbers, nothing about people.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) region: RegionCode,
    pub(crate) task: Task,
    pub(crate) epoch: u32,
    pub(crate) began_at: Timestamp,
    pub(crate) ended_at: Timestamp,
    /// Where an earlier run was ended.
    pub(crate) resumed_after: Option<RegionCode>,
    /// How many regions were compared with what they are made from, villages aside.
    pub(crate) regions: usize,
    pub(crate) households: usize,
    /// Households that had changed too recently to be counted for certain.
    pub(crate) on_their_way: usize,
    /// Of a repair: what differed before it.
    pub(crate) repaired: Vec<Finding>,
    /// What differs.
    pub(crate) differences: Vec<Finding>,
    pub(crate) equal: bool,
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (what, findings) in [("differed", &self.repaired), ("differs", &self.differences)] {
            for finding in findings {
                let Finding { region, row, kind, held, source } = finding;
                let [held, source] = [held, source]
                    .map(|value| value.as_ref().map_or("nothing".to_owned(), ToString::to_string));
                writeln!(formatter, "{region}, {row}: {what} ({kind}), counted {held}, registered {source}")?;
            }
        }
        let Report { region, regions, households, on_their_way, .. } = self;
        let verdict = if self.equal { "equal to the register" } else { "NOT equal to the register" };
        write!(formatter, "{region}: {verdict}; {regions} regions, {households} households")?;
        if *on_their_way > 0 {
            write!(formatter, ", of which {on_their_way} changed too recently to say")?;
        }
        if !self.repaired.is_empty() {
            write!(formatter, "; {} rows repaired", self.repaired.len())?;
        }
        Ok(())
    }
}
