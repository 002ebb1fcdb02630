//! A row of a table, whatever file it stands in.

use anju_domain::import::FileFailure;

use crate::columns::{Column, Layout};

/// A cell: its text, or the text as far as it can be read.
pub type Cell = Result<String, String>;

/// A row below the heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its number in the file; the heading is 1.
    pub number: u64,
    /// Where reading can begin to find it first: bytes from the file's beginning, and the number of the line there.
    /// Blank lines may stand between. Workbooks have no such places: there both are the row.
    pub beginning: (u64, u64),
    /// Its cells.
    pub cells: Vec<Cell>,
}

impl Row {
    /// Whether all cells are blank: such rows at the end of a sheet say nothing.
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.as_ref().is_ok_and(|text| text.trim().is_empty()))
    }

    /// A column's text, trimmed; empty where the file or the row doesn't have it.
    pub fn text(&self, layout: &Layout, column: Column) -> &str {
        let cell = layout.place(column).and_then(|place| self.cells.get(place));
        cell.map_or("", |cell| cell.as_ref().unwrap_or_else(|unreadable| unreadable).trim())
    }
}

/// The rows of a table, from the one after the heading or from where an earlier reading stopped.
pub trait Rows {
    /// The next row; none at the end.
    ///
    /// # Errors
    /// Where the file's structure is broken, or its bytes can't be had.
    fn next_row(&mut self) -> Result<Option<Row>, RowsError>;
}

/// Why there is no next row.
#[derive(Debug, thiserror::Error)]
pub enum RowsError {
    /// The file can't be imported.
    #[error("the file can't be imported: {0:?}")]
    File(FileFailure),
    /// The bytes can't be had at the moment.
    #[error("the file can't be read: {0}")]
    Read(#[from] std::io::Error),
}

impl From<FileFailure> for RowsError {
    fn from(failure: FileFailure) -> Self {
        RowsError::File(failure)
    }
}
