//! However many rows a file has, cutting it takes the same little memory.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::convert::Infallible;
use std::io::Read;
use std::sync::Mutex;

use anju_domain::import::ImportKind;
use anju_import::cut::{Checkpoint, Cut, Cutter, Sink};
use anju_import::delimited::Dialect;
use anju_import::piece::Piece;
use peak_alloc::PeakAlloc;

/// Counts what is held, and the most that ever was.
#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const HEADER: &str = "village,number,name,id_number,relation,phone,address\n";
const PEOPLE: u64 = 4;

/// A file of so many rows, made as it is read.
struct Rows {
    next: u64,
    rows: u64,
    line: Vec<u8>,
    taken: usize,
}

impl Rows {
    fn of(rows: u64) -> Self {
        Rows { next: 0, rows, line: Vec::new(), taken: 0 }
    }
}

impl Read for Rows {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.taken == self.line.len() {
            if self.next == self.rows {
                return Ok(0);
            }
            let (household, person) = (self.next / PEOPLE, self.next % PEOPLE);
            let (village, number) = (530_627_100_200 + household / 500, household % 500 + 1);
            let relation = if person == 0 { "户主" } else { "之子" };
            self.line.clear();
            self.line.extend(
                format!("{village},{number},王小明,,{relation},16000000001,一组{number}号\n").bytes(),
            );
            self.next += 1;
            self.taken = 0;
        }
        let length = buffer.len().min(self.line.len() - self.taken);
        buffer[..length].copy_from_slice(&self.line[self.taken..self.taken + length]);
        self.taken += length;
        Ok(length)
    }
}

#[derive(Default)]
struct Counted {
    entries: u64,
    bytes: u64,
}

impl Sink for Counted {
    type Error = Infallible;

    fn keep(&mut self, _: u32, piece: &Piece) -> Result<(), Infallible> {
        self.entries += piece.entries.len() as u64;
        self.bytes += serde_json::to_vec(piece).map_or(0, |bytes| bytes.len() as u64);
        Ok(())
    }
}

/// The most bytes that cutting so many rows held.
fn most_for(rows: u64) -> usize {
    let dialect = Dialect::of(ImportKind::Register, HEADER.as_bytes()).unwrap();
    let mut sink = Counted::default();
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let mut source = dialect.rows(Rows::of(rows), HEADER.len() as u64, 2);
    let from = Checkpoint::at(HEADER.len() as u64, 2);
    let cut = Cutter::new(ImportKind::Register, dialect.layout(), from, &mut sink, u32::MAX).cut(&mut source);
    let Ok(Cut::Finished { rows: read, .. }) = cut else { panic!("{cut:?}") };
    assert_eq!(read, rows);
    assert!(sink.entries >= rows / PEOPLE);
    MEMORY.peak_usage() - before
}

/// One at a time: they count what all threads hold.
static ALONE: Mutex<()> = Mutex::new(());

#[test]
fn ten_times_as_many_rows_take_no_more_memory() {
    let _alone = ALONE.lock();
    let (few, many) = (most_for(10_000), most_for(100_000));
    assert!(many < few + 100_000, "{few} bytes for 10,000 rows, {many} for 100,000");
    assert!(many < 3_000_000, "{many}");
}

#[test]
#[ignore = "a minute; `make bench-import` runs it"]
fn a_million_rows_take_no_more_memory_than_ten_thousand() {
    let _alone = ALONE.lock();
    let (few, many) = (most_for(10_000), most_for(1_000_000));
    assert!(many < few + 500_000, "{few} bytes for 10,000 rows, {many} for 1,000,000");
}
