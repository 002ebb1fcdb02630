//! What a piece did, and what was wrong with it.

use anju_domain::import::Totals;
use anju_domain::registered::Effect;
use anju_import::piece::Piece;
use anju_import::problem::Problem;

/// What became of some rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Did {
    /// They changed something.
    Effect(Effect),
    /// They say what is known.
    Nothing,
}

/// Collects both.
#[derive(Debug, Default)]
pub struct Report {
    /// The numbers.
    pub totals: Totals,
    /// What was wrong or is worth a look.
    pub problems: Vec<Problem>,
    /// Lines of accounts that were issued.
    pub accounts: Vec<u8>,
}

impl Report {
    /// What the file alone said.
    pub fn of(piece: &Piece) -> Report {
        let totals = Totals { rows: piece.rows, rejected: piece.rejected, ..Totals::default() };
        Report { totals, problems: piece.problems.clone(), accounts: Vec::new() }
    }

    /// Rows that were taken.
    pub fn take(&mut self, rows: u64, did: Did) {
        let totals = &mut self.totals;
        let Did::Effect(effect) = did else {
            totals.unchanged += rows;
            return;
        };
        totals.applied += rows;
        match effect {
            Effect::Created => totals.created += 1,
            Effect::Changed => totals.changed += 1,
            Effect::Moved => totals.moved += 1,
            Effect::Left => totals.left += 1,
        }
    }

    /// Rows that were not taken.
    pub fn reject(&mut self, rows: u64, problems: impl IntoIterator<Item = Problem>) {
        self.totals.rejected += rows;
        self.problems.extend(problems);
    }

    /// The problems in the order of their rows, those without one last; and how many there are.
    pub fn close(&mut self) {
        self.problems.sort_by_key(|problem| (problem.row.unwrap_or(u64::MAX), problem.code));
        self.totals.problems = self.problems.len() as u64;
    }
}
