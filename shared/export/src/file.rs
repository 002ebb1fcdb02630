//! A file of any format, row by row.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use anju_domain::export::ExportFormat;
use anju_domain::sheet::SheetLayout;
use anju_domain::table::{Column, Row};

use crate::csv_file::CsvFile;
use crate::sheet::{QrSheet, SheetError};
use crate::workbook::Workbook;
use anju_domain::stamp::Stamp;

/// Why a file can't be written. The text holds nothing of its rows.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The disk.
    #[error("the file can't be written: {0}")]
    Disk(#[from] io::Error),
    /// The table as CSV.
    #[error("the table can't be written: {0}")]
    Csv(#[from] csv::Error),
    /// The table as a workbook.
    #[error("the workbook can't be written: {0}")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// The pages.
    #[error(transparent)]
    Sheet(#[from] SheetError),
}

/// What is known of a file before its first row.
#[derive(Debug, Clone)]
pub struct Described {
    /// Who takes it away, of what and when.
    pub stamp: Stamp,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Rows that stay where they are beside the heading.
    pub frozen: u32,
    /// How codes stand on pages.
    pub sheet: SheetLayout,
}

/// A file that is being written.
#[derive(Debug)]
pub enum FileWriter {
    /// Comma-separated values.
    Csv(Box<CsvFile<BufWriter<File>>>),
    /// A workbook.
    Workbook(Box<Workbook>),
    /// Pages of QR codes.
    Sheet(QrSheet),
}

impl FileWriter {
    /// A file in this format, at `path`.
    pub fn new(format: ExportFormat, described: &Described, path: &Path) -> Result<Self, FileError> {
        let Described { stamp, columns, frozen, sheet } = described;
        Ok(match format {
            ExportFormat::Csv => {
                let file = CsvFile::new(BufWriter::new(File::create(path)?), columns)?;
                FileWriter::Csv(Box::new(file))
            }
            ExportFormat::Xlsx => FileWriter::Workbook(Box::new(Workbook::new(stamp, columns, *frozen)?)),
            ExportFormat::Pdf => FileWriter::Sheet(QrSheet::new(*sheet)),
        })
    }

    /// The next row.
    pub fn row(&mut self, row: &Row) -> Result<(), FileError> {
        match self {
            FileWriter::Csv(file) => Ok(file.row(row)?),
            FileWriter::Workbook(file) => Ok(file.row(row)?),
            FileWriter::Sheet(file) => Ok(file.row(row)?),
        }
    }

    /// Completes the file.
    pub fn finish(self, described: &Described, path: &Path) -> Result<(), FileError> {
        let stamp = &described.stamp;
        match self {
            FileWriter::Csv(file) => Ok(file.finish(stamp)?.flush()?),
            FileWriter::Workbook(file) => Ok(file.save(stamp, path)?),
            FileWriter::Sheet(file) => Ok(std::fs::write(path, file.finish(stamp)?)?),
        }
    }
}
