use std::time::Duration;

use anju_domain::access::Action;
use anju_domain::import::{AnnouncedFile, Import, ImportId};
use anju_http::auth::{Authenticator, Caller, FirstSignIn};
use anju_http::form;
use anju_http::import_form::announcement;
use anju_http::request::json;
use anju_http::view::import::AnnouncedImportView;
use anju_http::view::photo::UploadView;
use anju_http::write::Once;
use anju_http::{Answer, ApiError, respond::json_answer};
use anju_store::transfer_files::TransferFiles;
use anju_store::{Control, StoreError};
use jiff::Timestamp;
use lambda_http::Request;
use lambda_http::http::StatusCode;
use uuid::Uuid;

/// How long an upload may take to begin.
const VALIDITY: Duration = Duration::from_secs(3600);

pub struct Context {
    pub auth: Authenticator,
    pub control: Control,
    pub files: TransferFiles,
}

pub async fn handle(context: &Context, request: Request) -> Answer {
    let caller = context.auth.caller(&request, FirstSignIn::MustBeDone).await?;
    caller.may(Action::Import, caller.region())?;
    let file = form::read(json(&request)?, announcement)?.announced(&request)?;
    let once = Once::of(&request, caller.region(), &context.control)?;
    let import = match announced(context, &once).await? {
        Some(import) => import,
        None => announce(context, &caller, &once, file).await?,
    };
    let signed_at = Timestamp::now();
    let upload = context.files.presign_upload(&import, VALIDITY).await?;
    let upload = UploadView {
        method: upload.method,
        url: upload.url,
        headers: upload.headers.into_iter().collect(),
        expires_at: signed_at + VALIDITY,
    };
    json_answer(StatusCode::CREATED, &AnnouncedImportView { import_id: import.id, upload })
}

/// The import that the same request announced before.
async fn announced(context: &Context, once: &Once<'_>) -> Result<Option<Import>, ApiError> {
    let reference = once.answered().await?.and_then(|answered| answered.reference);
    let Some(Ok(id)) = reference.map(|reference| reference.parse::<ImportId>()) else { return Ok(None) };
    Ok(context.control.import(&id).await?)
}

async fn announce(
    context: &Context,
    caller: &Caller,
    once: &Once<'_>,
    file: AnnouncedFile,
) -> Result<Import, ApiError> {
    let (id, now) = (ImportId::new(Uuid::now_v7().as_u128()), Timestamp::now());
    let import = Import::requested(id, file, caller.region().clone(), now);
    match context.control.announce_import(&import, once.remember(Some(id.to_string()), now)?).await {
        Ok(()) => Ok(import),
        // The same request, sent twice at once: the other one won.
        Err(StoreError::Conflict) => announced(context, once).await?.ok_or(ApiError::Busy),
        Err(error) => Err(error.into()),
    }
}
