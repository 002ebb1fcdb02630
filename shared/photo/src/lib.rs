//! What becomes of an uploaded photo: checked, read, marked with the time it was taken, made small, and
//! given a fingerprint. Bytes in, bytes out: no storage, no network, no clock.
//!
//! [`process`] is all that the rest of the system calls; how the mark gets into the picture is its own affair.

mod capture;
mod container;
mod facts;
mod format;
mod jpeg;
mod likeness;
mod mark;
mod picture;
mod rejection;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

pub use capture::{CaptureClaim, Source, TakenAtSource};
pub use facts::{Facts, Location};
pub use format::ContentType;
pub use rejection::Rejection;

use picture::Picture;

const MARKED_QUALITY: u8 = 92;
const THUMBNAIL_QUALITY: u8 = 82;

/// The bounds of what is taken, checked before anything is decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The longest file.
    pub max_bytes: usize,
    /// The largest picture, width times height.
    pub max_pixels: u64,
}

impl Default for Limits {
    /// 20 MiB and 100 megapixels.
    fn default() -> Self {
        Self { max_bytes: 20 << 20, max_pixels: 100_000_000 }
    }
}

impl Limits {
    /// The memory that decoded pixels may take: four bytes for each that is allowed. A picture of more bytes a
    /// pixel may have fewer of them. Small ones may take what decoders need in any case.
    fn max_memory(&self) -> u64 {
        self.max_pixels.saturating_mul(4).max(1 << 20)
    }
}

/// An original's content and all that was made and read from it.
#[derive(Debug, Clone, PartialEq)]
pub struct Processed {
    /// The photo with its mark, a JPEG, upright and without EXIF.
    pub marked: Vec<u8>,
    /// The same with its longest side at most 400 pixels.
    pub thumbnail: Vec<u8>,
    /// Pixels from left to right, as the viewer sees it.
    pub width: u32,
    /// Pixels from top to bottom, as the viewer sees it.
    pub height: u32,
    /// What the original says about itself.
    pub facts: Facts,
    /// The time on the mark.
    pub taken_at: Timestamp,
    /// What that time rests on.
    pub taken_at_source: TakenAtSource,
    /// The fingerprint of what the unmarked picture shows; few bits differ between copies.
    pub difference_hash: u64,
    /// The original's SHA-256.
    pub sha256: [u8; 32],
    /// The original's format, by its content.
    pub content_type: ContentType,
}

/// Processes an uploaded original. The same bytes, claim and limits always give the same result.
///
/// # Errors
/// A file that isn't a complete picture of a supported format within the limits is refused.
pub fn process(original: &[u8], taken: &CaptureClaim, limits: &Limits) -> Result<Processed, Rejection> {
    if original.len() > limits.max_bytes {
        return Err(Rejection::TooManyBytes);
    }
    let content_type = ContentType::of_content(original)?;
    let facts = Facts::of_file(original);
    let mut picture = Picture::decode(original, content_type, facts.orientation, limits)?;
    let difference_hash = likeness::difference_hash(&picture.pixels);
    let (taken_at, taken_at_source) = taken.taken_at(&facts);
    mark::draw(&mut picture.pixels, &mark::text(taken_at, taken_at_source));
    let (width, height) = picture.pixels.dimensions();
    Ok(Processed {
        marked: picture.encode(MARKED_QUALITY)?,
        thumbnail: picture.thumbnail().encode(THUMBNAIL_QUALITY)?,
        width,
        height,
        facts,
        taken_at,
        taken_at_source,
        difference_hash,
        sha256: Sha256::digest(original).into(),
        content_type,
    })
}
