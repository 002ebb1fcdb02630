//! Text with commas or tabs, row by row.

use std::cell::Cell as Shared;
use std::io::{self, Read};
use std::rc::Rc;

use anju_domain::import::{FileFailure, FileProblem, ImportKind};
use csv::{ByteRecord, ReaderBuilder};
use serde::{Deserialize, Serialize};

use crate::columns::Layout;
use crate::encoding::Encoding;
use crate::row::{Row, Rows, RowsError};

/// How much of a file tells its encoding and delimiter.
pub const BEGINNING: usize = 1 << 20;
/// The longest row, in bytes: a quotation mark that isn't closed makes the rest of a file one cell.
const LONGEST_ROW: u64 = 1 << 20;
/// The most cells of a row.
const MOST_CELLS: usize = 200;
/// Lines end with this. A carriage return before it is white space at the end of the last cell.
const LINE_END: csv::Terminator = csv::Terminator::Any(b'\n');
/// What the reader takes at a time.
const BUFFER: usize = 64 << 10;

/// How a file is written, which its beginning says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dialect {
    encoding: Encoding,
    delimiter: u8,
    layout: Layout,
    /// Where the first row below the heading begins.
    body: u64,
    /// Its number.
    first_row: u64,
}

impl Dialect {
    /// Reads the beginning of a file: at most [`BEGINNING`] bytes, all where it is shorter.
    ///
    /// # Errors
    /// Where it is no text or its first row no heading.
    pub fn of(kind: ImportKind, beginning: &[u8]) -> Result<Dialect, FileFailure> {
        if beginning.starts_with(b"PK\x03\x04") || beginning.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
            return Err(FileProblem::NotOfThisFormat.into());
        }
        let (encoding, mark) = Encoding::of(beginning).map_err(FileFailure::from)?;
        let text = &beginning[mark..];
        let line = &text[..memchr::memchr(b'\n', text).unwrap_or(text.len())];
        let tabs = line.iter().filter(|byte| **byte == b'\t').count();
        let commas = line.iter().filter(|byte| **byte == b',').count();
        let delimiter = if tabs > commas { b'\t' } else { b',' };
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .terminator(LINE_END)
            .from_reader(&text[..text.len().min(LONGEST_ROW as usize)]);
        let mut header = ByteRecord::new();
        let found = reader.read_byte_record(&mut header).unwrap_or(false);
        if !found {
            return Err(FileProblem::NoHeader.into());
        }
        if header.len() > MOST_CELLS {
            return Err(FileProblem::TooManyCells.into());
        }
        let names: Vec<String> =
            header.iter().map(|cell| encoding.decode(cell).unwrap_or_else(|unreadable| unreadable)).collect();
        let layout = Layout::of(kind, &names)?;
        let after = reader.position();
        Ok(Dialect { encoding, delimiter, layout, body: mark as u64 + after.byte(), first_row: after.line() })
    }

    /// Which column stands where.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Where the first row below the heading begins, and its number.
    pub fn body(&self) -> (u64, u64) {
        (self.body, self.first_row)
    }

    /// The rows of what `source` gives, which is the file from `position` on, where row `number` begins.
    pub fn rows<R: Read>(&self, source: R, position: u64, number: u64) -> Delimited<R> {
        let taken = Rc::new(Taken::default());
        let limited = Limited { source, taken: Rc::clone(&taken) };
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.delimiter)
            .terminator(LINE_END)
            .buffer_capacity(BUFFER)
            .from_reader(limited);
        Delimited {
            reader,
            taken,
            encoding: self.encoding,
            record: ByteRecord::new(),
            position,
            number,
            last: number,
        }
    }
}

/// Rows of text.
pub struct Delimited<R: Read> {
    reader: csv::Reader<Limited<R>>,
    taken: Rc<Taken>,
    encoding: Encoding,
    record: ByteRecord,
    position: u64,
    number: u64,
    last: u64,
}

impl<R: Read> std::fmt::Debug for Delimited<R> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Delimited(row {})", self.last)
    }
}

impl<R: Read> Rows for Delimited<R> {
    fn next_row(&mut self) -> Result<Option<Row>, RowsError> {
        self.taken.since_row.set(0);
        let read = self.reader.read_byte_record(&mut self.record).map_err(|error| self.refused(error))?;
        if !read {
            return Ok(None);
        }
        // Lines count from 1 at the place where this reading began. Blank ones before the row are its beginning.
        let (byte, line) =
            self.record.position().map_or((0, 1), |position| (position.byte(), position.line()));
        let after = self.reader.position();
        let is_unfinished = after.byte() == self.taken.in_all.get() && self.taken.last.get() != b'\n';
        let within = memchr::memchr_iter(b'\n', self.record.as_slice()).count() as u64;
        let number = after.line() + u64::from(is_unfinished) - 1 - within;
        self.last = self.number + number - 1;
        let beginning = (self.position + byte, self.number + line - 1);
        if self.record.len() > MOST_CELLS {
            return Err(self.failure(FileProblem::TooManyCells).into());
        }
        let cells = self.record.iter().map(|cell| self.encoding.decode(cell)).collect();
        Ok(Some(Row { number: self.last, beginning, cells }))
    }
}

impl<R: Read> Delimited<R> {
    fn refused(&self, error: csv::Error) -> RowsError {
        match error.into_kind() {
            csv::ErrorKind::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                let row = self.record_begins();
                RowsError::File(FileFailure { row: Some(row), ..FileProblem::RowTooLong.into() })
            }
            csv::ErrorKind::Io(error) => RowsError::Read(error),
            _ => RowsError::File(self.failure(FileProblem::NotOfThisFormat)),
        }
    }

    /// The line where the record begins that is read, as far as is known: it holds no more than that it began.
    fn record_begins(&self) -> u64 {
        self.number + self.record.position().map_or(0, |position| position.line() - 1)
    }

    fn failure(&self, problem: FileProblem) -> FileFailure {
        FileFailure { row: Some(self.last), ..problem.into() }
    }
}

/// Gives no more than a row may have before the next one is asked for.
struct Limited<R> {
    source: R,
    taken: Rc<Taken>,
}

/// What a reader has given so far.
#[derive(Default)]
struct Taken {
    /// Bytes since a row was asked for.
    since_row: Shared<u64>,
    /// Bytes in all.
    in_all: Shared<u64>,
    /// The last of them.
    last: Shared<u8>,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Taken { since_row, in_all, last } = &*self.taken;
        if since_row.get() > LONGEST_ROW {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let read = self.source.read(buffer)?;
        since_row.set(since_row.get() + read as u64);
        in_all.set(in_all.get() + read as u64);
        last.set(buffer[..read].last().copied().unwrap_or(last.get()));
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::GB18030;

    use super::*;
    use crate::columns::Column;

    const HEADER: &str = "村代码,户编号,姓名,身份证号,与户主关系\r\n";

    fn rows_of(file: &[u8]) -> (Dialect, Vec<Row>) {
        let dialect = Dialect::of(ImportKind::Register, file).unwrap();
        let (from, number) = dialect.body();
        let mut rows = dialect.rows(&file[from as usize..], from, number);
        let mut found = Vec::new();
        while let Some(row) = rows.next_row().unwrap() {
            if !row.is_blank() {
                found.push(row);
            }
        }
        (dialect, found)
    }

    #[test]
    fn the_same_rows_are_read_in_either_encoding() {
        let text = format!("{HEADER}530627101203,1,\"王,小明\",,户主\r\n\r\n530627101203,2,李红,,户主\n");
        let (gb, _, _) = GB18030.encode(&text);
        let (_, utf8) = rows_of(text.as_bytes());
        let (dialect, gb) = rows_of(&gb);
        let texts = |rows: &[Row]| rows.iter().map(|row| (row.number, row.cells.clone())).collect::<Vec<_>>();
        assert_eq!(texts(&gb), texts(&utf8));
        assert_eq!(utf8.iter().map(|row| row.number).collect::<Vec<_>>(), [2, 4]);
        assert_eq!(gb[0].text(dialect.layout(), Column::Name), "王,小明");
    }

    #[test]
    fn reading_goes_on_at_any_row() {
        let body: String = (1..=50_usize)
            .map(|n| format!("530627101203,{n},\"张\n三\",,户主\r\n{}", "\n".repeat(n % 3)))
            .collect();
        let file = format!("{HEADER}{body}").into_bytes();
        let (dialect, all) = rows_of(&file);
        for place in [0, 1, 17, 49] {
            let row = &all[place];
            let (position, line) = row.beginning;
            let mut rest = dialect.rows(&file[position as usize..], position, line);
            assert_eq!(rest.next_row().unwrap().as_ref(), Some(row));
            assert_eq!(rest.next_row().unwrap().as_ref(), all.get(place + 1));
        }
    }

    #[test]
    fn a_quotation_mark_that_is_not_closed_is_found_before_it_takes_memory() {
        let mut file = format!("{HEADER}530627101203,1,王,,户主\n530627101203,2,\"李").into_bytes();
        file.extend(std::iter::repeat_n(b'x', 10 << 20));
        let dialect = Dialect::of(ImportKind::Register, &file[..BEGINNING]).unwrap();
        let (from, number) = dialect.body();
        let mut rows = dialect.rows(&file[from as usize..], from, number);
        assert!(rows.next_row().unwrap().is_some());
        let Err(RowsError::File(failure)) = rows.next_row() else { panic!("it was read") };
        assert_eq!((failure.problem, failure.row), (FileProblem::RowTooLong, Some(3)));
    }

    #[test]
    fn an_unreadable_cell_spoils_no_other() {
        let mut file = format!("{HEADER}530627101203,1,").into_bytes();
        file.extend([0xFF, 0xFE]);
        file.extend(",,户主\n530627101203,2,李红,,户主\n".as_bytes());
        let dialect = Dialect::of(ImportKind::Register, HEADER.as_bytes()).unwrap();
        let (from, number) = dialect.body();
        let mut rows = dialect.rows(&file[from as usize..], from, number);
        let first = rows.next_row().unwrap().unwrap();
        assert!(first.cells[2].is_err() && first.cells[4].is_ok());
        assert!(rows.next_row().unwrap().unwrap().cells.iter().all(Result::is_ok));
    }

    #[test]
    fn a_workbook_that_is_called_text_is_refused() {
        let refused = |bytes: &[u8]| Dialect::of(ImportKind::Register, bytes).unwrap_err().problem;
        assert_eq!(refused(b"PK\x03\x04rest"), FileProblem::NotOfThisFormat);
        assert_eq!(refused(b""), FileProblem::NoHeader);
    }
}
