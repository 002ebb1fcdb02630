//! Files that people take away: tables as workbooks and CSV, QR codes as pages to be printed, and the run that makes
//! one of any number of rows, whatever kills it on the way. `docs/export.md` tells the whole of it.
//!
//! The stores are behind [`ports`]; what a row is made of comes from a [`ports::Source`].

pub mod csv_file;
pub mod file;
pub mod ports;
pub mod run;
pub mod sheet;
pub mod workbook;

mod parts;
#[cfg(test)]
mod proof;

pub use anju_domain::stamp::Stamp;
pub use file::{FileError, FileWriter};
pub use run::{Ended, RunError, run};
