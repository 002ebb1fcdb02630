//! Bringing in regions, the register and accounts.

use anju_domain::import::{ImportId, ImportKind};
use anju_http::import_form::{announcement, list, options};
use anju_http::view::import::{AnnouncedImportView, ImportView};
use anju_http::view::list::ListView;
use serde_json::json;

use crate::operation::{Group, Operation};
use crate::samples;

pub(crate) const TAG: &str = "Imports";
const GROUP: Group = Group(TAG);

pub(crate) fn operations() -> Vec<Operation> {
    vec![
        GROUP
            .accounts("POST /v1/imports", "request-import", "Announces a file to import")
            .note(
                "For the operator. The answer's `upload` is the one request that takes the file, with just these \
                 headers: length and checksum are signed. What follows runs by itself once the file is there.",
            )
            .note(
                "`?dry_run=true`, or `?dry_run` alone, says what the import would do and changes nothing. Text is at \
                 most 1 GB, a workbook 100 MB.",
            )
            .query(options)
            .once()
            .body(
                announcement,
                json!({"kind": "register", "format": "csv", "size": 52_428_800, "sha256": samples::HASH}),
            )
            .by_level()
            .answers::<AnnouncedImportView>(
                201,
                json!({
                    "import_id": samples::IMPORT,
                    "upload": {
                        "method": "PUT",
                        "url": "https://transfers.s3.amazonaws.com/imports/uploads/…?X-Amz-Signature=…",
                        "headers": {"content-type": "text/csv", "if-none-match": "*"},
                        "expires_at": "2020-06-03T03:22:31Z",
                    },
                }),
            ),
        GROUP
            .accounts("GET /v1/imports", "list-imports", "Imports, the newest first")
            .note("For the operator. Addresses of files are with each import alone.")
            .query(list)
            .by_level()
            .answers::<ListView<ImportView>>(200, list_of(samples::import())),
        GROUP
            .accounts("GET /v1/imports/{id}", "get-import", "How far an import has come")
            .note(
                "For the operator. Each row is one of `applied`, `unchanged` and `rejected`; the same file again is \
                 all `unchanged` and `rejected`. `errors_url` and `accounts_url` are signed and valid for ten minutes.",
            )
            .path::<ImportId>("id")
            .by_level()
            .answers::<ImportView>(200, samples::import()),
        GROUP
            .accounts("GET /v1/imports/templates/{kind}", "get-import-template", "An empty workbook to fill in")
            .note("For the operator.")
            .path::<ImportKind>("kind")
            .by_level()
            .answers_with(200, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "…"),
    ]
}

/// Nothing counts imports.
fn list_of(import: serde_json::Value) -> serde_json::Value {
    let mut list = samples::list(&import, 1);
    list["total"] = serde_json::Value::Null;
    list
}
