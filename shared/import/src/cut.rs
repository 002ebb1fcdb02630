//! Cuts a file into pieces: of a hundred households each, never within one. It can stop between two pieces and go on
//! from there, so that no reading takes longer than a function may run.

use std::collections::BTreeSet;

use anju_domain::ids::HouseholdId;
use anju_domain::import::{FileFailure, FileProblem, ImportKind};
use anju_domain::region::RegionCode;
use serde::{Deserialize, Serialize};

use crate::columns::{Column, Layout};
use crate::piece::{Entry, Piece, VillageEntry};
use crate::problem::{Code, Problem};
use crate::row::{Row, Rows, RowsError};
use crate::seen::Seen;
use crate::{accounts, regions, register};

/// Entries of a piece.
const PER_PIECE: usize = 100;
/// Villages of a piece that looks for missing households.
const VILLAGES_PER_PIECE: usize = 20;
/// Rows that are looked at as one household at most: more than any has, and few enough to hold.
const MOST_ROWS_AT_ONCE: usize = 200;

/// Takes pieces.
pub trait Sink {
    /// Why it can't.
    type Error;

    /// Keeps a piece, whose number counts from 0. The same one may come again.
    ///
    /// # Errors
    /// Where it can't be kept.
    fn keep(&mut self, number: u32, piece: &Piece) -> Result<(), Self::Error>;
}

/// How far a cutting has come: between two pieces.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// Where the next row begins, in bytes.
    pub position: u64,
    /// Its number.
    pub row: u64,
    /// Pieces so far.
    pub pieces: u32,
    /// Rows so far, blank ones left out.
    pub rows: u64,
    /// Households that were named.
    seen: Seen,
    /// Households that moved elsewhere, by the file.
    departed: Seen,
    /// Households whose rows stand apart: none of them is taken.
    scattered: Seen,
    /// Regions that were named.
    codes: BTreeSet<RegionCode>,
}

impl Checkpoint {
    /// The beginning of a file whose first row below the heading is `row`, at `position`.
    pub fn at(position: u64, row: u64) -> Checkpoint {
        let [seen, departed, scattered] = [const { Seen::new() }; 3];
        Checkpoint { position, row, pieces: 0, rows: 0, seen, departed, scattered, codes: BTreeSet::new() }
    }
}

/// What a cutting came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Cut {
    /// There is more: go on from here.
    Paused(Box<Checkpoint>),
    /// The file is cut to its end: so many rows, so many pieces.
    Finished {
        /// Rows, blank ones left out.
        rows: u64,
        /// Pieces.
        pieces: u32,
        /// Households whose rows stand apart. Pieces that were kept before that was known may hold them: they are
        /// not to be taken, or somebody of them would be lost.
        scattered: Seen,
    },
}

/// Why a cutting stopped.
#[derive(Debug, thiserror::Error)]
pub enum CutError<E> {
    /// The file can't be imported.
    #[error("the file can't be imported: {0:?}")]
    File(FileFailure),
    /// It can't be read at the moment.
    #[error("the file can't be read: {0}")]
    Read(std::io::Error),
    /// A piece can't be kept.
    #[error("a piece can't be kept: {0}")]
    Keep(E),
}

/// Cuts rows into pieces.
#[derive(Debug)]
pub struct Cutter<'a, S> {
    kind: ImportKind,
    layout: &'a Layout,
    sink: &'a mut S,
    /// Pieces after which it pauses.
    most: u32,
    state: Checkpoint,
    piece: Piece,
    household: Vec<Row>,
    id: Option<HouseholdId>,
}

impl<'a, S: Sink> Cutter<'a, S> {
    /// One that goes on from a checkpoint and keeps at most `most` pieces.
    pub fn new(kind: ImportKind, layout: &'a Layout, from: Checkpoint, sink: &'a mut S, most: u32) -> Self {
        let most = from.pieces.saturating_add(most);
        Cutter {
            kind,
            layout,
            sink,
            most,
            state: from,
            piece: Piece::default(),
            household: Vec::new(),
            id: None,
        }
    }

    /// Cuts until the end, or until it is time to pause.
    ///
    /// # Errors
    /// Where rows can't be read or pieces not be kept. What was kept may be kept again.
    pub fn cut(mut self, rows: &mut impl Rows) -> Result<Cut, CutError<S::Error>> {
        while let Some(row) = next(rows)? {
            if row.is_blank() {
                continue;
            }
            let joins = self.kind == ImportKind::Register && self.joins(&row);
            if !joins {
                self.close_household();
                if self.is_full() {
                    self.keep()?;
                    if self.state.pieces >= self.most {
                        (self.state.position, self.state.row) = row.beginning;
                        return Ok(Cut::Paused(Box::new(self.state)));
                    }
                }
            }
            self.state.rows += 1;
            self.piece.rows += 1;
            match self.kind {
                ImportKind::Register => {
                    if !joins {
                        self.id = register::household_of(&row, self.layout);
                    }
                    self.household.push(row);
                }
                ImportKind::Regions => self.take_region(&row),
                ImportKind::Accounts => self.take_account(&row),
            }
        }
        self.close_household();
        if !self.piece.is_empty() {
            self.keep()?;
        }
        if self.state.rows == 0 {
            return Err(CutError::File(FileProblem::NoRows.into()));
        }
        self.keep_villages()?;
        let Checkpoint { rows, pieces, scattered, .. } = self.state;
        Ok(Cut::Finished { rows, pieces, scattered })
    }

    /// Whether a row belongs to the household before it. One that doesn't say whose it is belongs to the rows above
    /// it, so that the household it may be of isn't taken without it.
    fn joins(&self, row: &Row) -> bool {
        if self.household.is_empty() || self.household.len() >= MOST_ROWS_AT_ONCE {
            return false;
        }
        match register::household_of(row, self.layout) {
            Some(id) => self.id.as_ref() == Some(&id),
            None => !register::is_head(row, self.layout),
        }
    }

    fn close_household(&mut self) {
        let rows = std::mem::take(&mut self.household);
        if rows.is_empty() {
            return;
        }
        let is_new = self.id.as_ref().is_none_or(|id| self.state.seen.insert(id));
        if let Some(id) = self.id.as_ref().filter(|_| !is_new) {
            self.state.scattered.insert(id);
        }
        let read = register::read(self.id.as_ref(), &rows, self.layout, is_new);
        self.piece.problems.extend(read.problems);
        match read.entry {
            Some(entry) => {
                if let Some(from) = &entry.moved_from {
                    self.state.departed.insert(from);
                }
                self.piece.entries.push(Entry::Household(entry));
            }
            None => self.piece.rejected += rows.len() as u64,
        }
    }

    fn take_region(&mut self, row: &Row) {
        match regions::read(row, self.layout) {
            // A village may take households from several others.
            Ok(entry) if entry.households.is_none() && !self.state.codes.insert(entry.code.clone()) => {
                self.reject(row, Column::Code, &entry.code, Code::CodeTwice);
            }
            Ok(entry) => {
                self.piece.entries.push(Entry::Region(entry));
            }
            Err(problems) => self.reject_with(problems),
        }
    }

    fn take_account(&mut self, row: &Row) {
        match accounts::read(row, self.layout) {
            Ok(entry) if !self.state.codes.insert(entry.region.clone()) => {
                self.reject(row, Column::Account, &entry.region, Code::CodeTwice);
            }
            Ok(entry) => self.piece.entries.push(Entry::Account(entry)),
            Err(problems) => self.reject_with(problems),
        }
    }

    fn reject(&mut self, row: &Row, column: Column, about: &RegionCode, code: Code) {
        let (about, value) = (about.to_string(), about.to_string());
        self.reject_with(vec![Problem { row: Some(row.number), about, column: Some(column), value, code }]);
    }

    fn reject_with(&mut self, problems: Vec<Problem>) {
        self.piece.problems.extend(problems);
        self.piece.rejected += 1;
    }

    /// Households that change their village may be many: they are a piece of their own.
    fn is_full(&self) -> bool {
        let moves = |entry: &Entry| matches!(entry, Entry::Region(region) if region.households.is_some());
        self.piece.entries.len() >= PER_PIECE
            || self.piece.rows >= 10 * PER_PIECE as u64
            || self.piece.entries.last().is_some_and(moves)
    }

    fn keep(&mut self) -> Result<(), CutError<S::Error>> {
        let piece = std::mem::take(&mut self.piece);
        self.sink.keep(self.state.pieces, &piece).map_err(CutError::Keep)?;
        self.state.pieces += 1;
        Ok(())
    }

    /// Pieces that look which households of the named villages the file doesn't have.
    fn keep_villages(&mut self) -> Result<(), CutError<S::Error>> {
        let state = &self.state;
        let named: Vec<Entry> = state
            .seen
            .villages()
            .map(|(village, numbers)| {
                let named = numbers.and(state.departed.of(village));
                Entry::Village(VillageEntry { village: village.clone(), named })
            })
            .collect();
        for entries in named.chunks(VILLAGES_PER_PIECE) {
            self.piece.entries = entries.to_vec();
            self.keep()?;
        }
        Ok(())
    }
}

fn next<E>(rows: &mut impl Rows) -> Result<Option<Row>, CutError<E>> {
    rows.next_row().map_err(|error| match error {
        RowsError::File(failure) => CutError::File(failure),
        RowsError::Read(error) => CutError::Read(error),
    })
}

/// The order in which pieces are queued: neighbours in the file, which are of one village, far from each other, so
/// that no village's partition takes all writes at once.
pub fn interleaved(pieces: u32) -> impl Iterator<Item = u32> {
    let strands = pieces.isqrt().max(1);
    (0..strands).flat_map(move |first| (first..pieces).step_by(strands as usize))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::convert::Infallible;

    use super::*;
    use crate::delimited::Dialect;

    #[derive(Default)]
    struct Kept(BTreeMap<u32, Piece>, Seen);

    impl Sink for Kept {
        type Error = Infallible;

        fn keep(&mut self, number: u32, piece: &Piece) -> Result<(), Infallible> {
            self.0.insert(number, piece.clone());
            Ok(())
        }
    }

    /// Cuts a file, pausing after so many pieces each time.
    fn cut(kind: ImportKind, file: &str, most: u32) -> (Kept, u64, u32) {
        let dialect = Dialect::of(kind, file.as_bytes()).unwrap();
        let (position, row) = dialect.body();
        let (mut from, mut kept) = (Checkpoint::at(position, row), Kept::default());
        loop {
            let rest = &file.as_bytes()[from.position as usize..];
            let mut rows = dialect.rows(rest, from.position, from.row);
            match Cutter::new(kind, dialect.layout(), from, &mut kept, most).cut(&mut rows).unwrap() {
                Cut::Paused(checkpoint) => {
                    let stored = serde_json::to_string(&checkpoint).unwrap();
                    from = serde_json::from_str(&stored).unwrap();
                }
                Cut::Finished { rows, pieces, scattered } => {
                    kept.1 = scattered;
                    return (kept, rows, pieces);
                }
            }
        }
    }

    fn households(count: u32) -> String {
        let rows = (1..=count).flat_map(|n| {
            let (village, number) = (530_627_101_200_u64 + u64::from(n / 300), n % 300 + 1);
            ["户主", "配偶"].map(|relation| format!("{village},{number},王小明,,{relation}\n"))
        });
        format!("village,number,name,id_number,relation\n{}", rows.collect::<String>())
    }

    #[test]
    fn pauses_change_nothing_about_the_pieces() {
        let file = households(1_000);
        let (whole, rows, pieces) = cut(ImportKind::Register, &file, u32::MAX);
        assert_eq!((rows, pieces), (2_000, 11));
        let (in_parts, ..) = cut(ImportKind::Register, &file, 1);
        assert_eq!(in_parts.0, whole.0);
        let taken: usize = whole.0.values().map(|piece| piece.entries.len()).sum();
        assert_eq!(taken, 1_000 + 4, "each household once, and four villages to look at");
    }

    #[test]
    fn rows_of_a_household_that_stand_apart_are_refused_and_named() {
        let file = format!("{}530627101200,2,李红,,之女\n", households(5));
        let (kept, ..) = cut(ImportKind::Register, &file, 9);
        let problems: Vec<Code> = kept.0[&0].problems.iter().map(|problem| problem.code).collect();
        assert!(problems.contains(&Code::Scattered), "{problems:?}");
        assert_eq!(kept.0[&0].rejected, 1);
        assert!(kept.1.contains(&"530627101200-2".parse().unwrap()) && kept.1.villages().count() == 1);
    }

    #[test]
    fn a_row_that_does_not_say_whose_it_is_keeps_the_household_above_it_out() {
        let file = "village,number,name,id_number,relation\n\
                    530627101200,1,王小明,,户主\n53062710120,1,李红,,配偶\n530627101200,2,张三,,户主\n";
        let (kept, ..) = cut(ImportKind::Register, file, 9);
        assert_eq!((kept.0[&0].entries.len(), kept.0[&0].rejected, kept.0[&0].rows), (1, 2, 3));
    }

    #[test]
    fn every_row_is_taken_or_rejected() {
        let file =
            "code,name,merged_into\n53,云南省,\n53,云南省,\n5306,,\n530627101203,云岭村,530627101204\n";
        let (kept, rows, pieces) = cut(ImportKind::Regions, file, 9);
        let taken: usize = kept.0.values().map(|piece| piece.entries.len()).sum();
        let rejected: u64 = kept.0.values().map(|piece| piece.rejected).sum();
        assert_eq!((rows, taken, rejected, pieces), (4, 2, 2, 1));
    }

    #[test]
    fn all_pieces_are_queued_once_and_neighbours_apart() {
        for pieces in [0, 1, 2, 10, 1_185] {
            let order: Vec<u32> = interleaved(pieces).collect();
            assert_eq!(order.iter().collect::<BTreeSet<_>>().len(), pieces as usize);
            assert_eq!(order.len(), pieces as usize);
        }
        let order: Vec<u32> = interleaved(1_185).collect();
        assert!(order.windows(2).all(|pair| pair[0].abs_diff(pair[1]) > 20));
    }
}
