//! The household's record as an answer, and the photos that a form refers to.

use anju_domain::household::Household;
use anju_domain::ids::PhotoId;
use anju_domain::photo::{Photo, PhotoState, Purpose};
use anju_domain::violation::{Violation, ViolationCode};
use anju_store::Registry;
use anju_store::photo_files::IncomingFiles;
use lambda_http::http::StatusCode;
use lambda_http::{Body, Request, Response};

use crate::auth::Caller;
use crate::error::ApiError;
use crate::region_paths::RegionPaths;
use crate::request::base_url;
use crate::respond::{json_answer, with_etag};
use crate::view::household::{HouseholdView, Numbers};
use crate::view::photo::PhotoView;
use crate::view::region::VillageView;

/// What a record is made of.
#[derive(Debug, Clone)]
pub struct Records {
    /// The registry.
    pub registry: Registry,
    /// Names of regions.
    pub paths: RegionPaths,
    /// Uploads, to tell those that have arrived.
    pub incoming: IncomingFiles,
    /// The configured public address; empty for the request's own host.
    pub public_base_url: String,
}

impl Records {
    /// The record as the caller sees it.
    pub async fn view(
        &self,
        request: &Request,
        caller: &Caller,
        household: &Household,
    ) -> Result<HouseholdView, ApiError> {
        self.view_with(request, household, Numbers::for_caller(caller.sees_full_numbers())).await
    }

    /// The record with as much of its numbers as said.
    pub async fn view_with(
        &self,
        request: &Request,
        household: &Household,
        numbers: Numbers,
    ) -> Result<HouseholdView, ApiError> {
        let village = household.id.village().region();
        let (path, mut photos) =
            tokio::try_join!(self.paths.of(village), self.registry.photos_of(&household.id))?;
        for earlier in &household.formerly {
            photos.extend(self.registry.photos_of(earlier).await?);
        }
        let mut views = Vec::with_capacity(photos.len());
        for photo in photos {
            let arrived = self.has_arrived(&photo).await?;
            views.push(PhotoView::new(photo, arrived, None));
        }
        let base = base_url(request, &self.public_base_url);
        Ok(HouseholdView::new(household, VillageView::new(village, path), views, numbers, &base))
    }

    /// The record as the answer to a call, with its version as ETag.
    pub async fn answer(
        &self,
        request: &Request,
        caller: &Caller,
        household: &Household,
    ) -> Result<Response<Body>, ApiError> {
        let view = self.view(request, caller, household).await?;
        Ok(with_etag(json_answer(StatusCode::OK, &view)?, household.version))
    }

    /// Whether the photo's file is there.
    async fn has_arrived(&self, photo: &Photo) -> Result<bool, ApiError> {
        match photo.state {
            PhotoState::Ready(_) => Ok(true),
            PhotoState::Rejected { .. } => Ok(false),
            PhotoState::AwaitingUpload => Ok(self.incoming.has_arrived(&photo.id).await?),
        }
    }

    /// What is wrong with the photos of a draft: each must be this household's, for a verification.
    pub async fn check_draft_photos(
        &self,
        household: &Household,
        ids: &[PhotoId],
    ) -> Result<Vec<Violation>, ApiError> {
        let mut broken = Vec::new();
        for (index, id) in ids.iter().enumerate() {
            if let Err(code) = self.own_photo(household, Purpose::Verification, id).await? {
                broken.push(Violation::new(format!("/photo_ids/{index}"), code));
            }
        }
        Ok(broken)
    }

    /// What is wrong with the photos of a completion or a survey: each must be this household's and for
    /// this purpose, its file must be there and not have been found unusable. It may still be processed.
    pub async fn check_photos(
        &self,
        household: &Household,
        purpose: Purpose,
        ids: &[PhotoId],
    ) -> Result<Vec<Violation>, ApiError> {
        let mut broken = Vec::new();
        for (index, id) in ids.iter().enumerate() {
            let code = match self.own_photo(household, purpose, id).await? {
                Err(code) => Some(code),
                Ok(Photo { state: PhotoState::Rejected { .. }, .. }) => Some(ViolationCode::PhotoRejected),
                Ok(photo) => (!self.has_arrived(&photo).await?).then_some(ViolationCode::PhotoNotUploaded),
            };
            broken.extend(code.map(|code| Violation::new(format!("/photo_ids/{index}"), code)));
        }
        Ok(broken)
    }

    async fn own_photo(
        &self,
        household: &Household,
        purpose: Purpose,
        id: &PhotoId,
    ) -> Result<Result<Photo, ViolationCode>, ApiError> {
        if !household.owns_photos_of(id.household()) {
            return Ok(Err(ViolationCode::PhotoOfOtherHousehold));
        }
        Ok(match self.registry.photo(id).await? {
            None => Err(ViolationCode::PhotoUnknown),
            Some(photo) if photo.purpose != purpose => Err(ViolationCode::PhotoOfOtherPurpose),
            Some(photo) => Ok(photo),
        })
    }
}
