//! Marked JPEGs of every kind as a decoder shows them: the same outside the mark, and the mark where and as it
//! should be.

use anju_photo::{Path, process};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use crate::pictures::{claim, decoded, difference, oriented, processed, quarters, stored};

/// Those that the decoder here shows rightly; of pictures four times as fine in one direction as in the other and
/// twice as fine there, it shows grey.
const SAMPLINGS: [SamplingFactor; 5] = [
    SamplingFactor::F_1_1,
    SamplingFactor::F_2_1,
    SamplingFactor::F_1_2,
    SamplingFactor::F_2_2,
    SamplingFactor::F_4_1,
];

/// The quarters with grain on them, so that no block is like another.
fn grainy(width: u32, height: u32) -> RgbImage {
    let mut picture = quarters(width, height);
    let mut noise = 7u32;
    for pixel in picture.pixels_mut() {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        pixel.0 = pixel.0.map(|value| value.saturating_add((noise >> 28) as u8));
    }
    picture
}

fn encoded(picture: &RgbImage, orientation: u8, setting: impl Fn(&mut Encoder<&mut Vec<u8>>)) -> Vec<u8> {
    let stored = stored(picture, orientation);
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 90);
    let exif = crate::pictures::exif_block(&[oriented(orientation.into())]);
    encoder.add_app_segment(1, [b"Exif\0\0", exif.as_slice()].concat()).unwrap();
    setting(&mut encoder);
    let (width, height) = (stored.width() as u16, stored.height() as u16);
    encoder.encode(stored.as_raw(), width, height, ColorType::Rgb).unwrap();
    bytes
}

/// Left, top, right, bottom of all that differs.
fn changed(before: &RgbImage, after: &RgbImage) -> Option<[u32; 4]> {
    let places = after.enumerate_pixels().filter(|(x, y, pixel)| before.get_pixel(*x, *y) != *pixel);
    places.fold(None, |found, (x, y, _)| {
        let [left, top, right, bottom] = found.unwrap_or([x, y, x, y]);
        Some([left.min(x), top.min(y), right.max(x), bottom.max(y)])
    })
}

#[test]
fn nothing_changes_outside_the_mark_at_any_sampling_and_orientation() {
    let picture = grainy(480, 352);
    for (number, sampling) in SAMPLINGS.into_iter().enumerate() {
        for orientation in 1..=8u8 {
            let restart = [0, 1, 5][(number + usize::from(orientation)) % 3];
            let original = encoded(&picture, orientation, |encoder| {
                encoder.set_sampling_factor(sampling);
                if restart > 0 {
                    encoder.set_restart_interval(restart);
                }
            });
            let result = processed(&original).unwrap();
            assert_eq!(result.path, Path::Splice);
            assert_eq!((result.width, result.height, result.facts.orientation), (480, 352, orientation));
            let (before, after) = (decoded(&original), decoded(&result.marked));
            let [left, top, right, bottom] =
                changed(&before, &after).unwrap_or_else(|| panic!("{sampling:?}, orientation {orientation}"));
            // The mark's blocks, of up to 32 pixels with coarse colours, and what these reach when interpolated.
            let inside = left < 12 && (200..300).contains(&right) && top > 280 && bottom < 352;
            assert!(inside, "{sampling:?}, orientation {orientation}: {left}, {top} to {right}, {bottom}");
        }
    }
}

#[test]
fn the_mark_looks_as_if_drawn_on_the_decoded_picture() {
    let picture = grainy(640, 480);
    for sampling in [SamplingFactor::F_1_1, SamplingFactor::F_2_2] {
        let original = encoded(&picture, 1, |encoder| encoder.set_sampling_factor(sampling));
        let spliced = decoded(&processed(&original).unwrap().marked);
        // The same pixels as a PNG are drawn on.
        let mut png = std::io::Cursor::new(Vec::new());
        DynamicImage::from(decoded(&original)).write_to(&mut png, ImageFormat::Png).unwrap();
        let result = process(png.get_ref(), &claim(), &anju_photo::Limits::default()).unwrap();
        assert_eq!(result.path, Path::DecodedPng);
        let drawn = decoded(&result.marked);
        let differences: Vec<_> =
            spliced.pixels().zip(drawn.pixels()).map(|(a, b)| u32::from(difference(a, b))).collect();
        let in_mark = &differences[440 * 640..];
        let mean = in_mark.iter().sum::<u32>() as f32 / in_mark.len() as f32;
        assert!(mean < 6.0, "{sampling:?}: {mean} apart on average");
        let far = in_mark.iter().filter(|difference| **difference > 64).count();
        assert!(far * 200 < in_mark.len(), "{sampling:?}: {far} pixels far apart");
    }
}

#[test]
fn files_with_cut_down_tables_are_spliced_with_completed_ones() {
    // Smooth slopes need few codes; letters on them need more.
    let smooth = RgbImage::from_fn(480, 352, |x, y| Rgb([(x / 4) as u8, (y / 3) as u8, 128]));
    let original = encoded(&smooth, 3, |encoder| encoder.set_optimized_huffman_tables(true));
    let result = processed(&original).unwrap();
    assert_eq!(result.path, Path::SpliceReencoded);
    let (before, after) = (decoded(&original), decoded(&result.marked));
    let [left, top, right, bottom] = changed(&before, &after).unwrap();
    assert!(left < 12 && right < 300 && top > 300 && bottom < 352, "{left}, {top} to {right}, {bottom}");
}

#[test]
fn the_thumbnail_is_marked_and_400_pixels_long_from_pictures_of_any_size() {
    for (width, height) in [(300, 200), (640, 480), (1000, 1500), (2000, 900), (3300, 500)] {
        let picture = grainy(width, height);
        let original = encoded(&picture, 6, |encoder| encoder.set_sampling_factor(SamplingFactor::F_2_2));
        let result = processed(&original).unwrap();
        let thumbnail = decoded(&result.thumbnail);
        let longest = width.max(height);
        assert_eq!(thumbnail.width().max(thumbnail.height()), longest.min(400));
        let (x, y) = (thumbnail.width() * 3 / 4, thumbnail.height() / 5);
        assert!(difference(thumbnail.get_pixel(x, y), &Rgb([67, 187, 67])) < 16, "{width} x {height}");
        let white = thumbnail.pixels().filter(|pixel| pixel.0.iter().all(|value| *value > 240)).count();
        let black = thumbnail.pixels().filter(|pixel| pixel.0.iter().all(|value| *value < 20)).count();
        assert!(white > 100 && black > 100, "{width} x {height}: {white} white pixels, {black} black ones");
    }
}

#[test]
fn a_fingerprint_hardly_depends_on_the_path() {
    // Slopes everywhere: on even ground a fingerprint is chance.
    let picture = RgbImage::from_fn(1000, 700, |x, y| {
        let wave = (x as f32 / 130.0).sin() * 60.0 + (y as f32 / 90.0 + x as f32 / 200.0).cos() * 50.0;
        Rgb([(128.0 + wave) as u8; 3])
    });
    let hash = |setting: fn(&mut Encoder<&mut Vec<u8>>)| {
        let result = processed(&encoded(&picture, 1, setting)).unwrap();
        (result.path, result.likeness)
    };
    let (spliced, one) = hash(|_| {});
    let (decoded, other) = hash(|encoder| encoder.set_progressive(true));
    assert_eq!((spliced, decoded), (Path::Splice, Path::DecodedJpeg));
    assert!((one.hash ^ other.hash).count_ones() <= 3);
    assert!((one.mirrored ^ other.mirrored).count_ones() <= 3);
}

#[test]
fn quality_is_read_from_the_tables() {
    let bytes = encoded(&quarters(64, 64), 1, |_| {});
    assert!(processed(&bytes).unwrap().quality.is_some_and(|quality| quality.abs_diff(90) <= 2));
}

#[test]
fn a_picture_of_12_bits_is_shown_in_8() {
    let picture = quarters(120, 88);
    let mut deep = Vec::new();
    let encoder = Encoder::new(&mut deep, 100);
    encoder.encode(picture.as_raw(), 120, 88, ColorType::Rgb).unwrap();
    // Sixteen times the steps and four bits more: the same picture. At quality 100 every step is 1.
    let tables: Vec<_> = (0..deep.len() - 3).filter(|&i| deep[i..i + 4] == [0xFF, 0xDB, 0, 67]).collect();
    assert_eq!(tables.len(), 2);
    for table in tables {
        assert!(deep[table + 5..table + 69].iter().all(|step| *step == 1));
        deep[table + 5..table + 69].fill(16);
    }
    let frame = deep.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    (deep[frame + 1], deep[frame + 4]) = (0xC1, 12);

    let result = processed(&deep).unwrap();
    assert_eq!((result.path, result.width, result.height), (Path::DecodedDeepJpeg, 120, 88));
    let shown = decoded(&result.marked);
    for (x, y) in [(10, 10), (110, 10), (110, 50)] {
        assert!(difference(shown.get_pixel(x, y), picture.get_pixel(x, y)) < 6, "{x}, {y}");
    }
    assert!(processed(&deep[..deep.len() - 9]).is_err());
}
