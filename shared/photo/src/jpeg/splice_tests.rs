//! Spliced files against their originals, coefficient by coefficient.

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use super::block::{Coefficients, take_difference, take_rest};
use super::huffman::Decoder;
use super::planes::Colours;
use super::scan::{Restarts, ScanHeader};
use super::splice::{Outline, splice, splice_once, touched_blocks};
use super::touch::{Touch, TouchedBlocks};
use super::*;
use crate::Corner;
use crate::mask::Mask;

/// All blocks of each component, row by row, with the padding.
fn coefficients(file: &[u8]) -> Vec<Vec<Coefficients>> {
    let frame = Outline::read(file, u64::MAX).unwrap().frame;
    let sizes: Vec<_> = frame.components.iter().map(|component| frame.padded_blocks(component)).collect();
    let mut found: Vec<_> =
        sizes.iter().map(|(across, down)| vec![[0; 64]; (across * down) as usize]).collect();
    let (mut segments, mut state) = (Segments::new(file), State::default());
    while let Some(segment) = segments.next().unwrap() {
        if segment.marker != START_OF_SCAN {
            state.apply(segment, u64::MAX).unwrap();
            continue;
        }
        let header = ScanHeader::parse(&frame, segment.content).unwrap();
        let mut reader = Reader::new(file, segments.position);
        let mut restarts = Restarts::new(state.restart_interval);
        let mut means = [0; 4];
        let (across, down) = header.units(&frame);
        for (row, column) in (0..down).flat_map(|row| (0..across).map(move |column| (row, column))) {
            if let Some(number) = restarts.before_unit() {
                reader.restart(number).unwrap();
                means = [0; 4];
            }
            for part in &header.parts {
                let dc = Decoder::new(state.tables.dc(part.dc_table).unwrap()).unwrap();
                let ac = Decoder::new(state.tables.ac(part.ac_table).unwrap()).unwrap();
                let (h, v) = header.blocks_of_unit(&frame.components[part.component]);
                for (y, x) in (0..v).flat_map(|y| (0..h).map(move |x| (y, x))) {
                    let place = (row * v + y) * sizes[part.component].0 + column * h + x;
                    let block = &mut found[part.component][place as usize];
                    means[part.component] += take_difference(&mut reader, &dc).unwrap();
                    block[0] = means[part.component];
                    take_rest(&mut reader, &ac, block).unwrap();
                }
            }
        }
        assert!(!reader.is_overdrawn());
        segments.position = reader.position();
    }
    found
}

/// A picture with detail of every size and values at both ends.
fn pixels(width: u16, height: u16, channels: usize) -> Vec<u8> {
    let mut noise = 12_345u32;
    let mut pixels = Vec::new();
    for (y, x) in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))) {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        for channel in 0..channels as u32 {
            let slope = u32::from(x) * 200 / u32::from(width) + u32::from(y) * (channel * 20 + 20) / 60;
            let squares = if (x / 24 + y / 18) % 3 == 0 { 90 * (channel + 1) } else { 0 };
            let grain = if x > width / 2 { noise >> 27 } else { 0 };
            pixels.push((slope + squares + grain).min(255) as u8);
        }
    }
    pixels
}

#[derive(Debug, Clone, Copy)]
struct Variant {
    sampling: SamplingFactor,
    grey: bool,
    optimised: bool,
    restart: u16,
    quality: u8,
    size: (u16, u16),
    orientation: u8,
}

impl Variant {
    fn file(&self) -> Vec<u8> {
        let (width, height) = self.size;
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, self.quality);
        encoder.set_sampling_factor(self.sampling);
        encoder.set_optimized_huffman_tables(self.optimised);
        if self.restart > 0 {
            encoder.set_restart_interval(self.restart);
        }
        let (channels, colour) = if self.grey { (1, ColorType::Luma) } else { (3, ColorType::Rgb) };
        encoder.encode(&pixels(width, height, channels), width, height, colour).unwrap();
        bytes
    }

    /// The mark's mask, as stored.
    fn mask(&self) -> Mask {
        let (width, height) = (u32::from(self.size.0), u32::from(self.size.1));
        let (width, height) = if self.orientation >= 5 { (height, width) } else { (width, height) };
        let mask = crate::mark::mask(&["2020-06-03 10:22:31".to_owned()], Corner::BottomLeft, width, height);
        mask.stored(self.orientation, width, height)
    }
}

/// Every sampling, kind of table, restart interval and quality; orientations and sizes take turns.
fn variants() -> Vec<Variant> {
    use SamplingFactor::{F_1_1, F_1_2, F_1_4, F_2_1, F_2_2, F_2_4, F_4_1, F_4_2};
    let mut variants = Vec::new();
    for sampling in [F_1_1, F_2_1, F_1_2, F_2_2, F_4_1, F_4_2, F_1_4, F_2_4] {
        for (optimised, restart) in [(false, 0), (false, 1), (false, 3), (false, 40), (true, 0)] {
            for (quality, grey) in [(30, false), (92, false), (100, false), (85, true)] {
                let number = variants.len();
                let size = [(333, 217), (160, 400), (401, 96), (256, 256), (97, 131)][number % 5];
                let orientation = (number % 8 + 1) as u8;
                variants.push(Variant { sampling, grey, optimised, restart, quality, size, orientation });
            }
        }
    }
    variants
}

#[test]
fn every_coefficient_outside_the_touched_blocks_is_the_originals() {
    let (mut reencoded, mut checked) = (0, 0);
    for variant in variants() {
        let (file, mask) = (variant.file(), variant.mask());
        let outline = Outline::read(&file, u64::MAX).unwrap();
        assert!(outline.takes_splice(), "{variant:?}");
        let spliced = splice(&file, &outline, variant.orientation, &mask, 1)
            .unwrap_or_else(|reason| panic!("{variant:?}: {reason}"));
        reencoded += usize::from(spliced.reencoded);
        assert!(!spliced.reencoded || variant.optimised, "{variant:?}");

        let touched = touched_blocks(&outline, &mask).unwrap();
        let before = coefficients(&file);
        checked += before.iter().map(Vec::len).sum::<usize>();
        assert_untouched_are_same(&outline, &touched, &before, &coefficients(&spliced.bytes));
        let anew = splice_once(&file, &outline, variant.orientation, &touched, 1, true).unwrap();
        assert_eq!(coefficients(&anew.bytes), coefficients(&spliced.bytes), "{variant:?}");
    }
    assert!(reencoded > 20, "{reencoded} files were written with completed tables");
    assert!(checked > 200_000, "{checked} blocks");
}

fn assert_untouched_are_same(
    outline: &Outline,
    touched: &[TouchedBlocks],
    before: &[Vec<Coefficients>],
    after: &[Vec<Coefficients>],
) {
    assert_ne!(before[0], after[0], "the mark is there");
    for (number, (before, after)) in before.iter().zip(after).enumerate() {
        let across = outline.frame.padded_blocks(&outline.frame.components[number]).0;
        for (place, (before, after)) in before.iter().zip(after).enumerate() {
            let (x, y) = (place as u32 % across, place as u32 / across);
            assert!(
                before == after || touched[number].touch(x, y) != Touch::Nothing,
                "component {number} at {x}, {y}"
            );
        }
    }
}

#[test]
fn scans_of_one_component_each_are_spliced_too() {
    let file = include_bytes!("../../tests/samples/scan-by-scan.jpg");
    let outline = Outline::read(file, u64::MAX).unwrap();
    let mask = crate::mark::mask(&["2020".to_owned()], Corner::TopRight, 100, 75);
    let spliced = splice(file, &outline, 1, &mask, 8).unwrap();
    let touched = touched_blocks(&outline, &mask).unwrap();
    assert_untouched_are_same(&outline, &touched, &coefficients(file), &coefficients(&spliced.bytes));
}

#[test]
fn a_file_that_is_not_touched_keeps_every_byte_of_its_data() {
    let nowhere = Mask::new((0, 0), (0, 0), Vec::new());
    for variant in variants().into_iter().filter(|variant| variant.orientation == 1) {
        let file = variant.file();
        let outline = Outline::read(&file, u64::MAX).unwrap();
        let spliced = splice(&file, &outline, 1, &nowhere, 1).unwrap();
        assert_eq!(spliced.bytes, file, "{variant:?}");
    }
}

#[test]
fn colours_are_taken_for_what_decoders_take_them_for() {
    let read = |colour, channels| {
        let mut bytes = Vec::new();
        Encoder::new(&mut bytes, 90).encode(&pixels(16, 16, channels), 16, 16, colour).unwrap();
        Outline::read(&bytes, u64::MAX).unwrap()
    };
    assert_eq!(read(ColorType::Luma, 1).colours, Colours::Grey);
    assert_eq!(read(ColorType::Rgb, 3).colours, Colours::YCbCr);
    assert!(!read(ColorType::Cmyk, 4).takes_splice());
}

#[test]
fn small_pictures_that_files_carry_and_what_is_appended_do_not_survive() {
    let file = Variant { size: (160, 400), ..variants()[0] }.file();
    let segment = |marker: u8, content: &[u8]| {
        let length = (content.len() as u16 + 2).to_be_bytes();
        [&[0xFF, marker, length[0], length[1]], content].concat()
    };
    let jfif = [b"JFIF\0\x01\x02\0\0\x01\0\x01\x02\x01", [7; 6].as_slice()].concat();
    let with = [
        &[0xFF, 0xD8][..],
        &segment(0xE0, &jfif),
        &segment(0xE0, b"JFXX\0\x10 a picture"),
        &segment(0xE1, b"Exif\0\0II*\0 with a picture"),
        &segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0 with offsets"),
        &segment(0xE2, b"MPF\0 with offsets"),
        &segment(0xE2, b"ICC_PROFILE\0\x01\x01 a profile"),
        &segment(0xED, b"Photoshop 3.0\0 with a picture"),
        &segment(0xFE, b"a comment"),
        &file[2..],
        &file,
    ]
    .concat();
    let outline = Outline::read(&with, u64::MAX).unwrap();
    let mask = crate::mark::mask(&["2020".to_owned()], Corner::BottomLeft, 160, 400);
    let marked = splice(&with, &outline, 1, &mask, 1).unwrap().bytes;
    let has = |text: &[u8]| marked.windows(text.len()).any(|window| window == text);
    assert!(has(b"ICC_PROFILE\0\x01\x01 a profile"));
    assert!(has(b"JFIF\0\x01\x02\0\0\x01\0\x01\0\0\xFF"), "the header stays, its picture goes");
    for gone in [b"a picture".as_slice(), b"offsets", b"comment", b"Exif", b"JFXX"] {
        assert!(!has(gone), "{}", String::from_utf8_lossy(gone));
    }
    let mut segments = Segments::new(&marked);
    while let Some(segment) = segments.next().unwrap() {
        if segment.marker == START_OF_SCAN {
            segments.position = marked.len() - 2;
        }
    }
    assert_eq!(segments.position, marked.len(), "nothing follows the end of the image");
}
