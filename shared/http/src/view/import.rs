//! Imports as clients see them.

use anju_domain::import::{FileFailure, FileFormat, FileProblem, Import, ImportId, ImportKind, ImportState};
use anju_domain::time::DateTime;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::language::Language;
use crate::view::photo::UploadView;

/// An import that was announced, and how to upload its file.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AnnouncedImport")]
pub struct AnnouncedImportView {
    /// Its id.
    pub import_id: ImportId,
    /// The one request that takes the file.
    pub upload: UploadView,
}

/// An import. `rows` is the sum of `applied`, `unchanged` and `rejected` once it is done.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Import")]
pub struct ImportView {
    id: ImportId,
    kind: ImportKind,
    format: FileFormat,
    /// Nothing is changed: only said what would be.
    dry_run: bool,
    state: ImportState,
    /// Why the file as a whole was not taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<FailureView>,
    /// Rows below the heading that were read so far.
    rows: u64,
    /// Rows that changed something.
    applied: u64,
    /// Rows that say what is known already.
    unchanged: u64,
    /// Rows that were not taken; the error file names each.
    rejected: u64,
    /// Households, regions or accounts that are new.
    created: u64,
    /// Those that were there and changed.
    changed: u64,
    /// Households that moved to another village.
    moved: u64,
    /// Households that ended.
    left: u64,
    /// Households of the file's villages that it doesn't name. They stay as they are.
    missing: u64,
    /// Households with an ID number or phone that isn't valid: taken as it stands.
    flagged: u64,
    /// Pieces that the file is applied in; while it is checked, those cut so far.
    pieces: u32,
    /// Pieces that are applied.
    pieces_done: u32,
    /// Lines of the error file: rows that were not taken, and what is worth a look.
    problems: u64,
    /// Where the error file is fetched, signed and valid for ten minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    errors_url: Option<String>,
    /// Where the file of issued accounts with their initial passwords is fetched, as the error file.
    #[serde(skip_serializing_if = "Option::is_none")]
    accounts_url: Option<String>,
    /// Bytes of the file.
    size: u64,
    #[schemars(with = "DateTime")]
    requested_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<DateTime>")]
    ended_at: Option<Timestamp>,
}

/// Why a file was not taken.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ImportFailure")]
pub struct FailureView {
    code: FileProblem,
    title: &'static str,
    detail: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    row: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<String>,
}

/// Where an import's files are fetched.
#[derive(Debug, Default)]
pub struct ImportFiles {
    /// What was wrong.
    pub errors: Option<String>,
    /// The accounts that were issued.
    pub accounts: Option<String>,
}

impl ImportView {
    /// An import with where its files are.
    pub fn new(import: Import, files: ImportFiles, language: Language) -> Self {
        let totals = import.totals;
        ImportView {
            id: import.id,
            kind: import.kind,
            format: import.format,
            dry_run: import.dry_run,
            state: import.state,
            failure: import.failure.map(|failure| FailureView::new(failure, language)),
            rows: import.rows_read,
            applied: totals.applied,
            unchanged: totals.unchanged,
            rejected: totals.rejected,
            created: totals.created,
            changed: totals.changed,
            moved: totals.moved,
            left: totals.left,
            missing: totals.missing,
            flagged: totals.flagged,
            pieces: import.pieces,
            pieces_done: import.done,
            problems: totals.problems,
            errors_url: files.errors,
            accounts_url: files.accounts,
            size: import.size,
            requested_at: import.requested_at,
            ended_at: import.ended_at,
        }
    }
}

impl FailureView {
    fn new(failure: FileFailure, language: Language) -> Self {
        let (title, detail) = words(failure.problem);
        FailureView {
            code: failure.problem,
            title: language.pick(title.0, title.1),
            detail: language.pick(detail.0, detail.1),
            row: failure.row,
            column: failure.column,
        }
    }
}

/// Chinese and English.
type Words = (&'static str, &'static str);

/// What is wrong with a file, and what to do.
fn words(problem: FileProblem) -> (Words, Words) {
    match problem {
        FileProblem::NotOfThisFormat => (
            ("文件格式不符或已损坏", "Not a file of this format, or damaged"),
            (
                "请另存为 xlsx 或 CSV UTF-8 后重新上传;加密的文件请先去除密码。",
                "Save it as xlsx or CSV UTF-8 and upload again; take a password off first.",
            ),
        ),
        FileProblem::UnknownEncoding => (
            ("无法识别文件编码", "Unknown encoding"),
            (
                "请另存为 CSV UTF-8 或 GB18030(ANSI)后重新上传。",
                "Save it as CSV in UTF-8 or GB18030 and upload again.",
            ),
        ),
        FileProblem::NoHeader => (
            ("没有表头", "No heading"),
            ("第一行应为列名,请参照模板。", "The first row names the columns: see the template."),
        ),
        FileProblem::ColumnMissing => {
            (("缺少必需的列", "A column is missing"), ("请参照模板补充该列。", "Add it: see the template."))
        }
        FileProblem::ColumnUnknown => (
            ("有无法识别的列", "An unknown column"),
            (
                "请删除该列或改为模板中的列名,以免数据丢失。",
                "Delete it or give it a name of the template, so that nothing is lost.",
            ),
        ),
        FileProblem::ColumnTwice => {
            (("列名重复", "A column stands twice"), ("请删除其中一列。", "Delete one of them."))
        }
        FileProblem::NoRows => {
            (("文件没有数据", "No rows"), ("表头下面没有数据行。", "Nothing stands below the heading."))
        }
        FileProblem::RowTooLong => (
            ("某行过长", "A row is too long"),
            (
                "很可能有未闭合的引号,请检查该行。",
                "Most likely a quotation mark isn't closed: look at that row.",
            ),
        ),
        FileProblem::TooManyCells => (
            ("单元格过多", "Too many cells"),
            (
                "请删除数据右侧和下方多余的格式与列。",
                "Delete formats and columns right of and below the data.",
            ),
        ),
        FileProblem::UnpackedTooLarge => (
            ("解压后过大", "Too large when unpacked"),
            ("请拆成多个文件,或另存为 CSV 后上传。", "Split it into several files, or save it as CSV."),
        ),
        FileProblem::Formula => (
            ("含有公式", "It holds a formula"),
            ("请复制后选择性粘贴为数值,再上传。", "Copy and paste as values, then upload."),
        ),
        FileProblem::ActiveContent => (
            ("含有外部链接、宏或嵌入文件", "It holds links to elsewhere, macros or embedded files"),
            ("请新建工作簿,只粘贴数值后上传。", "Paste the values into a new workbook and upload that."),
        ),
        FileProblem::SeveralSheets => (
            ("有多个含数据的工作表", "Several sheets have rows"),
            ("请只保留一个工作表。", "Keep one sheet only."),
        ),
        FileProblem::Expired => {
            (("文件已过期", "The file has expired"), ("请重新上传。", "Upload it again."))
        }
    }
}
