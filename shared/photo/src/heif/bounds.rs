//! What a HEIC file may have the decoder do: it bounds each coded picture, but not how many of them there are, how
//! often their blocks are coded, nor how its own lists are searched.

use heifer::heifer_hevc_dec::nal::{NalUnit, split_annex_b};
use heifer::heifer_hevc_dec::params::ParameterSets;
use heifer::heifer_isobmff::boxes::Property;
use heifer::heifer_isobmff::{BoxIter, HeifFile, ItemId};

use super::{of_coding, of_container};
use crate::Rejection;

/// Bytes of the lists of items, their places, properties and references, together: each is searched for each item.
/// Phones' files have some fifty items, and lists of 4 KB.
const LISTS: usize = 256 << 10;
/// A picture of 100 megapixels in the usual tiles has 400.
const MOST_TILES: usize = 4_096;
/// The side of the largest blocks: a picture is coded up to the end of its last ones.
const LARGEST_BLOCK: u32 = 64;
/// Bytes of parameters that tiles may share, over all of them.
const PARAMETERS: usize = 1 << 20;

/// Refuses lists that would take long to be searched, or more memory than they have bytes.
pub(super) fn check_lists(bytes: &[u8]) -> Result<(), Rejection> {
    let mut left = LISTS;
    let mut take = |list: &[u8]| {
        left = left.checked_sub(list.len()).ok_or(Rejection::UnsupportedFormat)?;
        Ok(())
    };
    for outer in BoxIter::new(bytes) {
        let outer = outer.map_err(|error| of_container(&error))?;
        if outer.header.box_type.0 != *b"meta" {
            continue;
        }
        for list in BoxIter::new(outer.content.get(4..).unwrap_or_default()) {
            let list = list.map_err(|error| of_container(&error))?;
            match &list.header.box_type.0 {
                b"iloc" if list.content.get(4) == Some(&0) => {
                    // Pieces without place and length take no byte here, and each some of the memory.
                    return Err(Rejection::Corrupt);
                }
                b"iinf" | b"iloc" | b"iref" => take(list.content)?,
                b"iprp" => {
                    for inner in BoxIter::new(list.content) {
                        let inner = inner.map_err(|error| of_container(&error))?;
                        if inner.header.box_type.0 == *b"ipma" {
                            take(inner.content)?;
                        }
                    }
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// Refuses what would take more than the largest picture does. Returns the most pixels of any that is decoded.
pub(super) fn check_pictures(file: &HeifFile<'_>, length: usize, most: u64) -> Result<u64, Rejection> {
    // Any number of tiles may be the same bytes, each to be decoded for itself.
    let mut bytes_left = length.saturating_mul(2).saturating_add(PARAMETERS);
    let largest = check_picture(file, file.primary_id, most, &mut bytes_left)?;
    let Some(transparency) = transparency(file)? else { return Ok(largest) };
    // Both are in memory at once.
    let left = most.saturating_sub(pixels_of(size(file, file.primary_id)?));
    Ok(largest.max(check_picture(file, transparency, left, &mut bytes_left)?))
}

/// In pixels of the picture, of each one that is coded, of all of them as often as they are coded, and in bytes.
fn check_picture(
    file: &HeifFile<'_>,
    picture: ItemId,
    most: u64,
    bytes_left: &mut usize,
) -> Result<u64, Rejection> {
    let whole = size(file, picture)?;
    if whole.0.max(whole.1) > u32::from(u16::MAX) || pixels_of(whole) > most {
        return Err(Rejection::TooManyPixels);
    }
    if turns_of(file, picture)? > 3 {
        return Err(Rejection::UnsupportedFormat);
    }
    // The last tiles reach beyond the picture, by far where it is small.
    let small = pixels_of((4 * LARGEST_BLOCK, 4 * LARGEST_BLOCK));
    let most_of_all = most.saturating_mul(2).saturating_add(small);
    let blocks = |side: u32| side.checked_next_multiple_of(LARGEST_BLOCK).unwrap_or(side);
    let (mut largest, mut all) = (pixels_of(whole), 0u64);
    for id in coded_items(file, picture)? {
        let stream = file.hevc_bitstream(id).map_err(|error| of_container(&error))?;
        *bytes_left = bytes_left.checked_sub(stream.len()).ok_or(Rejection::TooManyPixels)?;
        let (width, height) = size(file, id)?;
        let (coded, slices) = coded(&stream, pixels_of((blocks(width), blocks(height))))?;
        largest = largest.max(coded);
        // Each slice may be of all blocks.
        all = all.saturating_add(coded.saturating_mul(slices.max(1)));
        if all > most_of_all {
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
        b"hvc1" if is_coded_alone(file, picture) => Ok(vec![picture]),
        b"grid" => {
            let tiles = file.referenced_items(picture, b"dimg").to_vec();
            if tiles.len() > MOST_TILES {
                return Err(Rejection::TooManyPixels);
            }
            for id in &tiles {
                // A grid of grids, or a tile with transparency or turns of its own.
                let is_plain = kind(*id)? == *b"hvc1"
                    && is_coded_alone(file, *id)
                    && file.referencing_items(*id, b"auxl").is_empty()
                    && turns_of(file, *id)? == 0;
                if !is_plain {
                    return Err(Rejection::UnsupportedFormat);
                }
            }
            Ok(tiles)
        }
        // Layers upon layers, other codecs.
        _ => Err(Rejection::UnsupportedFormat),
    }
}

/// Whether a coded picture isn't said to be made of others, too: that may go round in a circle.
fn is_coded_alone(file: &HeifFile<'_>, id: ItemId) -> bool {
    file.referenced_items(id, b"dimg").is_empty()
}

/// How often a picture is turned, mirrored or cropped, each time with a copy of it; once each is what there is.
fn turns_of(file: &HeifFile<'_>, id: ItemId) -> Result<usize, Rejection> {
    let properties = file.item_properties(id).map_err(|error| of_container(&error))?;
    let is_turn = |property: &&Property| {
        matches!(property, Property::Rotation(_) | Property::Mirror(_) | Property::CleanAperture { .. })
    };
    Ok(properties.filter(is_turn).count())
}

fn size(file: &HeifFile<'_>, id: ItemId) -> Result<(u32, u32), Rejection> {
    file.image_size(id).map_err(|error| of_container(&error))?.ok_or(Rejection::Corrupt)
}

fn pixels_of((width, height): (u32, u32)) -> u64 {
    u64::from(width) * u64::from(height)
}

/// The largest picture that a coded item's parameters can begin, which has at most `most` pixels, and its slices.
fn coded(stream: &[u8], most: u64) -> Result<(u64, u64), Rejection> {
    let (mut sets, mut largest, mut slices) = (ParameterSets::default(), 0, 0);
    for unit in split_annex_b(stream) {
        let unit = NalUnit::parse(unit).map_err(|error| of_coding(&error))?;
        slices += u64::from(unit.header.unit_type.is_slice());
        if sets.add(&unit).map_err(|error| of_coding(&error))? {
            let sizes = sets.sps.iter().flatten();
            let pixels =
                sizes.map(|set| pixels_of((set.pic_width_in_luma_samples, set.pic_height_in_luma_samples)));
            largest = largest.max(pixels.max().unwrap_or_default());
            // Before what comes next is read by this size.
            if largest > most {
                return Err(Rejection::TooManyPixels);
            }
        }
    }
    Ok((largest, slices))
}
