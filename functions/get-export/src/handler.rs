use std::time::Duration;

use anju_domain::export::{Export, ExportId, Outcome};
use anju_http::auth::{Authenticator, FirstSignIn};
use anju_http::export::kept_until;
use anju_http::view::export::{DownloadView, ExportView};
use anju_http::{Answer, ApiError, request::path, respond::json_answer};
use anju_store::Control;
use anju_store::export_files::ExportFiles;
use jiff::Timestamp;
use lambda_http::Request;
use lambda_http::http::StatusCode;

/// How long a file's address is valid: whoever has it may fetch the file, signed in or not.
const VALIDITY: Duration = Duration::from_secs(600);

pub struct Context {
    pub auth: Authenticator,
    pub control: Control,
    pub files: ExportFiles,
}

pub async fn handle(context: &Context, request: Request) -> Answer {
    let caller = context.auth.caller(&request, FirstSignIn::MustBeDone).await?;
    let id: ExportId = path(&request, "id")?;
    // Nobody else's: a file holds what its own account may see.
    if id.account() != caller.region() {
        return Err(ApiError::NotFound);
    }
    let export = context.control.export(&id).await?.ok_or(ApiError::NotFound)?;
    let now = Timestamp::now();
    let view = ExportView::new(&export, kept_until(&export), now);
    let view = match export.outcome {
        Some(Outcome::Done { size, .. }) => view.with_download(download(context, &export, size, now).await?),
        _ => view,
    };
    json_answer(StatusCode::OK, &view)
}

async fn download(
    context: &Context,
    export: &Export,
    size: u64,
    now: Timestamp,
) -> Result<DownloadView, ApiError> {
    let url = context.files.url(&export.id, VALIDITY).await?;
    Ok(DownloadView { url, expires_at: now + VALIDITY, file_name: export.file_name(), size })
}
