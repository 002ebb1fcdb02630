//! Photos as clients see them.

use std::collections::{BTreeMap, BTreeSet};

use anju_domain::evidence::Doubted;
use anju_domain::ids::PhotoId;
use anju_domain::photo::{
    Camera, Flaws, Location, Photo, PhotoState, Purpose, ReadyPhoto, Source, TakenAtSource,
};
use anju_domain::time::DateTime;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// How far a photo has come, for clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PhotoProgress {
    /// Its file has not arrived.
    AwaitingUpload,
    /// Its file has arrived.
    Processing,
    /// It can be seen.
    Ready,
    /// Its file can't be used.
    Rejected,
}

/// A photo.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Photo")]
pub struct PhotoView {
    photo_id: PhotoId,
    purpose: Purpose,
    source: Source,
    state: PhotoProgress,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[schemars(with = "Option<DateTime>")]
    taken_at: Option<Timestamp>,
    taken_at_source: Option<TakenAtSource>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exif_location: Option<Location>,
    #[serde(skip_serializing_if = "Option::is_none")]
    declared_location: Option<Location>,
    /// Bytes of the original.
    size: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<u32>,
    /// What makes it hard to make out; the photo is taken all the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    flaws: Option<Flaws>,
    /// The quality that the original was written with, 1 to 100 on libjpeg's scale, where it tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    quality: Option<u8>,
    /// What took it, as far as the original names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    camera: Option<Camera>,
    /// How the mark got into it: `splice` and `splice_reencoded` leave all else as it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    urls: Option<PhotoUrls>,
}

/// A photo that there is reason to doubt.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "DoubtedPhoto")]
pub struct DoubtedView {
    photo_id: PhotoId,
    /// Photos of other households that show the same: `photo_reused`.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    reused: BTreeSet<PhotoId>,
    /// `photo_far`.
    far: bool,
    /// `photo_time_odd`.
    time_odd: bool,
}

impl DoubtedView {
    /// Why a photo is doubted.
    pub fn new(doubted: &Doubted<'_>) -> Self {
        let Doubted { photo, reused, far, time_odd } = *doubted;
        DoubtedView { photo_id: photo.clone(), reused: reused.clone(), far, time_odd }
    }
}

/// A photo that was announced, and how to upload it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AnnouncedPhoto")]
pub struct AnnouncedView {
    /// Its id.
    pub photo_id: PhotoId,
    /// The one request that uploads it.
    pub upload: UploadView,
}

/// A request that was signed: it works with these headers only.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Upload")]
pub struct UploadView {
    /// Method.
    pub method: String,
    /// Address.
    pub url: String,
    /// Headers that have to be sent.
    pub headers: BTreeMap<String, String>,
    /// When it must have begun.
    #[schemars(with = "DateTime")]
    pub expires_at: Timestamp,
}

/// Signed addresses, valid for minutes.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PhotoUrls {
    /// The watermarked picture.
    pub full: String,
    /// The small one.
    pub thumbnail: String,
}

impl PhotoView {
    /// The photo; `arrived` says whether the file of one that isn't processed is there.
    pub fn new(photo: Photo, arrived: bool, urls: Option<PhotoUrls>) -> Self {
        let (state, ready, reason) = match photo.state {
            PhotoState::AwaitingUpload if arrived => (PhotoProgress::Processing, None, None),
            PhotoState::AwaitingUpload => (PhotoProgress::AwaitingUpload, None, None),
            PhotoState::Ready(ready) => (PhotoProgress::Ready, Some(ready), None),
            PhotoState::Rejected { reason } => (PhotoProgress::Rejected, None, Some(reason)),
        };
        let ready: Option<&ReadyPhoto> = ready.as_deref();
        PhotoView {
            photo_id: photo.id,
            purpose: photo.purpose,
            source: photo.source,
            state,
            reason,
            taken_at: ready.map(|ready| ready.taken_at),
            taken_at_source: ready.map(|ready| ready.taken_at_source),
            exif_location: ready.and_then(|ready| ready.exif_location),
            declared_location: photo.declared_location,
            size: photo.size,
            width: ready.map(|ready| ready.width),
            height: ready.map(|ready| ready.height),
            flaws: ready.map(|ready| ready.flaws),
            quality: ready.and_then(|ready| ready.quality),
            camera: ready.map(|ready| ready.camera.clone()).filter(|camera| !camera.is_unknown()),
            path: ready.and_then(|ready| ready.path.clone()),
            urls,
        }
    }
}
