//! How fast rows become a file, and that memory doesn't grow with them. `make bench-export` runs it: it takes minutes.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::future::Future as _;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use anju_domain::export::{Export, ExportFormat, ExportId, ExportKind, ExportOrder, Requester};
use anju_domain::language::Language;
use anju_domain::sheet::SheetLayout;
use anju_domain::stamp::Stamp;
use anju_domain::table::{Cell, Column, Row};
use anju_export::file::Described;
use anju_export::ports::{Exports, Failure, Files, Source, SourcePage};
use anju_export::run::{Work, run};
use jiff::Timestamp;

const PAGE: usize = 100;
const COLUMNS: usize = 17;
/// What a run of any size may take at its largest, in KB, this program and its typeface included.
const MOST_MEMORY_KB: u64 = 120_000;

/// Parts on the disk, rows out of nothing.
struct Disk {
    folder: PathBuf,
    export: Mutex<Export>,
    rows: usize,
    size: Mutex<u64>,
}

impl Exports for Disk {
    async fn export(&self, _: &ExportId) -> Result<Option<Export>, Failure> {
        Ok(Some(self.export.lock().unwrap().clone()))
    }

    async fn put(&self, export: &Export) -> Result<(), Failure> {
        *self.export.lock().unwrap() = export.clone();
        Ok(())
    }
}

impl Files for Disk {
    async fn put_part(&self, _: &ExportId, _: &str, part: u32, bytes: Vec<u8>) -> Result<(), Failure> {
        std::fs::write(self.folder.join(part.to_string()), bytes).unwrap();
        Ok(())
    }

    async fn part(&self, _: &ExportId, _: &str, part: u32) -> Result<Vec<u8>, Failure> {
        Ok(std::fs::read(self.folder.join(part.to_string())).unwrap())
    }

    async fn delete_part(&self, _: &ExportId, _: &str, part: u32) -> Result<(), Failure> {
        std::fs::remove_file(self.folder.join(part.to_string())).unwrap();
        Ok(())
    }

    async fn put_file(&self, _: &Export, file: &Path) -> Result<(), Failure> {
        *self.size.lock().unwrap() = file.metadata().unwrap().len();
        Ok(())
    }
}

impl Source for Disk {
    async fn page(&self, after: Option<&str>) -> Result<SourcePage, Failure> {
        let from = after.map_or(0, |after| after.parse().unwrap());
        let until = (from + PAGE).min(self.rows);
        let row = |number: usize| -> Row {
            let mut row = vec![Cell::text(format!("530627101203-{number}"))];
            let words = [
                "云南省",
                "昭通市",
                "镇雄县",
                "果珠乡",
                "云岭村",
                "测试户",
                "11010519491231002X",
                "16000000001",
            ];
            row.extend(words.map(Cell::text));
            row.resize(COLUMNS, Cell::text("住房安全有保障"));
            row
        };
        let next = (until < self.rows).then(|| until.to_string());
        Ok(SourcePage { rows: (from..until).map(row).collect(), left_out: 0, next })
    }
}

fn disk(rows: usize, format: ExportFormat, folder: PathBuf) -> Disk {
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
    let export = Export::queued(ExportId::new(account, 1), order, by, None, Timestamp::UNIX_EPOCH);
    Disk { folder, export: Mutex::new(export), rows, size: Mutex::new(0) }
}

/// The most memory of this process since it was last asked to forget, in KB.
fn most_memory_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    most.trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
#[ignore = "takes minutes; make bench-export"]
fn memory_does_not_grow_with_the_rows() {
    let stamp = Stamp {
        title: "t".into(),
        author: "a".into(),
        at: Timestamp::UNIX_EPOCH,
        table: "t",
        about: "a",
        facts: Vec::new(),
        rows: "rows",
    };
    let columns = vec![Column { title: "column", width: 12 }; COLUMNS];
    let described = Described { stamp, columns, frozen: 0, sheet: SheetLayout::default() };
    println!(
        "| rows | format | seconds | rows a second | MB of file | MB of memory |\n|---|---|---|---|---|---|"
    );
    for rows in [10_000, 118_097, 1_000_000] {
        for format in [ExportFormat::Csv, ExportFormat::Xlsx] {
            std::fs::write("/proc/self/clear_refs", "5").unwrap();
            let folder = tempfile::tempdir().unwrap();
            let disk = disk(rows, format, folder.path().to_owned());
            let id = disk.export.lock().unwrap().id.clone();
            let work = Work { exports: &disk, files: &disk, source: &disk, described: &described };
            let started = Instant::now();
            let mut run = pin!(run(&work, &id, "one".into(), || false));
            // Nothing here ever waits.
            let Poll::Ready(ended) = run.as_mut().poll(&mut Context::from_waker(Waker::noop())) else {
                panic!()
            };
            ended.unwrap();
            let seconds = started.elapsed().as_secs_f64();
            let (size, memory) = (*disk.size.lock().unwrap() as f64 / 1e6, most_memory_kb());
            let speed = rows as f64 / seconds;
            println!(
                "| {rows} | {format:?} | {seconds:.1} | {speed:.0} | {size:.1} | {:.0} |",
                memory as f64 / 1e3
            );
            assert!(memory < MOST_MEMORY_KB, "{rows} rows as {format:?} took {memory} KB");
        }
    }
}
