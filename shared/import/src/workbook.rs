//! Excel workbooks, row by row, with all limits checked before memory is taken: what they unpack to, how many parts
//! and cells they have. Formulas, links to elsewhere, macros and embedded files are refused: the register is values.

use std::io::{Read, Seek};

use anju_domain::import::{FileFailure, FileProblem, ImportKind};
use calamine::{DataRef, Reader as _, Xlsx, XlsxError};
use zip::ZipArchive;
use zip::result::ZipError;

use crate::columns::Layout;
use crate::row::{Cell, Row, Rows, RowsError};

/// The most parts of a package.
const MOST_PARTS: usize = 500;
/// The most bytes that all parts unpack to: sheets are read as they are unpacked.
const MOST_UNPACKED: u64 = 1 << 30;
/// The most bytes that the other parts unpack to, which are held: texts of cells, above all.
const MOST_HELD: u64 = 64 << 20;
/// The most cells of a row.
const MOST_COLUMNS: u32 = 200;
/// The most cells, blank ones too.
const MOST_CELLS: u64 = 20_000_000;
/// What is looked at at a time.
const BLOCK: usize = 64 << 10;

/// Parts whose presence alone is refused, by the beginnings of their names.
const ACTIVE: [&str; 9] = [
    "xl/externallinks/",
    "xl/connections",
    "xl/querytables/",
    "xl/vbaproject",
    "xl/embeddings/",
    "xl/activex/",
    "xl/model/",
    "xl/macrosheets/",
    "xl/dialogsheets/",
];

/// A workbook that was looked through.
pub struct Workbook<R: Read + Seek> {
    book: Xlsx<R>,
    sheet: String,
}

impl<R: Read + Seek> std::fmt::Debug for Workbook<R> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Workbook")
    }
}

impl<R: Read + Seek> Workbook<R> {
    /// Opens a workbook after looking through all its parts.
    ///
    /// # Errors
    /// Where it is none, too large when unpacked, or holds what is refused.
    pub fn open(mut file: R) -> Result<Self, RowsError> {
        look_through(&mut file)?;
        file.rewind()?;
        let mut book: Xlsx<R> = Xlsx::new(file).map_err(refused)?;
        let mut with_rows = Vec::new();
        for name in book.sheet_names() {
            let cells = book.worksheet_cells_reader(&name).map_err(refused)?;
            let mut rows = SheetRows { cells, next: None, is_over: false, seen: 0, first: 0, width: 0 };
            // Sheets may be full of formats and hold nothing.
            if rows.next_cell()?.is_some() {
                with_rows.push(name);
            }
        }
        match with_rows.as_slice() {
            [] => Err(RowsError::File(FileProblem::NoHeader.into())),
            [sheet] => Ok(Workbook { sheet: sheet.clone(), book }),
            _ => Err(RowsError::File(FileProblem::SeveralSheets.into())),
        }
    }

    /// Reads the heading and gives it to `read` with the rows from `first` on.
    ///
    /// # Errors
    /// Where the heading isn't one, and whatever `read` gives.
    pub fn read<T, E: From<RowsError>>(
        &mut self,
        kind: ImportKind,
        first: u64,
        read: impl FnOnce(&Layout, &mut SheetRows<'_, R>) -> Result<T, E>,
    ) -> Result<T, E> {
        let cells = self.book.worksheet_cells_reader(&self.sheet).map_err(refused)?;
        let mut rows = SheetRows { cells, next: None, is_over: false, seen: 0, first: 0, width: 0 };
        let header = rows.next_row()?.ok_or_else(|| RowsError::File(FileProblem::NoHeader.into()))?;
        let names: Vec<String> =
            header.cells.into_iter().map(|cell| cell.unwrap_or_else(|unreadable| unreadable)).collect();
        let layout = Layout::of(kind, &names).map_err(RowsError::File)?;
        rows.first = first;
        rows.width = layout.width();
        read(&layout, &mut rows)
    }
}

/// Rows of a sheet.
pub struct SheetRows<'a, R: Read + Seek> {
    cells: calamine::XlsxCellReader<'a, R>,
    /// A cell of the row after the one that was given.
    next: Option<(u32, u32, Cell)>,
    /// The last cell was given. Asked once more, the reader takes the end of the sheet for a cut one.
    is_over: bool,
    seen: u64,
    first: u64,
    /// Cells of the heading: sheets leave blank ones at the end of a row out.
    width: usize,
}

impl<R: Read + Seek> std::fmt::Debug for SheetRows<'_, R> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "SheetRows({} cells)", self.seen)
    }
}

impl<R: Read + Seek> SheetRows<'_, R> {
    /// The next cell that holds something.
    fn next_cell(&mut self) -> Result<Option<(u32, u32, Cell)>, RowsError> {
        if let Some(next) = self.next.take() {
            return Ok(Some(next));
        }
        while !self.is_over {
            let Some(cell) = self.cells.next_cell_with_formula_metadata().map_err(refused)? else {
                break;
            };
            let (row, column) = cell.pos;
            self.seen += 1;
            let at = || FileFailure {
                row: Some(u64::from(row) + 1),
                column: Some(letters(column)),
                ..FileProblem::Formula.into()
            };
            if cell.formula.is_some() {
                return Err(RowsError::File(at()));
            }
            if self.seen > MOST_CELLS {
                return Err(RowsError::File(FileFailure { problem: FileProblem::TooManyCells, ..at() }));
            }
            let text = text(&cell.value);
            if text.as_ref().is_ok_and(String::is_empty) {
                continue;
            }
            if column >= MOST_COLUMNS {
                return Err(RowsError::File(FileFailure { problem: FileProblem::TooManyCells, ..at() }));
            }
            return Ok(Some((row, column, text)));
        }
        self.is_over = true;
        Ok(None)
    }

    fn row(&mut self) -> Result<Option<Row>, RowsError> {
        let Some((number, column, cell)) = self.next_cell()? else { return Ok(None) };
        let mut cells: Vec<Cell> = Vec::new();
        put(&mut cells, column, cell);
        while let Some((row, column, cell)) = self.next_cell()? {
            if row != number {
                self.next = Some((row, column, cell));
                break;
            }
            put(&mut cells, column, cell);
        }
        if cells.len() < self.width {
            cells.resize(self.width, Ok(String::new()));
        }
        let number = u64::from(number) + 1;
        Ok(Some(Row { number, beginning: (number, number), cells }))
    }
}

impl<R: Read + Seek> Rows for SheetRows<'_, R> {
    fn next_row(&mut self) -> Result<Option<Row>, RowsError> {
        loop {
            match self.row()? {
                Some(row) if row.number < self.first => {}
                found => return Ok(found),
            }
        }
    }
}

/// Puts a cell in its place; those before it that hold nothing are blank.
fn put(cells: &mut Vec<Cell>, column: u32, cell: Cell) {
    let place = column as usize;
    if cells.len() <= place {
        cells.resize(place + 1, Ok(String::new()));
    }
    cells[place] = cell;
}

/// A cell's text. Numbers without a fraction as digits, which lost none below 2 to the 53rd: ID numbers that Excel
/// has turned into numbers have, and are unreadable.
fn text(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::Empty => Ok(String::new()),
        DataRef::String(text) => Ok(text.trim().to_owned()),
        DataRef::SharedString(text) => Ok(text.trim().to_owned()),
        DataRef::Int(number) => Ok(number.to_string()),
        DataRef::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => Ok(format!("{number:.0}")),
        DataRef::Float(number) if number.abs() < 1e15 => Ok(number.to_string()),
        DataRef::Float(number) => Err(format!("{number:e}")),
        DataRef::Bool(flag) => Ok(flag.to_string()),
        DataRef::Error(error) => Err(error.to_string()),
        other => Err(format!("{other:?}").chars().take(40).collect()),
    }
}

/// A column's letters: A for 0.
fn letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut left = column + 1;
    while left > 0 {
        letters.push(char::from(b'A' + ((left - 1) % 26) as u8));
        left = (left - 1) / 26;
    }
    letters.iter().rev().collect()
}

/// Unpacks every part without keeping any of it: what a package says of its sizes may be a lie.
fn look_through(file: &mut (impl Read + Seek)) -> Result<(), RowsError> {
    let mut archive = ZipArchive::new(&mut *file).map_err(not_a_package)?;
    if archive.len() > MOST_PARTS {
        return Err(RowsError::File(FileProblem::UnpackedTooLarge.into()));
    }
    let (mut unpacked, mut held) = (0_u64, 0_u64);
    let mut block = vec![0; BLOCK];
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(not_a_package)?;
        let name = part.name().map_err(not_a_package)?.to_lowercase().replace('\\', "/");
        let name = name.trim_start_matches('/').to_owned();
        if ACTIVE.iter().any(|active| name.starts_with(active)) {
            return Err(RowsError::File(FileProblem::ActiveContent.into()));
        }
        let is_sheet = name.starts_with("xl/worksheets/") && !name.contains("/_rels/");
        let mut markup = Markup::default();
        loop {
            let read = match part.read(&mut block) {
                Ok(0) => break,
                Ok(read) => read as u64,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(_) => return Err(RowsError::File(FileProblem::NotOfThisFormat.into())),
            };
            unpacked += read;
            held += if is_sheet { 0 } else { read };
            if unpacked > MOST_UNPACKED
                || held > MOST_HELD
                || (is_sheet && !markup.take(&block[..read as usize]))
            {
                return Err(RowsError::File(FileProblem::UnpackedTooLarge.into()));
            }
        }
    }
    Ok(())
}

/// What a sheet's reader would hold at a time: from one tag to the next.
#[derive(Debug, Default)]
struct Markup {
    since_tag: usize,
    after_bracket: bool,
}

/// The longest text between two tags, in bytes; Excel's is 32,767 characters.
const LONGEST_TEXT: usize = 1 << 20;

impl Markup {
    /// Whether it goes on as sheets do: tags close together, no comments or sections that may hold anything.
    fn take(&mut self, block: &[u8]) -> bool {
        if self.after_bracket && block.first() == Some(&b'!') {
            return false;
        }
        let mut from = 0;
        for at in memchr::memchr_iter(b'<', block) {
            if self.since_tag + (at - from) > LONGEST_TEXT || block.get(at + 1) == Some(&b'!') {
                return false;
            }
            (self.since_tag, from) = (0, at);
        }
        self.since_tag += block.len() - from;
        self.after_bracket = block.last() == Some(&b'<');
        self.since_tag <= LONGEST_TEXT
    }
}

fn not_a_package(error: ZipError) -> RowsError {
    match error {
        ZipError::Io(error)
            if error.kind() != std::io::ErrorKind::InvalidData
                && error.kind() != std::io::ErrorKind::UnexpectedEof =>
        {
            RowsError::Read(error)
        }
        _ => RowsError::File(FileProblem::NotOfThisFormat.into()),
    }
}

fn refused(error: XlsxError) -> RowsError {
    match error {
        XlsxError::Io(error) => RowsError::Read(error),
        _ => RowsError::File(FileProblem::NotOfThisFormat.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_letters() {
        assert_eq!([0, 25, 26, 701, 702].map(letters), ["A", "Z", "AA", "ZZ", "AAA"]);
    }

    #[test]
    fn numbers_are_digits_unless_digits_were_lost() {
        assert_eq!(text(&DataRef::Float(530_627_101_203.0)), Ok("530627101203".to_owned()));
        assert_eq!(text(&DataRef::Float(1.5)), Ok("1.5".to_owned()));
        assert!(text(&DataRef::Float(110_105_194_912_310_020.0)).is_err(), "an ID number as a number");
    }
}
