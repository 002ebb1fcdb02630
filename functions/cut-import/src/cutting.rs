//! Cuts a part of a file, from where it was cut to.

use std::io::{self, Read};

use anju_domain::import::{FileFailure, FileFormat, FileProblem, Import, ImportId};
use anju_import::cut::{Checkpoint, Cut, CutError, Cutter, Sink};
use anju_import::delimited::{BEGINNING, Dialect};
use anju_import::piece::Piece;
use anju_import::row::RowsError;
use anju_import::workbook::Workbook;
use anju_store::StoreError;
use anju_store::keys::objects;
use anju_store::transfer_files::TransferFiles;
use tokio::runtime::Handle;

use crate::handler::Context;
use crate::source::FileReader;

const JSON: &str = "application/json";

/// What cutting a part of a file came to.
pub enum Outcome {
    /// There is more.
    Paused { rows: u64, pieces: u32 },
    /// All of it is cut.
    Finished { rows: u64, pieces: u32, scattered: bool },
    /// It can't be imported.
    Refused(FileFailure),
}

/// Why it could not be cut now.
#[derive(Debug, thiserror::Error)]
pub enum CuttingError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the file can't be read: {0}")]
    Read(#[from] io::Error),
    #[error("a piece is not of its form: {0}")]
    Form(#[from] serde_json::Error),
    #[error("the file could not be cut to a checkpoint")]
    Ended,
}

/// Cuts on from the import's checkpoint, at most `most` pieces.
pub async fn cut(context: &Context, import: &Import, most: u32) -> Result<Outcome, CuttingError> {
    let from = match import.pieces {
        0 => None,
        pieces => Some(checkpoint(&context.files, &import.id, pieces).await?),
    };
    let (runtime, files, import) = (Handle::current(), context.files.clone(), import.clone());
    // Reading rows is work, and reading bytes waits: neither on the thread that everything else waits on.
    let cutting = tokio::task::spawn_blocking(move || {
        let mut pieces = Pieces { runtime, files, import: import.id };
        match import.format {
            FileFormat::Csv => cut_text(&import, from, &mut pieces, most),
            FileFormat::Xlsx => cut_workbook(&import, from, &mut pieces, most),
        }
    });
    cutting.await.map_err(|_| CuttingError::Ended)?
}

async fn checkpoint(files: &TransferFiles, id: &ImportId, pieces: u32) -> Result<Checkpoint, CuttingError> {
    let stored = files.file(&objects::import_checkpoint(id, pieces)).await?.ok_or(CuttingError::Ended)?;
    Ok(serde_json::from_slice(&stored)?)
}

fn cut_text(
    import: &Import,
    from: Option<Checkpoint>,
    pieces: &mut Pieces,
    most: u32,
) -> Result<Outcome, CuttingError> {
    let mut beginning = Vec::new();
    pieces.reader(import, 0).take(BEGINNING as u64).read_to_end(&mut beginning)?;
    let dialect = match Dialect::of(import.kind, &beginning) {
        Ok(dialect) => dialect,
        Err(failure) => return Ok(Outcome::Refused(failure)),
    };
    drop(beginning);
    let from = from.unwrap_or_else(|| {
        let (position, row) = dialect.body();
        Checkpoint::at(position, row)
    });
    let mut rows = dialect.rows(pieces.reader(import, from.position), from.position, from.row);
    let cut = Cutter::new(import.kind, dialect.layout(), from, pieces, most).cut(&mut rows);
    outcome(cut, pieces)
}

fn cut_workbook(
    import: &Import,
    from: Option<Checkpoint>,
    pieces: &mut Pieces,
    most: u32,
) -> Result<Outcome, CuttingError> {
    let mut file = tempfile::tempfile()?;
    io::copy(&mut pieces.reader(import, 0), &mut file)?;
    let mut workbook = match Workbook::open(file) {
        Ok(workbook) => workbook,
        Err(RowsError::File(failure)) => return Ok(Outcome::Refused(failure)),
        Err(RowsError::Read(error)) => return Err(error.into()),
    };
    let from = from.unwrap_or_else(|| Checkpoint::at(0, 0));
    let cut = workbook.read(import.kind, from.row, |layout, rows| {
        Cutter::new(import.kind, layout, from, pieces, most).cut(rows).map_err(SheetError)
    });
    outcome(cut.map_err(|SheetError(error)| error), pieces)
}

/// Lets a heading's mistake stand among those of cutting.
struct SheetError(CutError<CuttingError>);

impl From<RowsError> for SheetError {
    fn from(error: RowsError) -> Self {
        SheetError(match error {
            RowsError::File(failure) => CutError::File(failure),
            RowsError::Read(error) => CutError::Read(error),
        })
    }
}

fn outcome(cut: Result<Cut, CutError<CuttingError>>, pieces: &Pieces) -> Result<Outcome, CuttingError> {
    match cut {
        Ok(Cut::Paused(checkpoint)) => {
            let key = objects::import_checkpoint(&pieces.import, checkpoint.pieces);
            pieces.put(&key, serde_json::to_vec(&checkpoint)?)?;
            Ok(Outcome::Paused { rows: checkpoint.rows, pieces: checkpoint.pieces })
        }
        Ok(Cut::Finished { rows, pieces: cut, scattered }) => {
            if !scattered.is_empty() {
                pieces.put(&objects::import_scattered(&pieces.import), serde_json::to_vec(&scattered)?)?;
            }
            Ok(Outcome::Finished { rows, pieces: cut, scattered: !scattered.is_empty() })
        }
        Err(CutError::File(failure)) => Ok(Outcome::Refused(failure)),
        Err(CutError::Read(error)) if error.kind() == io::ErrorKind::InvalidData => {
            Ok(Outcome::Refused(FileProblem::NotOfThisFormat.into()))
        }
        Err(CutError::Read(error)) => Err(error.into()),
        Err(CutError::Keep(error)) => Err(error),
    }
}

/// Keeps pieces in the bucket.
struct Pieces {
    runtime: Handle,
    files: TransferFiles,
    import: ImportId,
}

impl Pieces {
    fn reader(&self, import: &Import, from: u64) -> FileReader {
        let key = objects::import_upload(&import.id);
        FileReader::new(self.runtime.clone(), self.files.clone(), key, from)
    }

    fn put(&self, key: &str, bytes: Vec<u8>) -> Result<(), CuttingError> {
        Ok(self.runtime.block_on(self.files.put(key, JSON, bytes))?)
    }
}

impl Sink for Pieces {
    type Error = CuttingError;

    fn keep(&mut self, number: u32, piece: &Piece) -> Result<(), CuttingError> {
        self.put(&objects::import_piece(&self.import, number), serde_json::to_vec(piece)?)
    }
}
