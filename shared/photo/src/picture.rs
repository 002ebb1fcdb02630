//! From bytes to the pixels as the viewer sees them, and back to bytes.

use std::io::Cursor;

use image::codecs::jpeg::JpegDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::metadata::Orientation;
use image::{DynamicImage, GrayImage, ImageDecoder, ImageResult, RgbImage};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use crate::jpeg::{self, Outline};
use crate::shrink::shrink;
use crate::{ContentType, Limits, Rejection, container, heif};

/// The sides of the largest thumbnail.
pub(crate) const THUMBNAIL_SIDE: u32 = 400;

/// The pixels, upright, and the profile that says what their colours mean.
pub(crate) struct Picture {
    pub(crate) pixels: RgbImage,
    pub(crate) profile: Option<Vec<u8>>,
}

impl Picture {
    /// Decodes a complete file of at most the limit's pixels, turned as its EXIF orientation says; HEIC says it by
    /// itself.
    pub(crate) fn decode(
        bytes: &[u8],
        content_type: ContentType,
        orientation: u8,
        limits: &Limits,
    ) -> Result<Self, Rejection> {
        let read = Cursor::new(bytes);
        let (image, profile) = match content_type {
            ContentType::Jpeg => decode(JpegDecoder::new(read), limits),
            ContentType::Png => {
                container::check_png(bytes)?;
                decode(PngDecoder::new(read), limits)
            }
            ContentType::Webp => {
                container::check_webp(bytes)?;
                decode(WebPDecoder::new(read), limits)
            }
            ContentType::Heic => {
                container::check_heif(bytes)?;
                let (image, profile) = heif::decode(bytes, limits)?;
                return Ok(Self { pixels: on_white(image), profile });
            }
        }?;
        Ok(Self { pixels: on_white(turned(image, orientation)), profile })
    }

    /// The same of a JPEG whose outline was read.
    pub(crate) fn decode_jpeg(
        bytes: &[u8],
        outline: &Outline,
        orientation: u8,
        limits: &Limits,
    ) -> Result<Self, Rejection> {
        let pixels = u64::from(outline.frame.width) * u64::from(outline.frame.height);
        if pixels > limits.max_decoded_pixels {
            return Err(Rejection::TooManyPixels);
        }
        if outline.is_deep() {
            let image = jpeg::decode(bytes, outline)?;
            return Ok(Self { pixels: upright(image, orientation), profile: None });
        }
        jpeg::check(bytes, outline)?;
        Self::decode(bytes, ContentType::Jpeg, orientation, limits)
    }

    /// As a JPEG file, with colours as fine as brightness or half as fine.
    pub(crate) fn encode(&self, quality: u8, colours: SamplingFactor) -> Result<Vec<u8>, Rejection> {
        let side = |length: u32| u16::try_from(length).map_err(|_| Rejection::TooManyPixels);
        let (width, height) = (side(self.pixels.width())?, side(self.pixels.height())?);
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, quality);
        encoder.set_sampling_factor(colours);
        if let Some(profile) = &self.profile {
            // A profile too long for the file's segments only shifts colours.
            encoder.add_icc_profile(profile).unwrap_or_default();
        }
        // Into memory, at a size that was checked, nothing is left to go wrong.
        let encoded = encoder.encode(self.pixels.as_raw(), width, height, ColorType::Rgb);
        encoded.map(|()| bytes).map_err(|_| Rejection::Corrupt)
    }
}

type Decoded = (DynamicImage, Option<Vec<u8>>);

fn decode(decoder: ImageResult<impl ImageDecoder>, limits: &Limits) -> Result<Decoded, Rejection> {
    let mut decoder = decoder.map_err(|error| Rejection::of_decoding(&error))?;
    let (width, height) = decoder.dimensions();
    // What is handed out is a JPEG, whose sides have two bytes.
    let too_long = width.max(height) > u32::from(u16::MAX);
    if too_long || u64::from(width) * u64::from(height) > limits.max_pixels.min(limits.max_decoded_pixels) {
        return Err(Rejection::TooManyPixels);
    }
    let mut memory = image::Limits::no_limits();
    memory.max_alloc = Some(limits.max_memory());
    decoder.set_limits(memory).map_err(|error| Rejection::of_decoding(&error))?;
    if decoder.total_bytes() > limits.max_memory() {
        return Err(Rejection::TooManyPixels);
    }
    let profile = decoder.icc_profile().ok().flatten().filter(|profile| is_rgb(profile));
    let image = DynamicImage::from_decoder(decoder).map_err(|error| Rejection::of_decoding(&error))?;
    Ok((image, profile))
}

/// Whether a colour profile describes red, green and blue: one of inks or greys doesn't fit the result.
pub(crate) fn is_rgb(profile: &[u8]) -> bool {
    profile.get(16..20) == Some(b"RGB ")
}

fn turned(mut image: DynamicImage, orientation: u8) -> DynamicImage {
    image.apply_orientation(Orientation::from_exif(orientation).unwrap_or(Orientation::NoTransforms));
    image
}

/// A stored picture as the viewer sees it.
pub(crate) fn upright(stored: RgbImage, orientation: u8) -> RgbImage {
    turned(stored.into(), orientation).into_rgb8()
}

/// The size of the thumbnail of a picture of this size: no side longer than a thumbnail's.
pub(crate) fn thumbnail_size(width: u32, height: u32) -> (u32, u32) {
    let longest = width.max(height);
    if longest <= THUMBNAIL_SIDE {
        return (width, height);
    }
    let scaled = |side: u32| (side * THUMBNAIL_SIDE).div_ceil(longest).clamp(1, THUMBNAIL_SIDE);
    (scaled(width), scaled(height))
}

/// A picture at a size that is no larger.
pub(crate) fn reduced(picture: &RgbImage, (width, height): (u32, u32)) -> RgbImage {
    let pixels = shrink::<3>(picture.as_raw(), picture.dimensions(), (width, height));
    RgbImage::from_raw(width, height, pixels).unwrap_or_default()
}

/// How bright each pixel is (Rec. 709), as `image` has it.
pub(crate) fn grey(picture: &RgbImage) -> GrayImage {
    let (pixels, _) = picture.as_raw().as_chunks::<3>();
    let luma = |[red, green, blue]: &[u8; 3]| {
        ((2126 * u32::from(*red) + 7152 * u32::from(*green) + 722 * u32::from(*blue)) / 10_000) as u8
    };
    let values = pixels.iter().map(luma).collect();
    GrayImage::from_raw(picture.width(), picture.height(), values).unwrap_or_default()
}

/// What is see-through becomes white, as on paper.
fn on_white(image: DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.into_rgb8();
    }
    let image = image.into_rgba8();
    RgbImage::from_fn(image.width(), image.height(), |x, y| {
        let [red, green, blue, alpha] = image.get_pixel(x, y).0;
        let alpha = u32::from(alpha);
        let over = |value: u8| ((u32::from(value) * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
        image::Rgb([over(red), over(green), over(blue)])
    })
}
