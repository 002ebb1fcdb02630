//! What a file says about itself: its EXIF, read with tolerance and believed with none.

use std::io::Cursor;

use exif::{Exif, Field, In, Reader, Tag, Value};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

use crate::capture::CHINA;

/// Longest maker or model name kept: the standard sets no limit, a record needs one.
const MAX_NAME_CHARS: usize = 64;

/// What the file says about itself. A value that is out of its range is as good as none.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// The time of the shutter, or of digitising where that is missing.
    pub exif_taken_at: Option<Timestamp>,
    /// The position that the camera recorded.
    pub exif_location: Option<Location>,
    /// The EXIF orientation of the stored pixels, 1 (upright) to 8. HEIC says by its own means how they are turned,
    /// and this doesn't count.
    pub orientation: u8,
    /// The camera's maker.
    pub make: Option<String>,
    /// The camera's model.
    pub model: Option<String>,
}

impl Default for Facts {
    fn default() -> Self {
        Self { exif_taken_at: None, exif_location: None, orientation: 1, make: None, model: None }
    }
}

/// A position on Earth (WGS 84, as recorded).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Location {
    /// Degrees, north positive.
    pub latitude: f64,
    /// Degrees, east positive.
    pub longitude: f64,
    /// Metres above sea level.
    pub altitude_m: Option<f64>,
    /// The horizontal error that the camera admits, in metres.
    pub accuracy_m: Option<f64>,
}

impl Facts {
    /// Reads what can be read. A file without EXIF, or with a broken one, is a photo all the same.
    pub(crate) fn of_file(bytes: &[u8]) -> Self {
        // A common writer leaves small errors in its EXIF; refusing it whole would lose the orientation and
        // put the mark into the wrong corner.
        let exif = Reader::new()
            .continue_on_error(true)
            .read_from_container(&mut Cursor::new(bytes))
            .or_else(|error| error.distill_partial_result(|_| ()));
        exif.map_or_else(|_| Self::default(), |exif| Self::of_exif(&exif))
    }

    fn of_exif(exif: &Exif) -> Self {
        Self {
            exif_taken_at: taken_at(exif),
            exif_location: location(exif),
            orientation: orientation(exif),
            make: name(exif, Tag::Make),
            model: name(exif, Tag::Model),
        }
    }
}

fn field(exif: &Exif, tag: Tag) -> Option<&Field> {
    exif.get_field(tag, In::PRIMARY)
}

fn ascii(exif: &Exif, tag: Tag) -> Option<&[u8]> {
    match &field(exif, tag)?.value {
        Value::Ascii(parts) => parts.first().map(Vec::as_slice),
        _ => None,
    }
}

fn orientation(exif: &Exif) -> u8 {
    field(exif, Tag::Orientation)
        .and_then(|field| field.value.get_uint(0))
        .and_then(|value| u8::try_from(value).ok())
        .filter(|value| (1..=8).contains(value))
        .unwrap_or(1)
}

fn name(exif: &Exif, tag: Tag) -> Option<String> {
    let text = String::from_utf8_lossy(ascii(exif, tag)?);
    let kept: String = text.trim().chars().filter(|c| !c.is_control()).take(MAX_NAME_CHARS).collect();
    (!kept.is_empty()).then_some(kept)
}

fn taken_at(exif: &Exif) -> Option<Timestamp> {
    let read = |time, offset| {
        let time = civil_time(ascii(exif, time)?)?;
        // Without an offset the camera's clock is taken to run on China time, as those of the officers do.
        let offset = ascii(exif, offset).and_then(utc_offset).unwrap_or(CHINA);
        offset.to_timestamp(time).ok()
    };
    read(Tag::DateTimeOriginal, Tag::OffsetTimeOriginal)
        .or_else(|| read(Tag::DateTimeDigitized, Tag::OffsetTimeDigitized))
}

/// `2020:06:03 10:22:31`; some writers use other separators, none another order.
fn civil_time(text: &[u8]) -> Option<DateTime> {
    let text = std::str::from_utf8(text).ok()?.trim();
    if text.len() != 19 {
        return None;
    }
    let number = |from: usize, to: usize| {
        let digits = text.get(from..to)?;
        digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse::<i16>().ok())?
    };
    let small = |from| i8::try_from(number(from, from + 2)?).ok();
    DateTime::new(number(0, 4)?, small(5)?, small(8)?, small(11)?, small(14)?, small(17)?, 0).ok()
}

/// `+08:00`, `-03:30` or `Z`. Blank means unknown.
fn utc_offset(text: &[u8]) -> Option<Offset> {
    let text = std::str::from_utf8(text).ok()?.trim();
    if text == "Z" {
        return Some(Offset::UTC);
    }
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = digits.split_once(':')?;
    let number = |text: &str, most: i32| {
        let plain = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
        text.parse::<i32>().ok().filter(|n| plain && *n <= most)
    };
    Offset::from_seconds(sign * (number(hours, 14)? * 3600 + number(minutes, 59)? * 60)).ok()
}

fn location(exif: &Exif) -> Option<Location> {
    let latitude = coordinate(exif, Tag::GPSLatitude, Tag::GPSLatitudeRef, (b'N', b'S'), 90.0)?;
    let longitude = coordinate(exif, Tag::GPSLongitude, Tag::GPSLongitudeRef, (b'E', b'W'), 180.0)?;
    // What phones write that have no fix.
    if latitude == 0.0 && longitude == 0.0 {
        return None;
    }
    let accuracy_m = rational(exif, Tag::GPSHPositioningError, 0).filter(|m| (0.0..=100_000.0).contains(m));
    Some(Location { latitude, longitude, altitude_m: altitude(exif), accuracy_m })
}

/// Degrees, minutes and seconds with the letter of their hemisphere, without which they mean nothing.
fn coordinate(exif: &Exif, tag: Tag, letter: Tag, (plus, minus): (u8, u8), most: f64) -> Option<f64> {
    let sign = match ascii(exif, letter)?.first()?.to_ascii_uppercase() {
        letter if letter == plus => 1.0,
        letter if letter == minus => -1.0,
        _ => return None,
    };
    let part = |index, below: f64| rational(exif, tag, index).filter(|n| (0.0..below).contains(n));
    let degrees = part(0, most + 1.0)? + part(1, 60.0)? / 60.0 + part(2, 60.0)? / 3600.0;
    (degrees <= most).then_some(sign * degrees)
}

fn altitude(exif: &Exif) -> Option<f64> {
    let metres = rational(exif, Tag::GPSAltitude, 0)?;
    let reference = field(exif, Tag::GPSAltitudeRef).map_or(Some(0), |field| field.value.get_uint(0))?;
    let metres = match reference {
        0 => metres,
        1 => -metres,
        _ => return None,
    };
    // From the shore of the Dead Sea to above the highest summit.
    (-500.0..=9_000.0).contains(&metres).then_some(metres)
}

fn rational(exif: &Exif, tag: Tag, index: usize) -> Option<f64> {
    match &field(exif, tag)?.value {
        Value::Rational(parts) => Some(parts.get(index)?.to_f64()).filter(|n| n.is_finite()),
        _ => None,
    }
}
