//! What is taken at all: formats by content, bytes and pixels within bounds.

use anju_photo::{ContentType, Limits, Rejection, process};
use image::{ExtendedColorType, ImageEncoder, RgbImage};
use sha2::{Digest, Sha256};

use crate::pictures::{ARITHMETIC, HEICS, JPEGS, PNGS, WEBPS, claim, decoded, jpeg, processed, quarters};

#[test]
fn every_variant_shows_the_same_house() {
    // A point of the wall, one of the roof, and the brightness of their colours in the sample.
    let points = [((50, 40), 214_i32), ((50, 28), 89)];
    for (name, bytes) in JPEGS.into_iter().chain(PNGS).chain(WEBPS).chain(HEICS) {
        let result = processed(bytes).unwrap_or_else(|reason| panic!("{name}: {reason:?}"));
        assert_eq!((result.width, result.height), (100, 75), "{name}");
        assert_eq!(result.sha256[..], Sha256::digest(bytes)[..]);
        let seen = image::DynamicImage::from(decoded(&result.marked)).into_luma8();
        for ((x, y), expected) in points.into_iter().filter(|_| !name.contains("alpha")) {
            let found = i32::from(seen.get_pixel(x, y)[0]);
            assert!((found - expected).abs() < 12, "{name}: {found} at {x}, {y}");
        }
    }
}

#[test]
fn the_type_is_told_by_content() {
    let types =
        [JPEGS[0], PNGS[0], WEBPS[0], HEICS[0]].map(|(_, bytes)| processed(bytes).unwrap().content_type);
    assert_eq!(types.map(ContentType::as_str), ["image/jpeg", "image/png", "image/webp", "image/heic"]);
}

#[test]
fn what_is_see_through_is_shown_on_white() {
    for (name, bytes) in [PNGS[0], WEBPS[1], HEICS[4]] {
        let seen = decoded(&processed(bytes).unwrap().marked);
        // The sample fades in from its top, where nothing but white is left.
        assert!(
            seen.get_pixel(50, 0).0.iter().all(|channel| *channel > 250),
            "{name}: {:?}",
            seen.get_pixel(50, 0)
        );
    }
}

#[test]
fn other_formats_and_other_files_are_refused_by_name() {
    assert_eq!(processed(ARITHMETIC).err(), Some(Rejection::UnsupportedFormat));
    assert_eq!(processed(b"\0\0\0\x18ftypavif\0\0\0\0mif1avif").err(), Some(Rejection::UnsupportedFormat));
    assert_eq!(processed(b"<html>not a photo</html>").err(), Some(Rejection::NotAnImage));
    assert_eq!(processed(b"").err(), Some(Rejection::NotAnImage));
}

#[test]
fn a_file_of_one_byte_more_than_the_limit_is_refused() {
    let bytes = jpeg(&quarters(40, 30), &[]);
    let with = |max_bytes| process(&bytes, &claim(), &Limits { max_bytes, ..Limits::default() });
    assert!(with(bytes.len()).is_ok());
    assert_eq!(with(bytes.len() - 1).err(), Some(Rejection::TooManyBytes));
}

#[test]
fn a_picture_of_more_pixels_than_the_limit_is_refused_in_every_format() {
    for (name, bytes) in [JPEGS[0], JPEGS[2], PNGS[0], WEBPS[0], WEBPS[1], HEICS[1]] {
        let with = |max_pixels| process(bytes, &claim(), &Limits { max_pixels, ..Limits::default() });
        assert!(with(7_500).is_ok(), "{name}");
        assert_eq!(with(7_499).err(), Some(Rejection::TooManyPixels), "{name}");
    }
}

#[test]
fn a_header_that_promises_billions_of_pixels_is_refused_without_making_room_for_them() {
    let mut jpeg = JPEGS[2].1.to_vec();
    let frame = jpeg.windows(2).position(|pair| pair == [0xFF, 0xC2]).unwrap();
    jpeg[frame + 5..frame + 9].fill(0xFF);
    assert_eq!(processed(&jpeg).err(), Some(Rejection::TooManyPixels));

    let mut png = PNGS[1].1.to_vec();
    png[16..24].copy_from_slice(&[0, 0, 0xF0, 0, 0, 0, 0xF0, 0]);
    let checksum = crc32(&png[12..29]);
    png[29..33].copy_from_slice(&checksum.to_be_bytes());
    assert_eq!(processed(&png).err(), Some(Rejection::TooManyPixels));
}

#[test]
fn a_heic_of_a_larger_picture_than_it_says_is_refused() {
    let mut file = HEICS[0].1.to_vec();
    let size = file.windows(4).position(|kind| kind == b"ispe").unwrap() + 8;
    file[size..size + 8].copy_from_slice(&[0, 0, 0, 8, 0, 0, 0, 8]);
    assert_eq!(processed(&file).err(), Some(Rejection::TooManyPixels));
}

/// A box of a HEIC file.
fn heic_box(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [&(content.len() as u32 + 8).to_be_bytes()[..], kind, content].concat()
}

/// A HEIC of nothing but these lists.
fn of_lists(lists: &[Vec<u8>]) -> Vec<u8> {
    let meta = [&[0; 4][..], &lists.concat()].concat();
    [heic_box(b"ftyp", b"heic\0\0\0\0heic"), heic_box(b"meta", &meta)].concat()
}

#[test]
fn a_heic_whose_lists_would_fill_the_memory_or_take_hours_is_refused_before_they_are_read() {
    // 400 items of 65,535 pieces each, which take no byte here and hundreds of megabytes once read.
    let item = [0, 1, 0, 0, 0xFF, 0xFF];
    let places = [&[0, 0, 0, 0, 0, 0, 1, 144][..], &item.repeat(400)].concat();
    assert_eq!(processed(&of_lists(&[heic_box(b"iloc", &places)])).err(), Some(Rejection::Corrupt));
    let long = of_lists(&[
        heic_box(b"iprp", &heic_box(b"ipma", &[0; 200 << 10])),
        heic_box(b"iinf", &[0; 60 << 10]),
    ]);
    assert_eq!(processed(&long).err(), Some(Rejection::UnsupportedFormat));
}

#[test]
fn a_heic_whose_picture_is_said_to_be_made_of_another_is_refused() {
    // In it, EXIF refers to the picture; here the picture is made of the EXIF.
    let mut file = HEICS[2].1.to_vec();
    let reference = file.windows(4).position(|kind| kind == b"cdsc").unwrap();
    file[reference..reference + 4].copy_from_slice(b"dimg");
    let (from, to) = (reference + 4, reference + 8);
    (file[from], file[to]) = (file[to], file[from]);
    (file[from + 1], file[to + 1]) = (file[to + 1], file[from + 1]);
    assert_eq!(processed(&file).err(), Some(Rejection::UnsupportedFormat));
}

#[test]
fn a_heic_that_codes_its_blocks_again_and_again_is_refused() {
    // The picture's data comes last. Its slice is repeated, and every length that counts it with it.
    let file = HEICS[0].1;
    let data = file.windows(4).position(|kind| kind == b"mdat").unwrap() + 4;
    let (head, picture) = file.split_at(data);
    let length = |bytes: usize| u32::try_from(bytes).unwrap().to_be_bytes();
    let with = |times: usize| {
        let mut head = head.to_vec();
        let places: Vec<usize> =
            (0..data - 4).filter(|place| head[*place..place + 4] == length(picture.len())).collect();
        assert!(!places.is_empty(), "the list of places has the length");
        for place in places {
            head[place..place + 4].copy_from_slice(&length(picture.len() * times));
        }
        head[data - 8..data - 4].copy_from_slice(&length(picture.len() * times + 8));
        [head, picture.repeat(times)].concat()
    };
    assert!(processed(&with(1)).is_ok());
    // 36 megapixels twice are 72 million: fewer slices of a small picture are let be, whatever they are.
    assert_eq!(processed(&with(12_000)).err(), Some(Rejection::TooManyPixels));
}

#[test]
fn a_heic_is_turned_once_though_it_says_so_twice() {
    let result = processed(HEICS[2].1).unwrap();
    assert_eq!((result.path.as_str(), result.width, result.height), ("decoded_heic", 100, 75));
    assert_eq!(result.facts.orientation, 6);
    assert_eq!(result.taken_at_source.as_str(), "exif");
}

#[test]
fn a_picture_longer_than_a_jpeg_can_be_is_refused() {
    let long = RgbImage::new(65_536, 1);
    let mut png = Vec::new();
    let encoder = image::codecs::png::PngEncoder::new(&mut png);
    encoder.write_image(&long, 65_536, 1, ExtendedColorType::Rgb8).unwrap();
    assert_eq!(processed(&png).err(), Some(Rejection::TooManyPixels));
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 },
        )
    })
}
