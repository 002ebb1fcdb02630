//! Photos as evidence: what they are for and what is known of them.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::PhotoId;
use crate::likeness::FineHash;
use crate::time::DateTime;

/// What a photo was taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// The front panorama of a verification.
    Verification,
    /// A field survey.
    Survey,
}

/// Where the phone took it from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// 拍照: taken on site.
    Camera,
    /// 选择图片: picked from the album; its position says nothing about the house.
    Album,
}

/// A WGS-84 position.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Location {
    /// Degrees north, -90 to 90.
    pub latitude: f64,
    /// Degrees east, -180 to 180.
    pub longitude: f64,
    /// Radius of the error in metres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy_m: Option<f64>,
    /// Metres above sea level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub altitude_m: Option<f64>,
    /// When the phone fixed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<DateTime>")]
    pub fixed_at: Option<Timestamp>,
}

impl Location {
    /// The same place to a centimetre, which no receiver betters: seven decimals of a degree, two of a metre.
    /// What lies below is noise that a table may refuse to keep.
    pub fn to_centimetres(self) -> Self {
        Location {
            latitude: rounded(self.latitude, 1e7),
            longitude: rounded(self.longitude, 1e7),
            accuracy_m: self.accuracy_m.map(|radius| rounded(radius, 1e2)),
            altitude_m: self.altitude_m.map(|height| rounded(height, 1e2)),
            fixed_at: self.fixed_at,
        }
    }
}

/// Adding zero takes the sign off a negative zero.
fn rounded(number: f64, parts: f64) -> f64 {
    (number * parts).round() / parts + 0.0
}

/// Which clock a photo's time is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TakenAtSource {
    /// The file's own record.
    Exif,
    /// The phone's word at the request.
    Declared,
    /// Neither: the time of the upload.
    Upload,
}

/// How far a photo has come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum PhotoState {
    /// Announced, its file not yet there.
    AwaitingUpload,
    /// Marked and stored.
    Ready(Box<ReadyPhoto>),
    /// Its file can't be used.
    Rejected {
        /// Stable code of the reason.
        reason: String,
    },
}

/// What processing found out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReadyPhoto {
    /// When it was taken.
    pub taken_at: Timestamp,
    /// By which clock.
    pub taken_at_source: TakenAtSource,
    /// The position in the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exif_location: Option<Location>,
    /// Width in pixels as the viewer sees it.
    pub width: u32,
    /// Height in pixels as the viewer sees it.
    pub height: u32,
    /// dHash of the picture.
    pub difference_hash: u64,
    /// The same of 256 bits. With the one above, the index of photos can be made anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fine_hash: Option<FineHash>,
    /// How the mark got into it, by the photo engine's name (`docs/photo.md`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// What makes it hard to make out.
    #[serde(default)]
    pub flaws: Flaws,
    /// The quality, 1 to 100 on libjpeg's scale, that the original was written with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality: Option<u8>,
    /// The camera, as far as the file names it.
    #[serde(default, skip_serializing_if = "Camera::is_unknown")]
    pub camera: Camera,
    /// Bytes of the marked picture.
    #[serde(default)]
    pub marked_size: u64,
    /// Bytes of the small one.
    #[serde(default)]
    pub thumbnail_size: u64,
}

/// What makes a photo hard to make out. Flags only: a dark photo is better than none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Flaws {
    /// Nearly all of it is close to black.
    pub too_dark: bool,
    /// It has no sharp edge.
    pub too_blurred: bool,
}

/// What took a photo.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Camera {
    /// Its maker.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub make: Option<String>,
    /// Its model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
}

impl Camera {
    /// Whether the file names none.
    pub fn is_unknown(&self) -> bool {
        *self == Camera::default()
    }
}

impl ReadyPhoto {
    /// One of which nothing is known but when it was taken.
    pub fn taken(taken_at: Timestamp, taken_at_source: TakenAtSource) -> ReadyPhoto {
        ReadyPhoto {
            taken_at,
            taken_at_source,
            exif_location: None,
            width: 0,
            height: 0,
            difference_hash: 0,
            fine_hash: None,
            path: None,
            flaws: Flaws::default(),
            quality: None,
            camera: Camera::default(),
            marked_size: 0,
            thumbnail_size: 0,
        }
    }
}

/// A photo and its history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Photo {
    /// Its id.
    pub id: PhotoId,
    /// What it was taken for.
    pub purpose: Purpose,
    /// Where the phone took it from.
    pub source: Source,
    /// Media type that was announced and signed.
    pub content_type: String,
    /// Bytes that were announced and signed.
    pub size: u64,
    /// SHA-256 of the file, hexadecimal, announced and signed.
    pub sha256: String,
    /// The phone's word on when it was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared_taken_at: Option<Timestamp>,
    /// The phone's word on where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared_location: Option<Location>,
    /// When the upload was asked for.
    pub requested_at: Timestamp,
    /// The account that asked.
    pub requested_by: String,
    /// How far it has come.
    pub state: PhotoState,
}

impl Photo {
    /// The house's position as this photo tells it: only on-site photos do (domain.md), the file's
    /// own record before the phone's word.
    pub fn house_location(&self) -> Option<Location> {
        let PhotoState::Ready(ready) = &self.state else { return None };
        match self.source {
            Source::Camera => ready.exif_location.or(self.declared_location),
            Source::Album => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_place_keeps_its_centimetres_and_nothing_that_a_table_refuses(
            latitude in prop_oneof![-90.0..=90.0, Just(-1.1125369292536007e-308), Just(-0.0)],
            longitude in prop_oneof![-180.0..=180.0, Just(-2.0372597309941044e-135), Just(180.0)],
            radius in prop_oneof![0.0..=4e9, Just(1e-200)],
        ) {
            let given =
                Location { latitude, longitude, accuracy_m: Some(radius), altitude_m: None, fixed_at: None };
            let kept = given.to_centimetres();
            prop_assert!((kept.latitude - latitude).abs() <= 5e-8 && kept.latitude.abs() <= 90.0);
            prop_assert!((kept.longitude - longitude).abs() <= 5e-8 && kept.longitude.abs() <= 180.0);
            prop_assert!(kept.accuracy_m.is_some_and(|kept| (kept - radius).abs() <= 5e-3 + 1e-6));
            for number in [kept.latitude, kept.longitude, kept.accuracy_m.unwrap_or(0.0)] {
                // What DynamoDB takes: 38 digits, and no less than 1E-130 but zero itself.
                prop_assert!(number == 0.0 && number.is_sign_positive() || number.abs() > 1e-8);
                prop_assert!(number.to_string().len() <= 20, "{}", number);
            }
            prop_assert_eq!(kept.to_centimetres(), kept);
        }
    }
}
