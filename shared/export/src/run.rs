//! A run: rows are collected in parts, each noted with the place where it ends, then put together into the file. A
//! run that is killed or that has no time left is followed by another one, which goes on behind the last part noted.

use anju_domain::export::{Export, ExportId, FailedExport, Next};
use jiff::Timestamp;
use tempfile::NamedTempFile;

use crate::file::{Described, FileError, FileWriter};
use crate::parts::{packed, unpacked};
use crate::ports::{Exports, Failure, Files, Source};

/// Rows of a part: what is read anew at most when a run is killed.
pub const PART_ROWS: usize = 5_000;

/// Pages of a part: where few rows match, it ends by these.
const PART_PAGES: usize = 100;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The file is there, or there will be none.
    Over,
    /// There was no time left: another run has to go on.
    Unfinished,
    /// Another run works on the export, or it is gone.
    Overtaken,
}

/// Why a run failed. The text holds nothing of the rows.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A store failed.
    #[error(transparent)]
    Store(#[from] Failure),
    /// The file can't be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// A part can't be read or written.
    #[error("a part of the rows is damaged: {0}")]
    Part(#[from] std::io::Error),
}

/// What a run works with.
#[derive(Debug)]
pub struct Work<'a, E, F, S> {
    /// Where exports are kept.
    pub exports: &'a E,
    /// Where files are kept.
    pub files: &'a F,
    /// The rows.
    pub source: &'a S,
    /// What the file is to be.
    pub described: &'a Described,
}

/// Carries an export on: to its end, or until `time_is_short`. `attempt` is a name that no other run has.
pub async fn run<E: Exports, F: Files, S: Source>(
    work: &Work<'_, E, F, S>,
    id: &ExportId,
    attempt: String,
    time_is_short: impl Fn() -> bool,
) -> Result<Ended, RunError> {
    match carry_on(work, id, attempt, time_is_short).await {
        Err(RunError::Store(Failure::Overtaken)) => Ok(Ended::Overtaken),
        ended => ended,
    }
}

async fn carry_on<E: Exports, F: Files, S: Source>(
    work: &Work<'_, E, F, S>,
    id: &ExportId,
    attempt: String,
    time_is_short: impl Fn() -> bool,
) -> Result<Ended, RunError> {
    let Some(held) = work.exports.export(id).await? else { return Ok(Ended::Overtaken) };
    if held.is_over() {
        return Ok(Ended::Over);
    }
    let mut export = held.begun(attempt, Timestamp::now());
    work.exports.put(&export).await?;
    while export.next != Next::End {
        if time_is_short() {
            return Ok(Ended::Unfinished);
        }
        export = work.collect(&export).await?;
        work.exports.put(&export).await?;
        if export.rows > export.order.format.most_rows() {
            return work.end(&export.failed(FailedExport::TooManyRows, Timestamp::now())).await;
        }
    }
    if time_is_short() {
        return Ok(Ended::Unfinished);
    }
    let size = work.put_together(&export).await?;
    work.end(&export.done(size, Timestamp::now())).await
}

impl<E: Exports, F: Files, S: Source> Work<'_, E, F, S> {
    /// The export with one more part, which is kept but not noted yet.
    async fn collect(&self, export: &Export) -> Result<Export, RunError> {
        let (mut rows, mut left_out) = (Vec::new(), 0);
        let mut next = export.next.clone();
        for _ in 0..PART_PAGES {
            if next == Next::End || rows.len() >= PART_ROWS {
                break;
            }
            let after = match &next {
                Next::After(place) => Some(place.as_str()),
                Next::Start | Next::End => None,
            };
            let page = self.source.page(after).await?;
            rows.extend(page.rows);
            left_out += page.left_out;
            next = page.next.map_or(Next::End, Next::After);
        }
        if let Some((attempt, part)) = export.next_part() {
            self.files.put_part(&export.id, attempt, part, packed(&rows)?).await?;
        }
        Ok(export.with_part(rows.len() as u64, left_out, next, Timestamp::now()))
    }

    /// Makes the file of all parts and stores it; gives its bytes.
    async fn put_together(&self, export: &Export) -> Result<u64, RunError> {
        let file = NamedTempFile::new()?;
        let mut writer = FileWriter::new(export.order.format, self.described, file.path())?;
        for (attempt, part) in export.parts() {
            let part = self.files.part(&export.id, attempt, part).await?;
            for row in unpacked(&part) {
                writer.row(&row?)?;
            }
        }
        writer.finish(self.described, file.path())?;
        self.files.put_file(export, file.path()).await?;
        Ok(file.path().metadata()?.len())
    }

    /// Notes how it ended. The parts aren't needed any more; what stays of them goes with the bucket's age.
    async fn end(&self, export: &Export) -> Result<Ended, RunError> {
        self.exports.put(export).await?;
        for (attempt, part) in export.parts() {
            self.files.delete_part(&export.id, attempt, part).await?;
        }
        Ok(Ended::Over)
    }
}
