//! The mark: where it stands, that it can be read, and that nothing else changes.

use anju_photo::{CaptureClaim, Limits, TakenAtSource, process};
use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, ImageEncoder, Rgb, RgbImage};

use crate::pictures::{self, at, claim, decoded, difference, jpeg, oriented, processed, quarters, stored};

/// Left, top, right, bottom of what changed.
fn changed(before: &RgbImage, after: &RgbImage) -> (u32, u32, u32, u32) {
    let mut found = (u32::MAX, u32::MAX, 0, 0);
    for (x, y, pixel) in after.enumerate_pixels() {
        if difference(pixel, before.get_pixel(x, y)) > 40 {
            found = (found.0.min(x), found.1.min(y), found.2.max(x), found.3.max(y));
        }
    }
    found
}

#[test]
fn the_mark_is_in_the_viewers_bottom_left_at_every_orientation_and_nothing_else_changes() {
    let upright = quarters(480, 360);
    for orientation in 1..=8 {
        let original = jpeg(&stored(&upright, orientation), &[oriented(orientation.into())]);
        let result = processed(&original).unwrap();
        assert_eq!((result.width, result.height, result.facts.orientation), (480, 360, orientation));

        let marked = decoded(&result.marked);
        let (left, top, right, bottom) = changed(&upright, &marked);
        assert!(left < 24 && (120..320).contains(&right), "orientation {orientation}: {left} to {right}");
        assert!(top > 320 && (345..358).contains(&bottom), "orientation {orientation}: {top} to {bottom}");

        for (x, y, pixel) in marked.enumerate_pixels() {
            // Blocks of the file are 8 wide, 16 with its colours: the mark's edge shows in its whole block.
            let in_mark = x < right + 16 && y + 16 > top;
            // So do the edges of the quarters.
            let at_edge = x.abs_diff(240) <= 16 || y.abs_diff(180) <= 16;
            let off = difference(pixel, upright.get_pixel(x, y));
            assert!(in_mark || at_edge || off <= 6, "orientation {orientation}: {off} off at {x}, {y}");
        }
        let thumbnail = decoded(&result.thumbnail);
        assert_eq!(thumbnail.dimensions(), (400, 300));
        assert!(
            difference(thumbnail.get_pixel(350, 30), &Rgb([60, 180, 60])) < 8,
            "orientation {orientation}"
        );
    }
}

#[test]
fn the_marked_file_tells_its_orientation_and_nothing_else() {
    let fields = |orientation| [oriented(orientation), pictures::text(exif::Tag::Make, "Maker")];
    let told = |file: &[u8]| {
        let exif = exif::Reader::new().read_from_container(&mut std::io::Cursor::new(file)).ok()?;
        Some(exif.fields().map(|field| (field.tag, field.value.get_uint(0))).collect::<Vec<_>>())
    };
    let turned = processed(&jpeg(&stored(&quarters(120, 90), 6), &fields(6))).unwrap();
    assert_eq!(told(&turned.marked), Some(vec![(exif::Tag::Orientation, Some(6))]));
    assert_eq!(told(&turned.thumbnail), None);
    let upright = processed(&jpeg(&quarters(120, 90), &fields(1))).unwrap();
    assert_eq!((told(&upright.marked), told(&upright.thumbnail)), (None, None));
}

#[test]
fn png_and_webp_are_turned_by_their_exif_too() {
    let upright = quarters(240, 180);
    let turned = stored(&upright, 6);
    let block = pictures::exif_block(&[oriented(6)]);
    let (mut png, mut webp) = (Vec::new(), Vec::new());
    let mut encoder = PngEncoder::new(&mut png);
    encoder.set_exif_metadata(block.clone()).unwrap();
    encoder.write_image(&turned, turned.width(), turned.height(), ExtendedColorType::Rgb8).unwrap();
    let mut encoder = WebPEncoder::new_lossless(&mut webp);
    encoder.set_exif_metadata(block).unwrap();
    encoder.write_image(&turned, turned.width(), turned.height(), ExtendedColorType::Rgb8).unwrap();
    for file in [png, webp] {
        let result = processed(&file).unwrap();
        assert_eq!((result.width, result.height, result.facts.orientation), (240, 180, 6));
        let marked = decoded(&result.marked);
        assert!(difference(marked.get_pixel(20, 20), upright.get_pixel(20, 20)) < 6);
        assert!(difference(marked.get_pixel(220, 20), upright.get_pixel(220, 20)) < 6);
    }
}

#[test]
fn letters_and_outline_stand_out_from_white_black_grey_and_stripes() {
    type Ground = fn(u32) -> u8;
    let grounds: [Ground; 4] = [|_| 255, |_| 0, |_| 128, |x| if x / 3 % 2 == 0 { 255 } else { 0 }];
    for (number, ground) in grounds.into_iter().enumerate() {
        let picture = RgbImage::from_fn(640, 480, |x, _| Rgb([ground(x); 3]));
        let marked = decoded(&processed(&jpeg(&picture, &[])).unwrap().marked);
        // The middle of the line of text, along which letters and outlines take turns.
        let (mut turns, mut bright) = (0, false);
        let row: Vec<u8> = (12..200).map(|x| marked.get_pixel(x, 480 - 13 - 11)[0]).collect();
        for value in row {
            if bright && value < 50 || !bright && value > 205 {
                bright = !bright;
                turns += 1;
            }
        }
        // 上传时间 and most of the date: some twenty strokes, each a turn to white and one back.
        assert!(turns >= 24, "ground {number}: {turns} turns from dark to bright or back");
    }
}

#[test]
fn the_mark_fits_into_pictures_of_any_shape() {
    for (width, height) in [(1, 1), (1, 900), (900, 1), (7, 5), (60, 60), (2000, 40), (64, 1200)] {
        let result = processed(&jpeg(&RgbImage::from_pixel(width, height, Rgb([90; 3])), &[])).unwrap();
        assert_eq!(decoded(&result.marked).dimensions(), (width, height));
        let (thumb_width, thumb_height) = decoded(&result.thumbnail).dimensions();
        assert!(thumb_width <= 400 && thumb_height <= 400 && thumb_width <= width && thumb_height <= height);
    }
    let narrow = RgbImage::from_pixel(150, 600, Rgb([90; 3]));
    let marked = decoded(&processed(&jpeg(&narrow, &[])).unwrap().marked);
    let (left, _, right, _) = changed(&narrow, &marked);
    assert!(left > 0 && right < 149, "{left} to {right}");
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let original = jpeg(&quarters(200, 150), &[]);
    assert_eq!(processed(&original), processed(&original));
}

#[test]
fn the_mark_shows_the_time_and_says_when_it_is_only_the_uploads() {
    let picture = RgbImage::from_pixel(640, 480, Rgb([90; 3]));
    let original = jpeg(&picture, &[]);
    let marked = |claim: &CaptureClaim| {
        let result = process(&original, claim, &Limits::default()).unwrap();
        (result.taken_at_source, decoded(&result.marked))
    };
    let (source, by_upload) = marked(&claim());
    assert_eq!(source, TakenAtSource::Upload);
    let declared = CaptureClaim { declared_taken_at: Some(claim().uploaded_at), ..claim() };
    let (source, by_word) = marked(&declared);
    assert_eq!(source, TakenAtSource::Declared);
    // The same time; the label before it makes the one longer.
    let (upload_right, word_right) = (changed(&picture, &by_upload).2, changed(&picture, &by_word).2);
    assert!(upload_right > word_right + 60, "{upload_right} and {word_right}");

    let later = CaptureClaim { declared_taken_at: Some(at("2020-06-05T00:00:01Z")), ..claim() };
    assert_ne!(by_word, marked(&later).1);
}
