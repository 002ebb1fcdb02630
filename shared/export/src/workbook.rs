//! Tables as workbooks. Rows go to a temporary file as they come, so that a million takes no more memory than one.

use std::path::Path;

use anju_domain::table::{Cell, Column, Row};
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook as Book, Worksheet, XlsxError,
};

use anju_domain::stamp::Stamp;

/// Why a workbook can't be written.
pub type WorkbookError = XlsxError;

/// Characters that a cell holds.
const LONGEST_TEXT: usize = 32_767;
const A4: u8 = 9;

/// A workbook that is being written: a sheet with the table, and one with its [`Stamp`].
pub struct Workbook {
    book: Book,
    formats: Formats,
    columns: u16,
    rows: u32,
}

struct Formats {
    heading: Format,
    text: Format,
    /// Texts of digits and texts that begin like a formula: they stay texts even where somebody edits the cell.
    literal: Format,
    count: Format,
    percent: Format,
}

/// Nothing of its rows: they may be personal.
impl std::fmt::Debug for Workbook {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Workbook({} rows)", self.rows)
    }
}

impl Workbook {
    /// One with these columns, whose heading and first `frozen` rows stay where they are when others are scrolled.
    pub fn new(stamp: &Stamp, columns: &[Column], frozen: u32) -> Result<Self, XlsxError> {
        let mut book = Book::new();
        let created = ExcelDateTime::from_timestamp(stamp.at.as_second())?;
        let properties = DocProperties::new()
            .set_title(&stamp.title)
            .set_author(&stamp.author)
            .set_comment(stamp.line())
            .set_creation_datetime(&created);
        book.set_properties(&properties);
        let formats = Formats::new();
        let sheet = book.add_worksheet_with_constant_memory()?;
        sheet.set_name(stamp.table)?;
        prepare_pages(sheet, stamp);
        sheet.set_repeat_rows(0, 0)?.set_freeze_panes(1 + frozen, 1)?;
        for (place, column) in (0..).zip(columns) {
            sheet.set_column_width(place, column.width)?;
        }
        for (place, column) in (0..).zip(columns) {
            sheet.write_string_with_format(0, place, column.title, &formats.heading)?;
        }
        let columns = u16::try_from(columns.len()).unwrap_or(u16::MAX);
        Ok(Workbook { book, formats, columns, rows: 0 })
    }

    /// The next row.
    pub fn row(&mut self, row: &Row) -> Result<(), XlsxError> {
        let Workbook { book, formats, .. } = self;
        let sheet = book.worksheet_from_index(0)?;
        let line = self.rows + 1;
        for (place, cell) in (0..).zip(row) {
            match cell {
                Cell::Empty => {}
                Cell::Text(text) => {
                    sheet.write_string_with_format(line, place, shortened(text), formats.of_text(text))?;
                }
                Cell::Count(number) => {
                    // Exact up to 2⁵³, which no count comes near.
                    sheet.write_number_with_format(line, place, *number as f64, &formats.count)?;
                }
                Cell::Percent(percent) => {
                    sheet.write_number_with_format(line, place, percent.fraction(), &formats.percent)?;
                }
            }
        }
        self.rows = line;
        Ok(())
    }

    /// The bytes, for small ones.
    pub fn into_bytes(mut self, stamp: &Stamp) -> Result<Vec<u8>, XlsxError> {
        self.complete(stamp)?;
        self.book.save_to_buffer()
    }

    /// Writes it to a file.
    pub fn save(mut self, stamp: &Stamp, to: &Path) -> Result<(), XlsxError> {
        self.complete(stamp)?;
        self.book.save(to)
    }

    fn complete(&mut self, stamp: &Stamp) -> Result<(), XlsxError> {
        let (rows, columns) = (self.rows, self.columns);
        if rows > 0 && columns > 0 {
            self.book.worksheet_from_index(0)?.autofilter(0, 0, rows, columns - 1)?;
        }
        let about = self.book.add_worksheet();
        about.set_name(stamp.about)?;
        prepare_pages(about, stamp);
        about.set_column_width(0, 20)?.set_column_width(1, 70)?;
        about.write_string_with_format(0, 0, &stamp.title, &self.formats.heading)?;
        let mut line = 1;
        for (name, value) in &stamp.facts {
            about.write_string(line, 0, *name)?;
            about.write_string_with_format(line, 1, shortened(value), self.formats.of_text(value))?;
            line += 1;
        }
        about.write_string(line, 0, stamp.rows)?;
        about.write_number_with_format(line, 1, f64::from(rows), &self.formats.count)?;
        Ok(())
    }
}

impl Formats {
    fn new() -> Self {
        let heading =
            Format::new().set_bold().set_align(FormatAlign::Center).set_border_bottom(FormatBorder::Thin);
        Formats {
            heading,
            text: Format::new(),
            literal: Format::new().set_num_format("@").set_quote_prefix(),
            count: Format::new().set_num_format("0"),
            percent: Format::new().set_num_format("0.00%"),
        }
    }

    fn of_text(&self, text: &str) -> &Format {
        let plain = text.starts_with(|first: char| first.is_alphabetic() || first == '(');
        // A cell formatted as text shows nothing of a long one but hashes.
        if plain || text.len() > 200 { &self.text } else { &self.literal }
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(LONGEST_TEXT).collect()
}

/// On paper: across the page, with who and when at the foot of each.
fn prepare_pages(sheet: &mut Worksheet, stamp: &Stamp) {
    let line = stamp.line().replace('&', "&&");
    let line: String = line.chars().take(200).collect();
    sheet
        .set_paper_size(A4)
        .set_landscape()
        .set_print_fit_to_pages(1, 0)
        .set_footer(format!("&L{line}&R&P / &N"));
}
