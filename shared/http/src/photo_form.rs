//! The announcement of a photo.

use anju_domain::photo::{Location, Purpose, Source};
use anju_domain::violation::ViolationCode;
use jiff::Timestamp;
use serde_json::Value;

use crate::error::ApiError;
use crate::form::{self, Fields};

/// The longest file, in bytes.
const MAX_BYTES: u64 = 20 << 20;
/// What is taken.
const CONTENT_TYPES: [&str; 3] = ["image/jpeg", "image/png", "image/webp"];

/// What a client says of a photo before it uploads it.
#[derive(Debug)]
pub struct PhotoForm {
    /// What it is for.
    pub purpose: Purpose,
    /// Camera or album.
    pub source: Source,
    /// Media type.
    pub content_type: &'static str,
    /// Bytes.
    pub size: u64,
    /// SHA-256, hexadecimal.
    pub sha256: String,
    /// The phone's word on when it was taken.
    pub taken_at: Option<Timestamp>,
    /// The phone's word on where.
    pub declared_location: Option<Location>,
}

/// Reads the announcement.
pub fn read(body: Value) -> Result<PhotoForm, ApiError> {
    form::read(body, |fields| {
        let purpose = fields.choice("purpose");
        let source = fields.choice("source");
        let content_type = content_type(fields);
        let size = size(fields);
        let sha256 = sha256(fields);
        let taken_at = fields.parsed("taken_at", ViolationCode::InvalidTime);
        let declared_location = fields.object("declared_location", location).flatten();
        let purpose = fields.require("purpose", purpose);
        let source = fields.require("source", source);
        let content_type = fields.require("content_type", content_type);
        let size = fields.require("size", size);
        let sha256 = fields.require("sha256", sha256);
        Some(PhotoForm {
            purpose: purpose?,
            source: source?,
            content_type: content_type?,
            size: size?,
            sha256: sha256?,
            taken_at,
            declared_location,
        })
    })
}

fn content_type(fields: &mut Fields) -> Option<&'static str> {
    let sent = fields.string("content_type")?;
    let known = CONTENT_TYPES.into_iter().find(|known| known.eq_ignore_ascii_case(&sent));
    if known.is_none() {
        fields.reject("content_type", ViolationCode::Unknown);
    }
    known
}

fn size(fields: &mut Fields) -> Option<u64> {
    let size = fields.whole_number("size")?;
    if (1..=MAX_BYTES).contains(&size) {
        return Some(size);
    }
    fields.reject("size", ViolationCode::OutOfRange);
    None
}

fn sha256(fields: &mut Fields) -> Option<String> {
    let text = fields.string("sha256")?.to_ascii_lowercase();
    if text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Some(text);
    }
    fields.reject("sha256", ViolationCode::Malformed);
    None
}

fn location(fields: &mut Fields) -> Option<Location> {
    let (latitude, longitude) = (fields.number("latitude"), fields.number("longitude"));
    let accuracy_m = fields.number("accuracy_m");
    let fixed_at = fields.parsed("fixed_at", ViolationCode::InvalidTime);
    let latitude = fields.require("latitude", latitude);
    let longitude = fields.require("longitude", longitude);
    let (latitude, longitude) = (latitude?, longitude?);
    let location = Location { latitude, longitude, accuracy_m, altitude_m: None, fixed_at };
    if location.is_on_earth() {
        return Some(location);
    }
    fields.reject("latitude", ViolationCode::OutOfRange);
    None
}
