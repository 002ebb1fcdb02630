//! Synthetic photos of houses, as a phone would send them: a front drawn from a seed, with EXIF.
//!
//! No house of them stands anywhere. Different seeds look different to the eye and to a difference hash; the
//! same seed and spec give the same bytes.

mod exif_writer;
mod house;
mod random;

use image::codecs::jpeg::JpegEncoder;
use image::{ImageEncoder, Rgb, RgbImage};
use jiff::civil::{DateTime, date};
use jiff::tz::Offset;

use house::House;

const QUALITY: u8 = 88;

/// What a photo's file is like, apart from what it shows.
#[derive(Debug, Clone, PartialEq)]
pub struct PhotoSpec {
    /// Pixels across, as stored: a phone held upright stores the picture lying on its side.
    pub width: u16,
    /// Pixels down, as stored.
    pub height: u16,
    /// EXIF orientation 1 to 8; anything else is drawn as 1.
    pub orientation: u8,
    /// The capture time by the camera's clock.
    pub taken_at: Option<CaptureTime>,
    /// Where the camera stood.
    pub location: Option<Position>,
    /// The camera.
    pub camera: Option<Camera>,
}

/// The camera of the demonstration's photos.
const CAMERA: Camera = Camera { make: "Anju Synthetic", model: "Demo Phone 1" };

impl PhotoSpec {
    /// As a phone's camera writes it, held upright: 2 megapixels, with time, offset and position.
    pub fn portrait() -> Self {
        let clock = date(2020, 6, 3).at(10, 22, 31, 0);
        let offset = Some(Offset::constant(8));
        PhotoSpec {
            width: 1600,
            height: 1200,
            orientation: 6,
            taken_at: Some(CaptureTime { clock, offset }),
            location: Some(Position { latitude: 27.441_667, longitude: 104.873_611, altitude_m: 1_650.0 }),
            camera: Some(CAMERA),
        }
    }
}

/// A capture time as EXIF holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaptureTime {
    /// The camera's clock.
    pub clock: DateTime,
    /// The clock's distance from UTC, which older cameras leave out.
    pub offset: Option<Offset>,
}

/// Degrees (north and east positive) and metres above sea level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position {
    /// Degrees, north positive.
    pub latitude: f64,
    /// Degrees, east positive.
    pub longitude: f64,
    /// Metres above sea level.
    pub altitude_m: f64,
}

/// Who made the camera and what it's called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Camera {
    /// Maker.
    pub make: &'static str,
    /// Model.
    pub model: &'static str,
}

/// A photo with a name to ask for it by.
#[derive(Debug, Clone, PartialEq)]
pub struct DemoPhoto {
    /// The name, also fit for a file.
    pub name: &'static str,
    /// What it was made from.
    pub spec: PhotoSpec,
    /// The JPEG file.
    pub bytes: Vec<u8>,
}

/// The front of a house that the seed decides, as a JPEG file.
pub fn house_photo(seed: u64, spec: &PhotoSpec) -> Vec<u8> {
    let (width, height) = (u32::from(spec.width.max(1)), u32::from(spec.height.max(1)));
    let (seen_width, seen_height) = if spec.orientation >= 5 { (height, width) } else { (width, height) };
    let house = House::of_seed(seed);
    let picture = RgbImage::from_fn(width, height, |x, y| {
        let (seen_x, seen_y) = seen(spec.orientation, (x, y), (width, height));
        Rgb(house.colour_at(seen_x, seen_y, seen_width, seen_height))
    });
    jpeg(&picture, exif_writer::exif(spec))
}

/// Where the viewer sees a stored pixel.
fn seen(orientation: u8, (x, y): (u32, u32), (width, height): (u32, u32)) -> (u32, u32) {
    let (right, bottom) = (width - 1 - x, height - 1 - y);
    match orientation {
        2 => (right, y),
        3 => (right, bottom),
        4 => (x, bottom),
        5 => (y, x),
        6 => (bottom, x),
        7 => (bottom, right),
        8 => (y, right),
        _ => (x, y),
    }
}

#[expect(clippy::expect_used, reason = "memory takes every byte and no side is 0 or past 65,535")]
fn jpeg(picture: &RgbImage, exif: Option<Vec<u8>>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, QUALITY);
    if let Some(exif) = exif {
        encoder.set_exif_metadata(exif).expect("this format holds EXIF");
    }
    encoder.encode_image(picture).expect("a picture of these sides encodes into memory");
    bytes
}

/// The photos that a demonstration needs: `portrait` from a phone's camera, held upright, with time, offset
/// and position; `landscape` with a time but no position and no offset; `plain` without any EXIF, as messengers
/// leave them.
pub fn demo_photos() -> Vec<DemoPhoto> {
    let plain =
        PhotoSpec { width: 1280, height: 960, orientation: 1, taken_at: None, location: None, camera: None };
    let landscape = PhotoSpec {
        width: 1600,
        height: 1200,
        taken_at: Some(CaptureTime { clock: date(2020, 6, 4).at(16, 5, 9, 0), offset: None }),
        camera: Some(CAMERA),
        ..plain.clone()
    };
    let photo = |name, seed, spec: PhotoSpec| DemoPhoto { name, bytes: house_photo(seed, &spec), spec };
    let portrait = photo("portrait", 1, PhotoSpec::portrait());
    vec![portrait, photo("landscape", 2, landscape), photo("plain", 3, plain)]
}

#[cfg(test)]
mod tests;
