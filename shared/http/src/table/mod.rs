//! Views as rows of tables, for files: the same values as in the API's answers, in people's words.

mod feedback;
mod households;
mod statistics;
mod words;

use anju_domain::language::Language;
use anju_domain::table::{Cell, Column, Row};
use jiff::Timestamp;

use crate::view::region::VillageView;

/// A view that is a row.
pub trait TableRow {
    /// The columns, with their headings in this language.
    fn columns(language: Language) -> Vec<Column>;

    /// The cells, one for each column.
    fn cells(&self, language: Language) -> Row;
}

/// Province to village.
const REGION_COLUMNS: usize = 5;

fn region_columns(language: Language) -> [Column; REGION_COLUMNS] {
    let column = |chinese, english| Column { title: language.pick(chinese, english), width: 14 };
    [
        column("省", "Province"),
        column("市", "Prefecture"),
        column("县", "County"),
        column("乡镇", "Township"),
        column("村", "Village"),
    ]
}

/// The names of a village's path. Regions without a name are empty cells, so that columns stay columns.
fn region_cells(village: &VillageView) -> impl Iterator<Item = Cell> {
    village.names().into_iter().map(Cell::maybe)
}

/// An instant by the clock in China, for people.
fn instant(at: Timestamp) -> Cell {
    Cell::text(anju_domain::time::china_clock(at))
}

fn column(language: Language, chinese: &'static str, english: &'static str, width: u8) -> Column {
    Column { title: language.pick(chinese, english), width }
}
