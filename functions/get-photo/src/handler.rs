use std::time::Duration;

use anju_domain::access::Action;
use anju_domain::ids::PhotoId;
use anju_domain::photo::PhotoState;
use anju_http::auth::{Authenticator, FirstSignIn};
use anju_http::view::photo::{PhotoUrls, PhotoView};
use anju_http::{Answer, ApiError, request::path, respond::json_answer};
use anju_store::Registry;
use anju_store::photo_files::{IncomingFiles, PhotoFiles};
use lambda_http::Request;
use lambda_http::http::StatusCode;

/// How long a picture's address is valid.
const VALIDITY: Duration = Duration::from_secs(600);

pub struct Context {
    pub auth: Authenticator,
    pub registry: Registry,
    pub incoming: IncomingFiles,
    pub files: PhotoFiles,
}

pub async fn handle(context: &Context, request: Request) -> Answer {
    let caller = context.auth.caller(&request, FirstSignIn::MustBeDone).await?;
    let id: PhotoId = path(&request, "id")?;
    caller.may_with(Action::Read, id.household())?;
    let photo = context.registry.photo(&id).await?.ok_or(ApiError::NotFound)?;
    let view = match photo.state {
        PhotoState::AwaitingUpload => PhotoView::new(photo, context.incoming.has_arrived(&id).await?, None),
        PhotoState::Rejected { .. } => PhotoView::new(photo, true, None),
        PhotoState::Ready(_) => {
            let (full, thumbnail) = context.files.urls(&id, VALIDITY).await?;
            PhotoView::new(photo, true, Some(PhotoUrls { full, thumbnail }))
        }
    };
    json_answer(StatusCode::OK, &view)
}
