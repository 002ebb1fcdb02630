//! Imports of files: of regions, of the register, of accounts. What they are, how far they have come, what they did.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::InvalidId;
use crate::region::RegionCode;
use crate::string_newtype::string_newtype;

/// An import: a UUID of version 7 as 32 hexadecimal digits, so that ids sort by their time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImportId(u128);

impl ImportId {
    /// The import with this fresh UUID.
    pub fn new(unique: u128) -> Self {
        ImportId(unique)
    }
}

impl fmt::Display for ImportId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:032x}", self.0)
    }
}

impl FromStr for ImportId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let valid = text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if !valid {
            return Err(InvalidId);
        }
        u128::from_str_radix(text, 16).map(ImportId).map_err(|_| InvalidId)
    }
}

string_newtype!(ImportId, "An import.", "^[0-9a-f]{32}$", "0190163d8f3a7c51b2d4e6f8a0b1c2d3");

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportKind {
    /// Households: one row per person.
    Register,
    /// Regions: names, public phones, mergers and splits.
    Regions,
    /// Accounts to be issued.
    Accounts,
}

/// The form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileFormat {
    /// Text with commas or tabs, in UTF-8 or GB18030, with or without byte order mark.
    Csv,
    /// An Excel workbook.
    Xlsx,
}

impl FileFormat {
    /// Its media type.
    pub fn content_type(self) -> &'static str {
        match self {
            FileFormat::Csv => "text/csv",
            FileFormat::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    /// The longest file that is taken, in bytes. A workbook is unpacked on a function's disk; text is read as it
    /// comes.
    pub fn max_bytes(self) -> u64 {
        match self {
            FileFormat::Csv => 1 << 30,
            FileFormat::Xlsx => 100 << 20,
        }
    }
}

/// How far an import has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    /// Its file has not arrived.
    AwaitingUpload,
    /// The file is read, checked and cut into pieces; nothing is applied before all of it was read.
    Checking,
    /// The pieces are applied.
    Applying,
    /// All pieces are applied, and what was wrong is written down.
    Done,
    /// The file can't be read; nothing was applied.
    Failed,
}

/// Why a file as a whole can't be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileProblem {
    /// It isn't what it is said to be: not text, not a workbook, or encrypted.
    NotOfThisFormat,
    /// Text in UTF-16 or with zero bytes.
    UnknownEncoding,
    /// The first row doesn't name the columns.
    NoHeader,
    /// A column that is needed is missing.
    ColumnMissing,
    /// A column's name is not known.
    ColumnUnknown,
    /// A column stands twice.
    ColumnTwice,
    /// There is no row below the heading.
    NoRows,
    /// A row is longer than a megabyte: most likely a quotation mark isn't closed.
    RowTooLong,
    /// A row has more cells than any file needs.
    TooManyCells,
    /// Unpacked it is larger than is taken, or made of too many parts.
    UnpackedTooLarge,
    /// A cell holds a formula.
    Formula,
    /// It refers to other workbooks, to data elsewhere, or holds macros or embedded files.
    ActiveContent,
    /// More than one sheet has rows.
    SeveralSheets,
    /// The pieces of it were lost before they were applied: they are kept for 30 days.
    Expired,
}

/// Why a file failed, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFailure {
    /// What is wrong.
    pub problem: FileProblem,
    /// The row, from 1, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<u64>,
    /// The column's name or letters, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
}

impl From<FileProblem> for FileFailure {
    fn from(problem: FileProblem) -> Self {
        FileFailure { problem, row: None, column: None }
    }
}

/// What an import, or a piece of it, did. Each row is exactly one of applied, unchanged and rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Totals {
    /// Rows below the heading.
    pub rows: u64,
    /// Rows that changed something.
    pub applied: u64,
    /// Rows that say what is known already.
    pub unchanged: u64,
    /// Rows that were not taken. All of a household's are, where one is wrong.
    pub rejected: u64,
    /// Households, regions or accounts that are new.
    pub created: u64,
    /// Those that were there and changed.
    pub changed: u64,
    /// Households that moved to another village.
    pub moved: u64,
    /// Households that left the register.
    pub left: u64,
    /// Households of the file's villages that the file doesn't name. They stay as they are.
    pub missing: u64,
    /// Households with an ID number or phone that is not valid: taken as it stands.
    pub flagged: u64,
    /// Lines of the error file.
    pub problems: u64,
}

impl Totals {
    /// All numbers with their names.
    pub fn named(&self) -> [(&'static str, u64); 11] {
        [
            ("rows", self.rows),
            ("applied", self.applied),
            ("unchanged", self.unchanged),
            ("rejected", self.rejected),
            ("created", self.created),
            ("changed", self.changed),
            ("moved", self.moved),
            ("left", self.left),
            ("missing", self.missing),
            ("flagged", self.flagged),
            ("problems", self.problems),
        ]
    }
}

/// An import as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// Its id.
    pub id: ImportId,
    /// What the file holds.
    pub kind: ImportKind,
    /// The form of the file.
    pub format: FileFormat,
    /// Bytes of the file.
    pub size: u64,
    /// SHA-256 of the file in hexadecimal.
    pub sha256: String,
    /// Nothing is changed: only said what would be.
    pub dry_run: bool,
    /// What is wrong is written down in English.
    #[serde(default)]
    pub in_english: bool,
    /// The account that asked for it.
    pub requested_by: RegionCode,
    /// When.
    pub requested_at: Timestamp,
    /// How far it has come.
    pub state: ImportState,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<FileFailure>,
    /// Rows that were read so far; all once it is applied.
    #[serde(default)]
    pub rows_read: u64,
    /// Pieces that it was cut into so far; all once it is applied.
    #[serde(default)]
    pub pieces: u32,
    /// Pieces that are applied.
    #[serde(default)]
    pub done: u32,
    /// Rows of some household stand apart: which, is written down beside the pieces.
    #[serde(default)]
    pub scattered: bool,
    /// All pieces are in the queue.
    #[serde(default)]
    pub queued: bool,
    /// What the applied pieces did.
    #[serde(default)]
    pub totals: Totals,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
}

impl Import {
    /// One that is asked for.
    pub fn requested(id: ImportId, file: AnnouncedFile, by: RegionCode, now: Timestamp) -> Import {
        let AnnouncedFile { kind, format, size, sha256, dry_run, in_english } = file;
        Import {
            id,
            kind,
            format,
            size,
            sha256,
            dry_run,
            in_english,
            requested_by: by,
            requested_at: now,
            state: ImportState::AwaitingUpload,
            failure: None,
            rows_read: 0,
            pieces: 0,
            done: 0,
            scattered: false,
            queued: false,
            totals: Totals::default(),
            ended_at: None,
        }
    }

    /// Whether all that is to be applied is.
    pub fn is_applied(&self) -> bool {
        self.state == ImportState::Applying && self.done >= self.pieces
    }
}

/// What is said of a file before it is uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnouncedFile {
    /// What it holds.
    pub kind: ImportKind,
    /// Its form.
    pub format: FileFormat,
    /// Bytes.
    pub size: u64,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
    /// Nothing is to be changed.
    pub dry_run: bool,
    /// What is wrong is to be written down in English.
    pub in_english: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_s_id_is_32_hexadecimal_digits() {
        let id = ImportId::new(0x0190);
        assert_eq!(id.to_string().parse(), Ok(id));
        for wrong in ["", "0190", "0190163D8F3A7C51B2D4E6F8A0B1C2D3", "+190163d8f3a7c51b2d4e6f8a0b1c2d3"] {
            assert!(wrong.parse::<ImportId>().is_err(), "{wrong}");
        }
    }
}
