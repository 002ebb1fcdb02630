//! HEIC, as phones write it: one coded picture, or a grid of them.
//!
//! The decoder is strict by itself: a picture that lacks a block is refused, and so is one past its limit of pixels.
//! What it doesn't bound is how many pictures a file may have it decode for one, which is counted here first.

use heifer::heifer_hevc_dec::nal::{NalUnit, split_annex_b};
use heifer::heifer_hevc_dec::params::ParameterSets;
use heifer::heifer_isobmff::boxes::Property;
use heifer::heifer_isobmff::{self, HeifFile, ItemId};
use heifer::{Error, Image, Options};
use image::{DynamicImage, RgbaImage};

use crate::picture::is_rgb;
use crate::{Limits, Rejection};

/// The pixels as the viewer sees them, with the colour profile. The file says itself how they are turned, and EXIF's
/// orientation, which repeats it, doesn't count.
pub(crate) fn decode(bytes: &[u8], limits: &Limits) -> Result<(DynamicImage, Option<Vec<u8>>), Rejection> {
    let file = HeifFile::parse(bytes).map_err(|error| of_container(&error))?;
    let most = limits.max_pixels.min(limits.max_decoded_pixels);
    // Any number of tiles may be the same bytes, each to be decoded for itself.
    let mut bytes_left = bytes.len().saturating_mul(2).saturating_add(PARAMETERS);
    let mut largest = check_size(&file, file.primary_id, most, &mut bytes_left)?;
    if let Some(transparency) = transparency(&file)? {
        // Both are in memory at once.
        let left = most.saturating_sub(pixels_of(size(&file, file.primary_id)?));
        largest = largest.max(check_size(&file, transparency, left, &mut bytes_left)?);
    }
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

/// The side of the largest blocks: a picture is coded up to the end of its last ones.
const LARGEST_BLOCK: u32 = 64;

/// Bytes of parameters that tiles may share, over all of them.
const PARAMETERS: usize = 1 << 20;

/// Refuses what would take more than the largest picture does: in pixels of the picture, of each one that is coded,
/// and of all of them together, and in coded bytes. Returns the most pixels of any.
fn check_size(
    file: &HeifFile<'_>,
    picture: ItemId,
    most: u64,
    bytes_left: &mut usize,
) -> Result<u64, Rejection> {
    let whole = size(file, picture)?;
    if whole.0.max(whole.1) > u32::from(u16::MAX) || pixels_of(whole) > most {
        return Err(Rejection::TooManyPixels);
    }
    // The last tiles reach beyond the picture, by far where it is small.
    let small = pixels_of((4 * LARGEST_BLOCK, 4 * LARGEST_BLOCK));
    let most_of_all = most.saturating_mul(2).saturating_add(small);
    let blocks = |side: u32| side.checked_next_multiple_of(LARGEST_BLOCK).unwrap_or(side);
    let (mut largest, mut all) = (pixels_of(whole), 0);
    for id in coded_items(file, picture)? {
        let stream = file.hevc_bitstream(id).map_err(|error| of_container(&error))?;
        *bytes_left = bytes_left.checked_sub(stream.len()).ok_or(Rejection::TooManyPixels)?;
        let coded = coded_pixels(&stream)?;
        let (width, height) = size(file, id)?;
        all += coded;
        largest = largest.max(coded);
        if coded > pixels_of((blocks(width), blocks(height))) || all > most_of_all {
            return Err(Rejection::TooManyPixels);
        }
    }
    Ok(largest)
}

/// The picture that says how see-through the one that is shown is.
fn transparency(file: &HeifFile<'_>) -> Result<Option<ItemId>, Rejection> {
    const KINDS: [&str; 2] = ["urn:mpeg:hevc:2015:auxid:1", "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha"];
    let mut found = None;
    for id in file.referencing_items(file.primary_id, b"auxl") {
        let mut properties = file.item_properties(id).map_err(|error| of_container(&error))?;
        // Others are maps of depth or of brightness, which nobody decodes.
        if properties.any(
            |property| matches!(property, Property::AuxiliaryType(kind) if KINDS.contains(&kind.as_str())),
        ) {
            // A second one, or transparency of its own, which would be decoded too.
            if found.is_some() || !file.referencing_items(id, b"auxl").is_empty() {
                return Err(Rejection::UnsupportedFormat);
            }
            found = Some(id);
        }
    }
    Ok(found)
}

/// The pictures out of which one is made: itself, or its tiles.
fn coded_items(file: &HeifFile<'_>, picture: ItemId) -> Result<Vec<ItemId>, Rejection> {
    let kind = |id| file.item(id).map(|item| item.item_type.0).map_err(|error| of_container(&error));
    match &kind(picture)? {
        b"hvc1" => Ok(vec![picture]),
        b"grid" => {
            let tiles = file.referenced_items(picture, b"dimg").to_vec();
            for id in &tiles {
                // A grid of grids, or a tile with transparency of its own.
                if kind(*id)? != *b"hvc1" || !file.referencing_items(*id, b"auxl").is_empty() {
                    return Err(Rejection::UnsupportedFormat);
                }
            }
            Ok(tiles)
        }
        // Layers upon layers, other codecs.
        _ => Err(Rejection::UnsupportedFormat),
    }
}

fn size(file: &HeifFile<'_>, id: ItemId) -> Result<(u32, u32), Rejection> {
    file.image_size(id).map_err(|error| of_container(&error))?.ok_or(Rejection::Corrupt)
}

fn pixels_of((width, height): (u32, u32)) -> u64 {
    u64::from(width) * u64::from(height)
}

/// The largest picture that a coded item's parameters can begin.
fn coded_pixels(stream: &[u8]) -> Result<u64, Rejection> {
    let (mut sets, mut most) = (ParameterSets::default(), 0);
    for unit in split_annex_b(stream) {
        let added = NalUnit::parse(unit).and_then(|unit| sets.add(&unit));
        if added.map_err(|error| of_coding(&error))? {
            let sizes = sets.sps.iter().flatten();
            let pixels =
                sizes.map(|set| pixels_of((set.pic_width_in_luma_samples, set.pic_height_in_luma_samples)));
            most = most.max(pixels.max().unwrap_or_default());
        }
    }
    Ok(most)
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
