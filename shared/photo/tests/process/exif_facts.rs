//! What is read from EXIF, and what isn't believed.

use anju_photo::{Facts, Location, TakenAtSource};
use exif::{Field, Tag, Value};
use jiff::Timestamp;

use crate::pictures::{at, exif_block, field, jpeg, oriented, processed, quarters, rationals, text};

fn facts(fields: &[Field]) -> Facts {
    processed(&jpeg(&quarters(32, 24), fields)).unwrap().facts
}

fn taken_at(time: &str, offset: Option<&str>) -> Option<Timestamp> {
    let mut fields = vec![text(Tag::DateTimeOriginal, time)];
    fields.extend(offset.map(|offset| text(Tag::OffsetTimeOriginal, offset)));
    facts(&fields).exif_taken_at
}

fn position(latitude: (&str, [(u32, u32); 3]), longitude: (&str, [(u32, u32); 3])) -> Vec<Field> {
    vec![
        text(Tag::GPSLatitudeRef, latitude.0),
        rationals(Tag::GPSLatitude, &latitude.1),
        text(Tag::GPSLongitudeRef, longitude.0),
        rationals(Tag::GPSLongitude, &longitude.1),
    ]
}

const NORTH: (&str, [(u32, u32); 3]) = ("N", [(27, 1), (30, 1), (36, 1)]);
const EAST: (&str, [(u32, u32); 3]) = ("E", [(104, 1), (45, 1), (0, 1)]);

fn location_with(extra: &[Field]) -> Option<Location> {
    facts(&[&position(NORTH, EAST)[..], extra].concat()).exif_location
}

#[test]
fn a_time_is_read_with_its_offset_and_without_one_as_china_time() {
    let time = "2020:06:03 10:22:31";
    assert_eq!(taken_at(time, Some("+08:00")), Some(at("2020-06-03T02:22:31Z")));
    assert_eq!(taken_at(time, None), Some(at("2020-06-03T02:22:31Z")));
    assert_eq!(taken_at(time, Some("   :  ")), Some(at("2020-06-03T02:22:31Z")));
    assert_eq!(taken_at(time, Some("+99:00")), Some(at("2020-06-03T02:22:31Z")));
    assert_eq!(taken_at(time, Some("-03:30")), Some(at("2020-06-03T13:52:31Z")));
    assert_eq!(taken_at(time, Some("Z")), Some(at("2020-06-03T10:22:31Z")));
}

#[test]
fn a_time_that_is_none_is_dropped() {
    for time in [
        "    :  :     :  :  ",
        "0000:00:00 00:00:00",
        "2020:13:03 10:22:31",
        "2020:06:31 10:22:31",
        "",
        "+020:06:03 10:22:31",
    ] {
        assert_eq!(taken_at(time, None), None, "{time:?}");
    }
}

#[test]
fn the_time_of_digitising_stands_in_for_a_missing_one() {
    let digitised =
        [text(Tag::DateTimeDigitized, "2020:06:03 10:22:31"), text(Tag::OffsetTimeDigitized, "+09:00")];
    assert_eq!(facts(&digitised).exif_taken_at, Some(at("2020-06-03T01:22:31Z")));
    // When the file was last written by some program says nothing.
    assert_eq!(facts(&[text(Tag::DateTime, "2020:06:03 10:22:31")]).exif_taken_at, None);
}

#[test]
fn a_time_in_the_exif_that_cannot_be_stays_a_fact_but_not_the_time_of_taking() {
    let original = jpeg(&quarters(32, 24), &[text(Tag::DateTimeOriginal, "1980:01:01 00:00:00")]);
    let result = processed(&original).unwrap();
    assert_eq!(result.facts.exif_taken_at, Some(at("1979-12-31T16:00:00Z")));
    assert_eq!(
        (result.taken_at, result.taken_at_source),
        (at("2020-06-05T00:00:00Z"), TakenAtSource::Upload)
    );
}

#[test]
fn a_position_is_read_in_all_four_quarters_of_the_earth() {
    for (north_south, east_west, signs) in
        [("N", "E", (1.0, 1.0)), ("S", "W", (-1.0, -1.0)), ("n", "W", (1.0, -1.0)), ("S", "e", (-1.0, 1.0))]
    {
        let found = facts(&position((north_south, NORTH.1), (east_west, EAST.1))).exif_location.unwrap();
        assert!(
            (found.latitude - signs.0 * 27.51).abs() < 1e-9
                && (found.longitude - signs.1 * 104.75).abs() < 1e-9
        );
        assert_eq!((found.altitude_m, found.accuracy_m), (None, None));
    }
}

#[test]
fn altitude_and_accuracy_come_with_the_position() {
    let altitude = |reference: u8, metres| {
        [
            field(Tag::GPSAltitudeRef, Value::Byte(vec![reference])),
            rationals(Tag::GPSAltitude, &[(metres, 10)]),
        ]
    };
    let accuracy = rationals(Tag::GPSHPositioningError, &[(65, 10)]);
    let read =
        |extra: &[Field]| location_with(extra).map(|found| (found.altitude_m, found.accuracy_m)).unwrap();
    assert_eq!(read(&[&altitude(0, 16_503)[..], &[accuracy]].concat()), (Some(1650.3), Some(6.5)));
    assert_eq!(read(&altitude(1, 1_540)), (Some(-154.0), None));
    assert_eq!(read(&[rationals(Tag::GPSAltitude, &[(420, 1)])]), (Some(420.0), None));
    // Out of range, of unknown reference, divided by zero: dropped, and the position stays.
    assert_eq!(read(&altitude(0, 990_000)), (None, None));
    assert_eq!(read(&altitude(7, 10)), (None, None));
    assert_eq!(
        read(&[rationals(Tag::GPSAltitude, &[(1, 0)]), rationals(Tag::GPSHPositioningError, &[(0, 0)])]),
        (None, None)
    );
}

#[test]
fn a_position_out_of_range_or_without_its_letter_is_dropped() {
    let broken: [(&str, Vec<Field>); 8] = [
        ("latitude", position(("N", [(90, 1), (0, 1), (1, 1)]), EAST)),
        ("longitude", position(NORTH, ("E", [(180, 1), (1, 1), (0, 1)]))),
        ("minutes", position(("N", [(27, 1), (60, 1), (0, 1)]), EAST)),
        ("seconds", position(("N", [(27, 1), (0, 1), (75, 1)]), EAST)),
        ("letter", position(("X", NORTH.1), EAST)),
        ("no letter", position(NORTH, EAST).split_off(1)),
        ("by zero", position(("N", [(27, 0), (0, 1), (0, 1)]), EAST)),
        ("no fix", position(("N", [(0, 1); 3]), ("E", [(0, 1); 3]))),
    ];
    for (what, fields) in broken {
        assert_eq!(facts(&fields).exif_location, None, "{what}");
    }
    assert!(
        facts(&position(("S", [(90, 1), (0, 1), (0, 1)]), ("W", [(180, 1), (0, 1), (0, 1)])))
            .exif_location
            .is_some()
    );
}

#[test]
fn an_orientation_that_does_not_exist_is_upright() {
    assert_eq!([0, 9, 256, 6].map(|value| facts(&[oriented(value)]).orientation), [1, 1, 1, 6]);
}

#[test]
fn maker_and_model_are_trimmed_and_bounded() {
    let found = facts(&[text(Tag::Make, "  Maker\u{7} "), text(Tag::Model, &"m".repeat(500))]);
    assert_eq!((found.make.as_deref(), found.model.map(|model| model.len())), (Some("Maker"), Some(64)));
    assert_eq!(facts(&[text(Tag::Make, "   ")]).make, None);
}

#[test]
fn a_small_error_in_the_exif_does_not_lose_the_rest_of_it() {
    use image::ImageEncoder;
    let mut block = exif_block(&[oriented(6), text(Tag::DateTimeOriginal, "2020:06:03 10:22:31")]);
    // The first directory has two entries (orientation and the link to the other one); behind them stands where
    // the next directory is: nowhere.
    block[8 + 2 + 2 * 12..][..4].copy_from_slice(&0xFFFF_u32.to_le_bytes());
    let strict = exif::Reader::new().read_raw(block.clone());
    assert!(strict.is_err(), "the error is one that a strict reader refuses");

    let mut bytes = Vec::new();
    let mut encoder = image::codecs::jpeg::JpegEncoder::new(&mut bytes);
    encoder.set_exif_metadata(block).unwrap();
    encoder.encode_image(&quarters(32, 24)).unwrap();
    let result = processed(&bytes).unwrap();
    assert_eq!((result.facts.orientation, result.width), (6, 24));
    assert_eq!(result.facts.exif_taken_at, Some(at("2020-06-03T02:22:31Z")));
}
