//! The ways by which a mark gets into a photo.

use image::RgbImage;
use jpeg_encoder::SamplingFactor;

use crate::jpeg::{self, Outline};
use crate::picture::{self, Picture, THUMBNAIL_SIDE};
use crate::{ContentType, Corner, Flaws, Likeness, Limits, Rejection, mark};

const MARKED_QUALITY: u8 = 92;
const THUMBNAIL_QUALITY: u8 = 82;

/// How the mark got into a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Path {
    /// Only the blocks under the mark are new; all others have the original's bits.
    Splice,
    /// The same, but all codes were written anew, as the original's tables lacked some: no value of any other
    /// block has changed.
    SpliceReencoded,
    /// A JPEG that can't be spliced (progressive, of four colours), decoded and encoded once.
    DecodedJpeg,
    /// A JPEG of 12 bits, decoded to 8 and encoded once.
    DecodedDeepJpeg,
    /// A PNG, decoded and encoded once.
    DecodedPng,
    /// A WebP, decoded and encoded once.
    DecodedWebp,
    /// A HEIC, decoded and encoded once.
    DecodedHeic,
}

impl Path {
    /// The stable name, for interfaces and records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Splice => "splice",
            Self::SpliceReencoded => "splice_reencoded",
            Self::DecodedJpeg => "decoded_jpeg",
            Self::DecodedDeepJpeg => "decoded_jpeg_12_bit",
            Self::DecodedPng => "decoded_png",
            Self::DecodedWebp => "decoded_webp",
            Self::DecodedHeic => "decoded_heic",
        }
    }
}

/// What is written, and where.
pub(crate) struct Mark {
    pub(crate) lines: Vec<String>,
    pub(crate) corner: Corner,
}

/// A marked photo.
pub(crate) struct Marked {
    pub(crate) bytes: Vec<u8>,
    pub(crate) path: Path,
    /// As the viewer sees it.
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// The unmarked picture, upright, at the size of a thumbnail or more.
    preview: RgbImage,
    pub(crate) quality: Option<u8>,
    profile: Option<Vec<u8>>,
}

/// A small copy, and what looking at it told.
pub(crate) struct Thumbnail {
    pub(crate) bytes: Vec<u8>,
    pub(crate) likeness: Likeness,
    pub(crate) flaws: Flaws,
}

impl Marked {
    pub(crate) fn new(
        original: &[u8],
        content_type: ContentType,
        orientation: u8,
        mark: &Mark,
        limits: &Limits,
    ) -> Result<Self, Rejection> {
        let path = match content_type {
            ContentType::Jpeg => return Self::jpeg(original, orientation, mark, limits),
            ContentType::Png => Path::DecodedPng,
            ContentType::Webp => Path::DecodedWebp,
            ContentType::Heic => Path::DecodedHeic,
        };
        let picture = Picture::decode(original, content_type, orientation, limits)?;
        Self::drawn(picture, path, None, mark)
    }

    fn jpeg(original: &[u8], orientation: u8, mark: &Mark, limits: &Limits) -> Result<Self, Rejection> {
        let outline = Outline::read(original, limits.max_pixels)?;
        if outline.takes_splice() {
            return Self::spliced(original, &outline, orientation, mark);
        }
        let picture = Picture::decode_jpeg(original, &outline, orientation, limits)?;
        let path = if outline.is_deep() { Path::DecodedDeepJpeg } else { Path::DecodedJpeg };
        Self::drawn(picture, path, outline.quality, mark)
    }

    fn spliced(original: &[u8], outline: &Outline, orientation: u8, mark: &Mark) -> Result<Self, Rejection> {
        let (stored_width, stored_height) = (outline.frame.width, outline.frame.height);
        let turned = orientation >= 5;
        let (width, height) =
            if turned { (stored_height, stored_width) } else { (stored_width, stored_height) };
        let mask = mark::mask(&mark.lines, mark.corner, width, height).stored(orientation, width, height);
        // As few samples of a block as make a thumbnail.
        let longest = width.max(height);
        let side = [1, 2, 4].into_iter().find(|side| longest * side / 8 >= THUMBNAIL_SIDE).unwrap_or(8);
        let spliced = jpeg::splice(original, outline, orientation, &mask, side as usize)?;
        Ok(Self {
            bytes: spliced.bytes,
            path: if spliced.reencoded { Path::SpliceReencoded } else { Path::Splice },
            width,
            height,
            preview: picture::upright(spliced.preview, orientation),
            quality: outline.quality,
            profile: outline.profile.clone().filter(|profile| picture::is_rgb(profile)),
        })
    }

    /// A decoded picture is drawn on and encoded.
    fn drawn(picture: Picture, path: Path, quality: Option<u8>, mark: &Mark) -> Result<Self, Rejection> {
        let mut picture = picture;
        let (width, height) = picture.pixels.dimensions();
        let preview = picture::reduced(&picture.pixels, picture::thumbnail_size(width, height));
        mark::mask(&mark.lines, mark.corner, width, height).apply(&mut picture.pixels);
        let bytes = picture.encode(MARKED_QUALITY, SamplingFactor::F_1_1)?;
        Ok(Self { bytes, path, width, height, preview, quality, profile: picture.profile })
    }

    /// The thumbnail, with a mark of its own that can be read at its size.
    pub(crate) fn thumbnail(&self, mark: &Mark) -> Result<Thumbnail, Rejection> {
        let mut pixels = picture::reduced(&self.preview, picture::thumbnail_size(self.width, self.height));
        let grey = picture::grey(&pixels);
        let (likeness, flaws) = (Likeness::of(&grey), Flaws::of(&grey));
        mark::mask(&mark.lines, mark.corner, pixels.width(), pixels.height()).apply(&mut pixels);
        let picture = Picture { pixels, profile: self.profile.clone() };
        Ok(Thumbnail { bytes: picture.encode(THUMBNAIL_QUALITY, SamplingFactor::F_2_2)?, likeness, flaws })
    }
}
