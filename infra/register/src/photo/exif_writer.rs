//! The EXIF that a phone's camera writes: what the spec asks for and nothing else.

use std::io::Cursor;

use exif::experimental::Writer;
use exif::{Field, In, Rational, Tag, Value};

use super::{CaptureTime, PhotoSpec, Position};

/// The block that goes into the file; none for an upright photo about which nothing is said.
pub(super) fn exif(spec: &PhotoSpec) -> Option<Vec<u8>> {
    let mut fields = Vec::new();
    if spec.orientation != 1 {
        fields.push(field(Tag::Orientation, Value::Short(vec![spec.orientation.into()])));
    }
    if let Some(camera) = spec.camera {
        fields.push(text(Tag::Make, camera.make));
        fields.push(text(Tag::Model, camera.model));
    }
    fields.extend(spec.taken_at.iter().flat_map(time_fields));
    fields.extend(spec.location.iter().flat_map(position_fields));
    (!fields.is_empty()).then(|| written(&fields))
}

#[expect(clippy::expect_used, reason = "memory takes every byte, and there is a field")]
fn written(fields: &[Field]) -> Vec<u8> {
    let mut writer = Writer::new();
    fields.iter().for_each(|field| writer.push_field(field));
    let mut block = Cursor::new(Vec::new());
    writer.write(&mut block, false).expect("a few small fields are written into memory");
    block.into_inner()
}

fn field(tag: Tag, value: Value) -> Field {
    Field { tag, ifd_num: In::PRIMARY, value }
}

fn text(tag: Tag, text: &str) -> Field {
    field(tag, Value::Ascii(vec![text.into()]))
}

fn time_fields(time: &CaptureTime) -> Vec<Field> {
    let clock = time.clock.strftime("%Y:%m:%d %H:%M:%S").to_string();
    let mut fields = vec![text(Tag::DateTimeOriginal, &clock)];
    if let Some(offset) = time.offset {
        let minutes = offset.seconds() / 60;
        let sign = if minutes < 0 { '-' } else { '+' };
        let offset = format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60);
        fields.push(text(Tag::OffsetTimeOriginal, &offset));
    }
    fields
}

fn position_fields(position: &Position) -> Vec<Field> {
    let letter = |value: f64, plus, minus| if value < 0.0 { minus } else { plus };
    let below_sea = u8::from(position.altitude_m < 0.0);
    vec![
        text(Tag::GPSLatitudeRef, letter(position.latitude, "N", "S")),
        field(Tag::GPSLatitude, degrees(position.latitude)),
        text(Tag::GPSLongitudeRef, letter(position.longitude, "E", "W")),
        field(Tag::GPSLongitude, degrees(position.longitude)),
        field(Tag::GPSAltitudeRef, Value::Byte(vec![below_sea])),
        field(Tag::GPSAltitude, Value::Rational(vec![rational(position.altitude_m.abs(), 10)])),
    ]
}

/// Degrees, minutes and seconds to the ten-thousandth.
fn degrees(value: f64) -> Value {
    const PARTS_OF_A_SECOND: u32 = 10_000;
    let parts = (value.abs() * 3600.0 * f64::from(PARTS_OF_A_SECOND)).round() as u64;
    let (minute, degree) = (u64::from(60 * PARTS_OF_A_SECOND), u64::from(3600 * PARTS_OF_A_SECOND));
    let whole = |count: u64, denominator| Rational { num: count as u32, denom: denominator };
    Value::Rational(vec![
        whole(parts / degree, 1),
        whole(parts % degree / minute, 1),
        whole(parts % minute, PARTS_OF_A_SECOND),
    ])
}

fn rational(value: f64, denominator: u32) -> Rational {
    Rational { num: (value * f64::from(denominator)).round() as u32, denom: denominator }
}
