//! What a run asks of the outside.

use std::error::Error;
use std::future::Future;
use std::path::Path;

use anju_domain::export::{Export, ExportId};
use anju_domain::table::Row;

/// A store that failed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Somebody else has moved the export on since it was read.
    #[error("somebody else has moved the export on")]
    Overtaken,
    /// It didn't answer, or not as it should.
    #[error(transparent)]
    Unavailable(Box<dyn Error + Send + Sync>),
}

/// Where exports are kept.
pub trait Exports: Sync {
    /// An export as it is now.
    fn export(&self, id: &ExportId) -> impl Future<Output = Result<Option<Export>, Failure>> + Send;

    /// Writes an export over the one of the revision before.
    fn put(&self, export: &Export) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// Where files are kept.
pub trait Files: Sync {
    /// Keeps a part of the rows.
    fn put_part(
        &self,
        id: &ExportId,
        attempt: &str,
        part: u32,
        bytes: Vec<u8>,
    ) -> impl Future<Output = Result<(), Failure>> + Send;

    /// A part that was noted.
    fn part(
        &self,
        id: &ExportId,
        attempt: &str,
        part: u32,
    ) -> impl Future<Output = Result<Vec<u8>, Failure>> + Send;

    /// Takes a part away, there or not.
    fn delete_part(
        &self,
        id: &ExportId,
        attempt: &str,
        part: u32,
    ) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Stores the finished file.
    fn put_file(&self, export: &Export, file: &Path) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// Rows in the order in which the file has them.
pub trait Source: Sync {
    /// The rows behind a place, from the first on where there is none: a hundred or so at a time.
    fn page(&self, after: Option<&str>) -> impl Future<Output = Result<SourcePage, Failure>> + Send;
}

/// Some rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourcePage {
    /// The rows. There may be none, and more behind them.
    pub rows: Vec<Row>,
    /// Those of them that the file can only name.
    pub left_out: u64,
    /// The place behind which the next ones are; none where these are the last.
    pub next: Option<String>,
}
