//! A piece from the bucket to the tables, once: whatever is applied again changes nothing and counts nothing.

use anju_domain::import::{FileProblem, Import, ImportId, ImportKind, ImportState};
use anju_http::ApiError;
use anju_import::error_file::{self, Language};
use anju_import::piece::{Entry, Piece};
use anju_store::StoreError;
use anju_store::keys::objects;
use jiff::Timestamp;
use tracing::warn;

use crate::finishing;
use crate::handler::Context;
use crate::report::Report;
use crate::{accounts, households, regions, villages};

/// Attempts to record a piece while others record theirs in the same totals.
const ATTEMPTS: u32 = 30;

/// What error files are.
pub const CSV: &str = "text/csv; charset=utf-8";

/// Why a piece could not be applied now.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the households of a village can't be read: {0}")]
    Village(#[from] anju_counters::ports::Unavailable),
    #[error("the piece is not of its form: {0}")]
    Form(#[from] serde_json::Error),
    #[error("a password could not be issued: {0}")]
    Password(#[from] ApiError),
    #[error("others changed the same at each attempt")]
    Contended,
}

/// Applies a piece unless it is recorded, and does what comes after it.
pub async fn apply(context: &Context, id: &ImportId, piece: u32) -> Result<(), ApplyError> {
    let Some(import) = context.control.import(id).await? else {
        warn!(import = %id, "a piece of no import");
        return Ok(());
    };
    if import.state != ImportState::Applying {
        return Ok(());
    }
    if context.control.piece_result(id, piece).await?.is_none() {
        let Some(stored) = context.files.file(&objects::import_piece(id, piece)).await? else {
            return expire(context, id).await;
        };
        let report = carry_out(context, &import, &serde_json::from_slice(&stored)?).await?;
        keep(context, &import, piece, &report).await?;
        record(context, id, piece, &report).await?;
    }
    let next = piece + 1;
    if import.kind == ImportKind::Regions && next < import.pieces {
        context.pieces.send(*id, next..=next).await?;
    }
    finishing::finish_if_applied(context, id).await
}

async fn carry_out(context: &Context, import: &Import, piece: &Piece) -> Result<Report, ApplyError> {
    let mut report = Report::of(piece);
    let mut sorted = Sorted::default();
    for entry in &piece.entries {
        match entry {
            Entry::Household(entry) => sorted.households.push(entry),
            Entry::Region(entry) => sorted.regions.push(entry),
            Entry::Account(entry) => sorted.accounts.push(entry),
            Entry::Village(entry) => villages::look(context, entry, &mut report).await?,
        }
    }
    households::apply(context, import, &sorted.households, &mut report).await?;
    regions::apply(context, import, &sorted.regions, &mut report).await?;
    accounts::apply(context, import, &sorted.accounts, &mut report).await?;
    report.close();
    Ok(report)
}

#[derive(Default)]
struct Sorted<'a> {
    households: Vec<&'a anju_import::piece::HouseholdEntry>,
    regions: Vec<&'a anju_import::piece::RegionEntry>,
    accounts: Vec<&'a anju_import::piece::AccountEntry>,
}

/// The language that people read an import's files in.
pub fn language(import: &Import) -> Language {
    if import.in_english { Language::English } else { Language::Chinese }
}

async fn keep(context: &Context, import: &Import, piece: u32, report: &Report) -> Result<(), ApplyError> {
    if !report.problems.is_empty() {
        let lines = error_file::lines(import.kind, &report.problems, language(import));
        context.files.put(&objects::import_problems_of(&import.id, piece), CSV, lines).await?;
    }
    if !report.accounts.is_empty() {
        let key = objects::import_accounts_of(&import.id, piece);
        context.files.put(&key, CSV, report.accounts.clone()).await?;
    }
    Ok(())
}

async fn record(context: &Context, id: &ImportId, piece: u32, report: &Report) -> Result<(), ApplyError> {
    for attempt in 0..ATTEMPTS {
        let recorded = context.control.record_piece(id, piece, report.totals, Timestamp::now()).await;
        match recorded {
            Ok(()) => return Ok(()),
            Err(StoreError::Conflict) if context.control.piece_result(id, piece).await?.is_some() => {
                return Ok(());
            }
            Err(StoreError::Conflict) => anju_http::write::pause(attempt).await,
            Err(error) => return Err(error.into()),
        }
    }
    Err(ApplyError::Contended)
}

/// Pieces are kept for 30 days: one that waited for longer is gone.
async fn expire(context: &Context, id: &ImportId) -> Result<(), ApplyError> {
    let failure = FileProblem::Expired.into();
    let failed = context.control.fail_import(id, ImportState::Applying, &failure, Timestamp::now());
    match failed.await {
        Ok(()) | Err(StoreError::Conflict) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
