use std::time::Duration;

use anju_domain::access::Action;
use anju_domain::ids::{HouseholdId, PhotoId};
use anju_domain::photo::{Photo, PhotoState, Purpose};
use anju_http::auth::{Authenticator, Caller, FirstSignIn};
use anju_http::form;
use anju_http::photo_form::{PhotoForm, announcement};
use anju_http::request::{json, path};
use anju_http::view::photo::{AnnouncedView, UploadView};
use anju_http::write::Once;
use anju_http::{Answer, ApiError, respond::json_answer};
use anju_store::photo_files::IncomingFiles;
use anju_store::{Control, Registry, StoreError};
use jiff::Timestamp;
use lambda_http::Request;
use lambda_http::http::StatusCode;
use uuid::Uuid;

/// How long an upload may take to begin: phones in the mountains wait for signal.
const VALIDITY: Duration = Duration::from_secs(3600);

pub struct Context {
    pub auth: Authenticator,
    pub control: Control,
    pub registry: Registry,
    pub incoming: IncomingFiles,
}

pub async fn handle(context: &Context, request: Request) -> Answer {
    let caller = context.auth.caller(&request, FirstSignIn::MustBeDone).await?;
    let id: HouseholdId = path(&request, "id")?;
    caller.may_with(Action::Read, &id)?;
    let form = form::read(json(&request)?, announcement)?;
    caller.may_with(action(form.purpose), &id)?;
    context.registry.household(&id).await?.ok_or(ApiError::NotFound)?;
    let once = Once::of(&request, caller.region(), &context.control)?;
    let photo = match announced(context, &once).await? {
        Some(photo) => photo,
        None => announce(context, &caller, &once, form, id).await?,
    };
    upload_answer(context, &photo).await
}

fn action(purpose: Purpose) -> Action {
    match purpose {
        Purpose::Verification => Action::Verify,
        Purpose::Survey => Action::Survey,
    }
}

/// The photo that the same request announced before.
async fn announced(context: &Context, once: &Once<'_>) -> Result<Option<Photo>, ApiError> {
    let reference = once.answered().await?.and_then(|answered| answered.reference);
    let Some(Ok(id)) = reference.map(|reference| reference.parse::<PhotoId>()) else { return Ok(None) };
    Ok(context.registry.photo(&id).await?)
}

async fn announce(
    context: &Context,
    caller: &Caller,
    once: &Once<'_>,
    form: PhotoForm,
    household: HouseholdId,
) -> Result<Photo, ApiError> {
    let id = PhotoId::new(household, Uuid::now_v7().as_u128());
    let now = Timestamp::now();
    let photo = Photo {
        id: id.clone(),
        purpose: form.purpose,
        source: form.source,
        content_type: form.content_type.to_owned(),
        size: form.size,
        sha256: form.sha256.to_string(),
        declared_taken_at: form.taken_at,
        declared_location: form.declared_location,
        requested_at: now,
        requested_by: caller.region().to_string(),
        state: PhotoState::AwaitingUpload,
    };
    match context.registry.announce_photo(&photo, once.remember(Some(id.to_string()), now)?).await {
        Ok(()) => Ok(photo),
        // The same request, sent twice at once: the other one won.
        Err(StoreError::Conflict) => announced(context, once).await?.ok_or(ApiError::Busy),
        Err(error) => Err(error.into()),
    }
}

async fn upload_answer(context: &Context, photo: &Photo) -> Answer {
    let signed_at = Timestamp::now();
    let upload = context.incoming.presign_upload(photo, VALIDITY).await?;
    let view = AnnouncedView {
        photo_id: photo.id.clone(),
        upload: UploadView {
            method: upload.method,
            url: upload.url,
            headers: upload.headers.into_iter().collect(),
            expires_at: signed_at + VALIDITY,
        },
    };
    json_answer(StatusCode::CREATED, &view)
}
