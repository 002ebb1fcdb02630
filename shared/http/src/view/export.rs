//! Exports as those see them who asked for them.

use anju_domain::export::{Export, ExportFormat, ExportId, ExportKind, ExportState, FailedExport, Outcome};
use anju_domain::region::RegionCode;
use anju_domain::time::DateTime;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// An export and how far it has come.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Export")]
pub struct ExportView {
    id: ExportId,
    kind: ExportKind,
    format: ExportFormat,
    region: RegionCode,
    state: ExportState,
    /// Rows read so far.
    rows: u64,
    /// Rows that there will be, as they were counted at the beginning; `null` where nothing counts them.
    total: Option<u64>,
    /// Percent of the rows that are read; 100 where the file is there.
    progress: u8,
    /// Of a sheet of codes: households that have none, as nobody has completed their verification. They are listed on
    /// its last pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    left_out: Option<u64>,
    /// Why there is no file.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<FailedExport>,
    #[schemars(with = "DateTime")]
    requested_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<DateTime>")]
    finished_at: Option<Timestamp>,
    /// Until when it can be asked for.
    #[schemars(with = "DateTime")]
    kept_until: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    download: Option<DownloadView>,
}

/// Where the file is.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Download")]
pub struct DownloadView {
    /// A signed address, for `GET` without further headers.
    pub url: String,
    /// Until when the address works. Ask again for another one.
    #[schemars(with = "DateTime")]
    pub expires_at: Timestamp,
    /// The name to keep it under.
    pub file_name: String,
    /// Bytes.
    pub size: u64,
}

impl ExportView {
    /// The export as it stands now; `kept_until` is the end of its life.
    pub fn new(export: &Export, kept_until: Timestamp, now: Timestamp) -> Self {
        let state = export.state(now);
        let finished_at = export.outcome.as_ref().map(|outcome| match outcome {
            Outcome::Done { at, .. } | Outcome::Failed { at, .. } => *at,
        });
        ExportView {
            id: export.id.clone(),
            kind: export.order.kind,
            format: export.order.format,
            region: export.order.region.clone(),
            state,
            rows: export.rows,
            total: export.total,
            progress: progress(export, state),
            left_out: (export.order.kind == ExportKind::QrSheet).then_some(export.left_out),
            reason: export.reason(now),
            requested_at: export.requested_at,
            finished_at,
            kept_until,
            download: None,
        }
    }

    /// With where its file is.
    pub fn with_download(self, download: DownloadView) -> Self {
        ExportView { download: Some(download), ..self }
    }
}

fn progress(export: &Export, state: ExportState) -> u8 {
    let percent = match (state, export.total) {
        (ExportState::Done, _) => 100,
        // The file is still to be put together.
        (_, Some(total)) if total > 0 => (export.rows * 100 / total).min(99),
        _ => 0,
    };
    u8::try_from(percent).unwrap_or(0)
}
