//! HEIC, as phones write it: one coded picture, or a grid of them.
//!
//! The decoder is strict by itself: a picture that lacks a block is refused, and so is one past its limit of pixels.
//! What else a file may have it do is bounded first.

mod bounds;

use heifer::heifer_isobmff::{self, HeifFile};
use heifer::{Error, Image, Options};
use image::{DynamicImage, RgbaImage};

use crate::picture::is_rgb;
use crate::{Limits, Rejection};

/// The pixels as the viewer sees them, with the colour profile. The file says itself how they are turned, and EXIF's
/// orientation, which repeats it, doesn't count.
pub(crate) fn decode(bytes: &[u8], limits: &Limits) -> Result<(DynamicImage, Option<Vec<u8>>), Rejection> {
    bounds::check_lists(bytes)?;
    let file = HeifFile::parse(bytes).map_err(|error| of_container(&error))?;
    let most = limits.max_pixels.min(limits.max_decoded_pixels);
    let largest = bounds::check_pictures(&file, bytes.len(), most)?;
    let profile = file.icc_profile(file.primary_id).map_err(|error| of_container(&error))?;
    let profile = profile.filter(|profile| is_rgb(profile)).map(<[u8]>::to_vec);
    let options = Options { max_threads: 1, max_pixels: largest };
    // Colours without a profile are said by numbers, which have no place in a JPEG.
    let decode = if profile.is_some() { heifer::decode_rgba8 } else { heifer::decode_srgb_rgba8 };
    let image = decode(bytes, &options).map_err(|error| of_decoding(&error))?;
    Ok((pixels(image)?, profile))
}

fn pixels(image: Image<u8>) -> Result<DynamicImage, Rejection> {
    // What is left of a picture that its file crops to nothing.
    if image.width == 0 || image.height == 0 {
        return Err(Rejection::Corrupt);
    }
    let (width, height) = (image.width, image.height);
    RgbaImage::from_raw(width, height, image.data).map(DynamicImage::from).ok_or(Rejection::Corrupt)
}

fn of_decoding(error: &Error) -> Rejection {
    match error {
        Error::Container(error) => of_container(error),
        Error::Hevc(error) => of_coding(error),
        Error::Unsupported(_) => Rejection::UnsupportedFormat,
        Error::Invalid(_) | Error::Encode(_) => Rejection::Corrupt,
    }
}

fn of_container(error: &heifer_isobmff::Error) -> Rejection {
    match error {
        heifer_isobmff::Error::UnexpectedEof | heifer_isobmff::Error::MissingBox(_) => Rejection::Truncated,
        _ => Rejection::Corrupt,
    }
}

fn of_coding(error: &heifer::heifer_hevc_dec::Error) -> Rejection {
    match error {
        heifer::heifer_hevc_dec::Error::UnexpectedEof => Rejection::Truncated,
        heifer::heifer_hevc_dec::Error::Unimplemented(_) => Rejection::UnsupportedFormat,
        _ => Rejection::Corrupt,
    }
}
