//! What becomes of an uploaded photo: checked, read, marked with the time it was taken, made small, and
//! given a fingerprint. Bytes in, bytes out: no storage, no network, no clock.
//!
//! [`process`] is all that the rest of the system calls; how the mark gets into the picture is its own affair
//! and told in `docs/photo.md`.

mod capture;
pub mod chinese_maps;
mod container;
mod facts;
mod flaws;
mod format;
mod heif;
mod jpeg;
mod likeness;
mod mark;
mod mask;
mod outline;
mod path;
mod picture;
mod rejection;
mod shrink;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

pub use capture::{CaptureClaim, Coordinates, Source, TakenAtSource};
pub use facts::{Facts, Location};
pub use flaws::Flaws;
pub use format::ContentType;
pub use likeness::Likeness;
pub use mark::{Corner, MarkStyle, SecondLine, UnknownCorner};
pub use path::Path;
pub use rejection::Rejection;

use path::Marked;

/// The bounds of what is taken, checked before anything is decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The longest file.
    pub max_bytes: usize,
    /// The largest picture, width times height.
    pub max_pixels: u64,
    /// The largest one of those that have to be decoded whole to be marked, which takes some ten bytes a pixel.
    pub max_decoded_pixels: u64,
}

impl Default for Limits {
    /// 20 MiB and 100 megapixels, 36 of them where they are decoded.
    fn default() -> Self {
        Self { max_bytes: 20 << 20, max_pixels: 100_000_000, max_decoded_pixels: 36_000_000 }
    }
}

impl Limits {
    /// The memory that decoded pixels may take: four bytes for each that is allowed. A picture of more bytes a
    /// pixel may have fewer of them. Small ones may take what decoders need in any case.
    fn max_memory(&self) -> u64 {
        self.max_decoded_pixels.saturating_mul(4).max(1 << 20)
    }
}

/// An original's content and all that was made and read from it.
#[derive(Debug, Clone, PartialEq)]
pub struct Processed {
    /// The photo with its mark, a JPEG. It carries no EXIF but the orientation, where its pixels are turned.
    pub marked: Vec<u8>,
    /// The same with its longest side at most 400 pixels, upright and without EXIF.
    pub thumbnail: Vec<u8>,
    /// How the mark got into the photo.
    pub path: Path,
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
    /// All its fingerprints.
    pub likeness: Likeness,
    /// What makes it hard to make out.
    pub flaws: Flaws,
    /// The quality, 1 to 100 on libjpeg's scale, that a JPEG's writer was asked for, by its tables.
    pub quality: Option<u8>,
    /// The original's SHA-256.
    pub sha256: [u8; 32],
    /// The original's format, by its content.
    pub content_type: ContentType,
}

/// Checks that a file is a complete JPEG within the limits, as [`process`] does on its way, and no more. What
/// marking costs is measured against this.
///
/// # Errors
/// A file that isn't is refused.
pub fn check_jpeg(original: &[u8], limits: &Limits) -> Result<(), Rejection> {
    if original.len() > limits.max_bytes {
        return Err(Rejection::TooManyBytes);
    }
    match ContentType::of_content(original)? {
        ContentType::Jpeg => jpeg::check(original, &jpeg::Outline::read(original, limits.max_pixels)?),
        ContentType::Png | ContentType::Webp | ContentType::Heic => Err(Rejection::UnsupportedFormat),
    }
}

/// Processes an uploaded original, with the mark in its usual style. The same bytes, claim and limits always
/// give the same result.
///
/// # Errors
/// A file that isn't a complete picture of a supported format within the limits is refused.
pub fn process(original: &[u8], taken: &CaptureClaim, limits: &Limits) -> Result<Processed, Rejection> {
    process_in_style(original, taken, limits, &MarkStyle::default())
}

/// Processes an uploaded original as [`process`] does, with the mark in this style.
///
/// # Errors
/// A file that isn't a complete picture of a supported format within the limits is refused.
pub fn process_in_style(
    original: &[u8],
    taken: &CaptureClaim,
    limits: &Limits,
    style: &MarkStyle,
) -> Result<Processed, Rejection> {
    if original.len() > limits.max_bytes {
        return Err(Rejection::TooManyBytes);
    }
    let content_type = ContentType::of_content(original)?;
    // Without a search through all of the picture where there are none.
    let head = if content_type == ContentType::Jpeg { jpeg::head(original) } else { original };
    let facts = Facts::of_file(head);
    let (taken_at, taken_at_source) = taken.taken_at(&facts);
    let lines = style.lines(taken_at, taken_at_source, taken.taken_in(&facts));
    let mark = path::Mark { lines, corner: style.corner };
    let marked = Marked::new(original, content_type, facts.orientation, &mark, limits)?;
    let thumbnail = marked.thumbnail(&mark)?;
    Ok(Processed {
        marked: marked.bytes,
        thumbnail: thumbnail.bytes,
        path: marked.path,
        width: marked.width,
        height: marked.height,
        facts,
        taken_at,
        taken_at_source,
        difference_hash: thumbnail.likeness.hash,
        likeness: thumbnail.likeness,
        flaws: thumbnail.flaws,
        quality: marked.quality,
        sha256: Sha256::digest(original).into(),
        content_type,
    })
}
