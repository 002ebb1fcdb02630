//! Photos of generated houses and copies of them, and how alike they are to our fingerprints and to our index.

pub mod copies;
pub mod report;
pub mod search;

use anju_domain::likeness::{FineHash, Fingerprint, Likeness};
use anju_photo::{CaptureClaim, Limits, Processed, Source, process};
use anju_register::photo::{PhotoSpec, house_photo};

/// Sides of the generated photos: large enough for every fingerprint, small enough for ten thousand.
const SIDES: (u16, u16) = (480, 360);

/// A house's photo, as a phone would send it.
pub fn photo(seed: u64) -> Vec<u8> {
    let (width, height) = SIDES;
    let spec = PhotoSpec { width, height, orientation: 1, taken_at: None, location: None, camera: None };
    house_photo(seed, &spec)
}

/// What the system makes of a file.
///
/// # Panics
/// Where the file is refused: these are all good ones.
#[expect(clippy::expect_used, reason = "a benchmark of photos that are refused measures nothing")]
pub fn processed(file: &[u8]) -> Processed {
    let uploaded_at = "2020-06-05T00:00:00Z".parse().expect("a time");
    let claim = CaptureClaim {
        source: Source::Camera,
        declared_taken_at: None,
        declared_location: None,
        uploaded_at,
    };
    process(file, &claim, &Limits::default()).expect("a good photo")
}

/// What a file shows.
pub fn likeness(file: &[u8]) -> Likeness {
    let anju_photo::Likeness { hash, mirrored, fine, fine_mirrored } = processed(file).likeness;
    Likeness {
        seen: Fingerprint { hash, fine: FineHash(fine) },
        mirrored: Fingerprint { hash: mirrored, fine: FineHash(fine_mirrored) },
    }
}

/// Bits that differ, of 64 and of 256, as the search compares them: the picture or its mirror image, whichever is
/// nearer.
pub fn distances(one: &Likeness, other: &Fingerprint) -> (u32, u32) {
    let of = |seen: &Fingerprint| ((seen.hash ^ other.hash).count_ones(), seen.fine.distance(&other.fine));
    of(&one.seen).min(of(&one.mirrored))
}
