//! Between the photo crate's words and the domain's.

use anju_domain::likeness::{FineHash, Fingerprint, Likeness};
use anju_domain::photo::{Camera, Flaws, Location, Photo, ReadyPhoto, Source, TakenAtSource};
use anju_photo::{CaptureClaim, Processed, Rejection};
use jiff::Timestamp;

/// What is claimed of a photo that arrived at `arrived_at`.
pub fn claim(photo: &Photo, arrived_at: Timestamp) -> CaptureClaim {
    CaptureClaim {
        source: match photo.source {
            Source::Camera => anju_photo::Source::Camera,
            Source::Album => anju_photo::Source::Album,
        },
        declared_taken_at: photo.declared_taken_at,
        declared_location: photo.declared_location.map(|place| (place.latitude, place.longitude)),
        uploaded_at: arrived_at,
    }
}

/// What processing found out, for the record.
pub fn ready(processed: &Processed) -> ReadyPhoto {
    ReadyPhoto {
        taken_at: processed.taken_at,
        taken_at_source: match processed.taken_at_source {
            anju_photo::TakenAtSource::Exif => TakenAtSource::Exif,
            anju_photo::TakenAtSource::Declared => TakenAtSource::Declared,
            anju_photo::TakenAtSource::Upload => TakenAtSource::Upload,
        },
        exif_location: processed.facts.exif_location.map(|found| {
            let location = Location {
                latitude: found.latitude,
                longitude: found.longitude,
                accuracy_m: found.accuracy_m,
                altitude_m: found.altitude_m,
                fixed_at: None,
            };
            location.to_centimetres()
        }),
        width: processed.width,
        height: processed.height,
        difference_hash: processed.likeness.hash,
        fine_hash: Some(FineHash(processed.likeness.fine)),
        path: Some(processed.path.as_str().to_owned()),
        flaws: Flaws { too_dark: processed.flaws.too_dark, too_blurred: processed.flaws.too_blurred },
        quality: processed.quality,
        camera: Camera { make: processed.facts.make.clone(), model: processed.facts.model.clone() },
        marked_size: processed.marked.len() as u64,
        thumbnail_size: processed.thumbnail.len() as u64,
    }
}

/// What the picture shows, to find others that show the same.
pub fn likeness(processed: &Processed) -> Likeness {
    let anju_photo::Likeness { hash, mirrored, fine, fine_mirrored } = processed.likeness;
    Likeness {
        seen: Fingerprint { hash, fine: FineHash(fine) },
        mirrored: Fingerprint { hash: mirrored, fine: FineHash(fine_mirrored) },
    }
}

/// What the village reads about a photo that can't be used.
pub fn reason(rejection: Rejection) -> &'static str {
    match rejection {
        Rejection::NotAnImage => "上传的文件不是照片,请重新拍摄。",
        Rejection::UnsupportedFormat => "照片格式不支持,请以JPEG格式重新拍摄。",
        Rejection::TooManyBytes | Rejection::TooManyPixels => "照片过大,请降低分辨率后重新拍摄。",
        Rejection::Truncated => "照片文件不完整,请重新上传。",
        Rejection::Corrupt => "照片文件已损坏,请重新拍摄。",
    }
}
