//! What is said of a file before it is imported, and which imports are asked for.

use anju_domain::change::Hash;
use anju_domain::import::{AnnouncedFile, FileFormat, ImportId, ImportKind};
use anju_domain::violation::ViolationCode;
use lambda_http::{Request, RequestExt};

use crate::error::ApiError;
use crate::form::{self, Fields};
use crate::language::{self, Language};
use crate::page::{cursor, limit};

/// A file as its announcement has it.
#[derive(Debug)]
pub struct ImportForm {
    kind: ImportKind,
    format: FileFormat,
    size: u64,
    sha256: Hash,
}

/// Reads the announcement.
pub fn announcement(fields: &mut Fields) -> Option<ImportForm> {
    let kind = fields.choice("kind");
    let format = fields.choice("format");
    let size = fields.whole_number("size", 1, FileFormat::Csv.max_bytes());
    let sha256 = fields.parsed("sha256", ViolationCode::Malformed);
    let kind = fields.require("kind", kind);
    let format: Option<FileFormat> = fields.require("format", format);
    let size = fields.require("size", size);
    if format.zip(size).is_some_and(|(format, size)| size > format.max_bytes()) {
        fields.reject("size", ViolationCode::OutOfRange);
    }
    let sha256 = fields.require("sha256", sha256);
    Some(ImportForm { kind: kind?, format: format?, size: size?, sha256: sha256? })
}

/// Reads how the file is to be imported.
pub fn options(fields: &mut Fields) -> Option<bool> {
    Some(fields.flag("dry_run").unwrap_or(false))
}

impl ImportForm {
    /// The file as it is announced by a request. `?dry_run` without a value asks for a dry run, too: whoever writes
    /// it means it.
    pub fn announced(self, request: &Request) -> Result<AnnouncedFile, ApiError> {
        let asked = form::read_address(request, options)?;
        let bare = request.query_string_parameters_ref().and_then(|parameters| parameters.first("dry_run"));
        Ok(AnnouncedFile {
            kind: self.kind,
            format: self.format,
            size: self.size,
            sha256: self.sha256.to_string(),
            dry_run: asked || bare == Some(""),
            in_english: language::preferred(request.headers()) == Language::English,
        })
    }
}

/// Which imports are asked for.
pub struct ImportQuery {
    /// Before this one.
    pub after: Option<ImportId>,
    /// Rows of a page.
    pub limit: usize,
}

/// Reads which imports are asked for.
pub fn list(fields: &mut Fields) -> Option<ImportQuery> {
    Some(ImportQuery { after: cursor(fields), limit: limit(fields) })
}

/// The kind of file that a template is asked for, by its name in the path.
pub fn template_kind(name: &str) -> Result<ImportKind, ApiError> {
    serde_json::from_value(name.into()).map_err(|_| ApiError::NotFound)
}
