//! Whatever fails, is killed or runs twice at a time: in the end there is the file, with every row once.

use std::collections::BTreeMap;
use std::future::Future as _;
use std::path::Path;
use std::pin::pin;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use anju_domain::export::{
    Export, ExportFormat, ExportId, ExportKind, ExportOrder, FailedExport, Outcome, Requester,
};
use anju_domain::language::Language;
use anju_domain::sheet::SheetLayout;
use anju_domain::stamp::Stamp;
use anju_domain::table::{Cell, Column, Row};
use jiff::Timestamp;
use proptest::prelude::*;

use crate::file::Described;
use crate::ports::{Exports, Failure, Files, Source, SourcePage};
use crate::run::{Ended, PART_ROWS, RunError, Work, run};

/// Rows of a page.
const PAGE: usize = 1_000;

/// Everything outside, in memory. Every call may be the last one of a run that is killed there.
#[derive(Default)]
struct World {
    export: Mutex<Option<Export>>,
    parts: Mutex<BTreeMap<String, Vec<u8>>>,
    file: Mutex<Option<Vec<u8>>>,
    rows: usize,
    /// Rows of pages that were read, again and again.
    read: Mutex<usize>,
    /// The most rows that were kept in one part.
    largest: Mutex<usize>,
}

impl World {
    fn of(rows: usize, format: ExportFormat) -> Self {
        World { export: Mutex::new(Some(export(format))), rows, ..World::default() }
    }

    fn export(&self) -> Export {
        self.export.lock().unwrap().clone().unwrap()
    }

    fn lines(&self) -> Vec<String> {
        let file = self.file.lock().unwrap().clone().unwrap();
        let text = String::from_utf8(file).unwrap();
        let lines: Vec<String> = text.trim_start_matches('\u{feff}').lines().map(str::to_owned).collect();
        // Without heading and mark.
        lines[1..lines.len() - 1].to_vec()
    }
}

/// Gives way once, so that another run can come in between.
async fn step() {
    let mut gave_way = false;
    std::future::poll_fn(|_| {
        if std::mem::replace(&mut gave_way, true) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

impl Exports for World {
    async fn export(&self, _: &ExportId) -> Result<Option<Export>, Failure> {
        step().await;
        Ok(self.export.lock().unwrap().clone())
    }

    async fn put(&self, export: &Export) -> Result<(), Failure> {
        step().await;
        {
            let mut held = self.export.lock().unwrap();
            if held.as_ref().map(|held| held.revision + 1) != Some(export.revision) {
                return Err(Failure::Overtaken);
            }
            *held = Some(export.clone());
        }
        // Written, but the run may be killed before it hears of it.
        step().await;
        Ok(())
    }
}

impl Files for World {
    async fn put_part(&self, _: &ExportId, attempt: &str, part: u32, bytes: Vec<u8>) -> Result<(), Failure> {
        step().await;
        let rows = crate::parts::unpacked(&bytes).count();
        let mut largest = self.largest.lock().unwrap();
        *largest = rows.max(*largest);
        self.parts.lock().unwrap().insert(format!("{attempt}/{part}"), bytes);
        Ok(())
    }

    async fn part(&self, _: &ExportId, attempt: &str, part: u32) -> Result<Vec<u8>, Failure> {
        step().await;
        let part = self.parts.lock().unwrap().get(&format!("{attempt}/{part}")).cloned();
        part.ok_or_else(|| Failure::Unavailable("no such part".into()))
    }

    async fn delete_part(&self, _: &ExportId, attempt: &str, part: u32) -> Result<(), Failure> {
        step().await;
        self.parts.lock().unwrap().remove(&format!("{attempt}/{part}"));
        Ok(())
    }

    async fn put_file(&self, _: &Export, file: &Path) -> Result<(), Failure> {
        step().await;
        *self.file.lock().unwrap() = Some(std::fs::read(file).unwrap());
        Ok(())
    }
}

impl Source for World {
    async fn page(&self, after: Option<&str>) -> Result<SourcePage, Failure> {
        step().await;
        let from = after.map_or(0, |after| after.parse::<usize>().unwrap() + 1);
        let until = (from + PAGE).min(self.rows);
        let rows: Vec<Row> = (from..until).map(|row| vec![Cell::text(format!("row {row}"))]).collect();
        *self.read.lock().unwrap() += rows.len();
        let next = (until < self.rows).then(|| (until - 1).to_string());
        Ok(SourcePage { rows, left_out: 0, next })
    }
}

fn export(format: ExportFormat) -> Export {
    let account: anju_domain::region::RegionCode = "530627".parse().unwrap();
    let order = ExportOrder {
        kind: ExportKind::Households,
        format,
        region: account.clone(),
        filters: serde_json::Map::new(),
        sheet: SheetLayout::default(),
        language: Language::Chinese,
        base_url: String::new(),
    };
    let by = Requester { account: account.clone(), name: String::new(), position: String::new() };
    Export::queued(ExportId::new(account, 1), order, by, None, Timestamp::UNIX_EPOCH)
}

fn described() -> Described {
    let stamp = Stamp {
        title: "t".into(),
        author: "a".into(),
        at: Timestamp::UNIX_EPOCH,
        table: "t",
        about: "a",
        facts: Vec::new(),
        rows: "rows",
    };
    Described {
        stamp,
        columns: vec![Column { title: "row", width: 9 }],
        frozen: 0,
        sheet: SheetLayout::default(),
    }
}

/// One delivery of the message: the run is killed after `steps` steps, if it isn't over before.
fn deliver(world: &World, attempt: usize, steps: usize, time: usize) -> Option<Result<Ended, RunError>> {
    let described = described();
    let work = Work { exports: world, files: world, source: world, described: &described };
    let checks = std::cell::Cell::new(0);
    let time_is_short = || checks.replace(checks.get() + 1) >= time;
    let id = world.export().id;
    let mut run = pin!(run(&work, &id, format!("attempt {attempt}"), time_is_short));
    let mut context = Context::from_waker(Waker::noop());
    (0..steps).find_map(|_| match run.as_mut().poll(&mut context) {
        Poll::Ready(ended) => Some(ended),
        Poll::Pending => None,
    })
}

/// There is always time.
fn never() -> bool {
    false
}

fn expected(rows: usize) -> Vec<String> {
    (0..rows).map(|row| format!("\"row {row}\"")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn a_run_that_is_killed_again_and_again_leaves_a_file_with_every_row_once(
        rows in 0_usize..16_000,
        kills in prop::collection::vec(1_usize..60, 0..12),
        time in 1_usize..6,
    ) {
        let world = World::of(rows, ExportFormat::Csv);
        for (attempt, steps) in kills.into_iter().enumerate() {
            drop(deliver(&world, attempt, steps, time));
        }
        let mut attempt = 100;
        while !world.export().is_over() {
            deliver(&world, attempt, usize::MAX, time).unwrap().unwrap();
            attempt += 1;
            prop_assert!(attempt < 200, "it comes to an end");
        }
        prop_assert_eq!(world.lines(), expected(rows));
        prop_assert_eq!(world.export().rows, rows as u64);
        // Once more, as a queue may do it.
        prop_assert_eq!(deliver(&world, 200, usize::MAX, 1).unwrap().unwrap(), Ended::Over);
        prop_assert_eq!(world.lines(), expected(rows));
    }

    #[test]
    fn two_runs_at_a_time_leave_one_file_with_every_row_once(
        rows in 0_usize..16_000,
        turns in prop::collection::vec(any::<bool>(), 0..200),
    ) {
        let world = World::of(rows, ExportFormat::Csv);
        let described = described();
        let work = Work { exports: &world, files: &world, source: &world, described: &described };
        let id = world.export().id;
        {
            let mut one = Some(Box::pin(run(&work, &id, "one".into(), never)));
            let mut other = Some(Box::pin(run(&work, &id, "other".into(), never)));
            let mut context = Context::from_waker(Waker::noop());
            for turn in turns.into_iter().chain([true, false].into_iter().cycle()) {
                if one.is_none() && other.is_none() {
                    break;
                }
                let now = if turn { &mut one } else { &mut other };
                if let Some(running) = now && running.as_mut().poll(&mut context).is_ready() {
                    *now = None;
                }
            }
        }
        // Whichever failed because the other was faster is delivered again.
        while !world.export().is_over() {
            drop(deliver(&world, 1, usize::MAX, usize::MAX));
        }
        prop_assert_eq!(world.lines(), expected(rows));
    }
}

#[test]
fn no_more_than_a_part_is_in_memory_or_read_anew() {
    let world = World::of(4 * PART_ROWS + 7, ExportFormat::Csv);
    // Killed in the third part.
    drop(deliver(&world, 0, 30, usize::MAX));
    let noted = world.export().rows as usize;
    assert!(noted >= PART_ROWS && noted < world.rows, "{noted}");
    assert_eq!(deliver(&world, 1, usize::MAX, usize::MAX).unwrap().unwrap(), Ended::Over);
    assert!(*world.read.lock().unwrap() <= world.rows + PART_ROWS);
    assert!(*world.largest.lock().unwrap() < PART_ROWS + PAGE);
    assert!(world.parts.lock().unwrap().is_empty(), "the rows are in the file alone");
}

#[test]
fn more_rows_than_a_format_holds_are_refused_before_they_are_all_read() {
    let most = ExportFormat::Pdf.most_rows() as usize;
    let world = World::of(3 * most, ExportFormat::Pdf);
    assert_eq!(deliver(&world, 0, usize::MAX, usize::MAX).unwrap().unwrap(), Ended::Over);
    let Some(Outcome::Failed { reason, .. }) = world.export().outcome else { panic!("a file") };
    assert_eq!(reason, FailedExport::TooManyRows);
    assert!(*world.read.lock().unwrap() <= most + PART_ROWS && world.file.lock().unwrap().is_none());
}

/// A future that is dropped half-way is what a killed process is: nothing of it goes on.
#[test]
fn a_part_that_was_written_but_not_noted_is_not_in_the_file() {
    for steps in 1..60 {
        let world = World::of(2 * PART_ROWS, ExportFormat::Csv);
        drop(deliver(&world, 0, steps, usize::MAX));
        drop(deliver(&world, 1, usize::MAX, usize::MAX));
        assert_eq!(world.lines(), expected(world.rows), "killed after {steps} steps");
    }
}
