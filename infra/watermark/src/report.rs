//! What was found in a photo, as JSON.

use anju_photo::{Location, Processed, Rejection};
use jiff::Timestamp;
use serde::Serialize;

/// A photo that was marked.
#[derive(Serialize)]
pub struct Report {
    path: &'static str,
    content_type: &'static str,
    width: u32,
    height: u32,
    taken_at: Timestamp,
    taken_at_source: &'static str,
    exif_taken_at: Option<Timestamp>,
    exif_location: Option<Place>,
    orientation: u8,
    make: Option<String>,
    model: Option<String>,
    quality: Option<u8>,
    too_dark: bool,
    too_blurred: bool,
    difference_hash: String,
    mirrored_hash: String,
    sha256: String,
    marked_bytes: usize,
    thumbnail_bytes: usize,
}

/// A position (WGS 84).
#[derive(Serialize)]
struct Place {
    latitude: f64,
    longitude: f64,
    altitude_m: Option<f64>,
    accuracy_m: Option<f64>,
}

/// A file that was refused.
#[derive(Serialize)]
pub struct Rejected {
    rejected: &'static str,
    detail: String,
}

impl Report {
    pub fn of(processed: &Processed) -> Self {
        let facts = &processed.facts;
        let place = |found: Location| Place {
            latitude: found.latitude,
            longitude: found.longitude,
            altitude_m: found.altitude_m,
            accuracy_m: found.accuracy_m,
        };
        Self {
            path: processed.path.as_str(),
            content_type: processed.content_type.as_str(),
            width: processed.width,
            height: processed.height,
            taken_at: processed.taken_at,
            taken_at_source: processed.taken_at_source.as_str(),
            exif_taken_at: facts.exif_taken_at,
            exif_location: facts.exif_location.map(place),
            orientation: facts.orientation,
            make: facts.make.clone(),
            model: facts.model.clone(),
            quality: processed.quality,
            too_dark: processed.flaws.too_dark,
            too_blurred: processed.flaws.too_blurred,
            difference_hash: format!("{:016x}", processed.likeness.hash),
            mirrored_hash: format!("{:016x}", processed.likeness.mirrored),
            sha256: hex::encode(processed.sha256),
            marked_bytes: processed.marked.len(),
            thumbnail_bytes: processed.thumbnail.len(),
        }
    }
}

impl Rejected {
    pub fn of(rejection: Rejection) -> Self {
        Self { rejected: rejection.code(), detail: rejection.to_string() }
    }
}
