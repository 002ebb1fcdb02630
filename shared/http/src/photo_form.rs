//! The announcement of a photo.

use anju_domain::change::Hash;
use anju_domain::photo::{Location, Purpose, Source};
use anju_domain::violation::ViolationCode;
use jiff::Timestamp;

use crate::form::Fields;

/// The longest file, in bytes.
const MAX_BYTES: u64 = 20 << 20;
/// What is taken.
static CONTENT_TYPES: [&str; 4] = ["image/jpeg", "image/png", "image/webp", "image/heic"];

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
    /// SHA-256 of the file.
    pub sha256: Hash,
    /// The phone's word on when it was taken.
    pub taken_at: Option<Timestamp>,
    /// The phone's word on where.
    pub declared_location: Option<Location>,
}

/// Reads the announcement.
pub fn announcement(fields: &mut Fields) -> Option<PhotoForm> {
    let purpose = fields.choice("purpose");
    let source = fields.choice("source");
    let content_type = fields.word("content_type", &CONTENT_TYPES);
    let size = fields.whole_number("size", 1, MAX_BYTES);
    let sha256 = fields.parsed("sha256", ViolationCode::Malformed);
    let taken_at = fields.timestamp("taken_at");
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
}

fn location(fields: &mut Fields) -> Option<Location> {
    let latitude = fields.number("latitude", -90.0, 90.0);
    let longitude = fields.number("longitude", -180.0, 180.0);
    let accuracy_m = fields.number("accuracy_m", 0.0, f64::from(u32::MAX));
    let fixed_at = fields.timestamp("fixed_at");
    let latitude = fields.require("latitude", latitude);
    let longitude = fields.require("longitude", longitude);
    let location =
        Location { latitude: latitude?, longitude: longitude?, accuracy_m, altitude_m: None, fixed_at };
    Some(location.to_centimetres())
}
