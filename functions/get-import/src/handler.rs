use std::time::Duration;

use anju_domain::access::Action;
use anju_domain::import::{Import, ImportId, ImportKind, ImportState};
use anju_http::auth::{Authenticator, FirstSignIn};
use anju_http::language;
use anju_http::request::path;
use anju_http::view::import::{ImportFiles, ImportView};
use anju_http::{Answer, ApiError, respond::json_answer};
use anju_store::keys::objects;
use anju_store::transfer_files::{Download, TransferFiles};
use anju_store::{Control, StoreError};
use lambda_http::Request;
use lambda_http::http::StatusCode;

/// How long a file may be fetched by its address.
const VALIDITY: Duration = Duration::from_secs(600);

pub struct Context {
    pub auth: Authenticator,
    pub control: Control,
    pub files: TransferFiles,
}

pub async fn handle(context: &Context, request: Request) -> Answer {
    let caller = context.auth.caller(&request, FirstSignIn::MustBeDone).await?;
    caller.may(Action::Import, caller.region())?;
    let id: ImportId = path(&request, "id")?;
    let import = context.control.import(&id).await?.ok_or(ApiError::NotFound)?;
    let files = files(&context.files, &import).await?;
    json_answer(StatusCode::OK, &ImportView::new(import, files, language::preferred(request.headers())))
}

/// Addresses of what an import left behind.
async fn files(files: &TransferFiles, import: &Import) -> Result<ImportFiles, StoreError> {
    let mut found = ImportFiles::default();
    if import.state != ImportState::Done {
        return Ok(found);
    }
    if import.totals.problems > 0 {
        let name = format!("import-{}-errors.csv", import.id);
        let key = objects::import_problems(&import.id);
        found.errors = Some(files.presign_download(Download { key: &key, name: &name }, VALIDITY).await?);
    }
    if import.kind == ImportKind::Accounts && import.totals.created > 0 && !import.dry_run {
        let name = format!("import-{}-accounts.csv", import.id);
        let key = objects::import_accounts(&import.id);
        found.accounts = Some(files.presign_download(Download { key: &key, name: &name }, VALIDITY).await?);
    }
    Ok(found)
}
