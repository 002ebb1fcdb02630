//! The largest photos of every path: those beyond the limit are refused with their reason, and those at the limit
//! stay within the memory that the template gives process-photo.

use std::io::Cursor;

use anju_tests::{Stack, photos};
use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, ImageEncoder, RgbImage};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use serde_json::json;

/// The memory that the template gives the function, in MB.
const MEMORY_MB: u64 = 512;

/// Courses of bricks, again and again: something to compress, and little to store.
fn picture(width: u32, height: u32) -> RgbImage {
    const COURSES: u32 = 7 * 48;
    let row = |y: u32| -> Vec<u8> {
        let pixel = |x: u32| {
            let brick = u8::from((x / 96 + y / 48).is_multiple_of(7)) * 40;
            let (down, across) = ((y / 2) as u8, (x * 50 / width) as u8);
            [down + brick, down + across, 215 - down]
        };
        (0..width).flat_map(pixel).collect()
    };
    let rows: Vec<Vec<u8>> = (0..COURSES.min(height)).map(row).collect();
    let raw: Vec<&[u8]> = (0..height).map(|y| rows[(y % COURSES) as usize].as_slice()).collect();
    RgbImage::from_raw(width, height, raw.concat()).unwrap()
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Sequential,
    Optimised,
    Progressive,
    /// The coefficients of a picture of 8 bits, said to be of 12.
    TwelveBits,
    Cmyk,
    Png,
    /// 16 bits a channel, with transparency.
    DeepPng,
    Webp,
    /// 10 bits a channel, all of the chroma: what takes most.
    Heic,
}

/// 6000 x 6000 pixels; `make-samples.sh` beside it makes it.
const LARGEST_HEIC: &[u8] = include_bytes!("../../../shared/photo/tests/samples/largest.heic");

impl Kind {
    fn file(self, width: u32, height: u32) -> Vec<u8> {
        let picture = picture(width, height);
        let mut bytes = Vec::new();
        match self {
            Kind::TwelveBits => {
                bytes = Kind::Sequential.file(width, height);
                let frame = frame_of(&bytes);
                bytes[frame + 1] = 0xC1;
                bytes[frame + 4] = 12;
            }
            Kind::Cmyk => {
                let inks: Vec<u8> =
                    picture.as_raw().chunks_exact(3).flat_map(|rgb| [rgb[0], rgb[1], rgb[2], 255]).collect();
                let mut encoder = Encoder::new(&mut bytes, 60);
                encoder.set_sampling_factor(SamplingFactor::F_1_1);
                encoder.encode(&inks, width as u16, height as u16, ColorType::Cmyk).unwrap();
            }
            Kind::Sequential | Kind::Optimised | Kind::Progressive => {
                let mut encoder = Encoder::new(&mut bytes, 60);
                encoder.set_optimized_huffman_tables(matches!(self, Kind::Optimised));
                encoder.set_progressive(matches!(self, Kind::Progressive));
                let sampling = if matches!(self, Kind::Progressive) {
                    SamplingFactor::F_1_1
                } else {
                    SamplingFactor::F_2_2
                };
                encoder.set_sampling_factor(sampling);
                encoder.encode(picture.as_raw(), width as u16, height as u16, ColorType::Rgb).unwrap();
            }
            Kind::Png => {
                let encoder = PngEncoder::new(&mut bytes);
                encoder.write_image(picture.as_raw(), width, height, ExtendedColorType::Rgb8).unwrap();
            }
            Kind::DeepPng => {
                let deep: Vec<u8> = (picture.as_raw().chunks_exact(3))
                    .flat_map(|rgb| [rgb[0], 0, rgb[1], 0, rgb[2], 0, rgb[0], 0])
                    .collect();
                let encoder = PngEncoder::new(&mut bytes);
                encoder.write_image(&deep, width, height, ExtendedColorType::Rgba16).unwrap();
            }
            Kind::Heic => bytes = LARGEST_HEIC.to_vec(),
            Kind::Webp => {
                let mut file = Cursor::new(&mut bytes);
                let encoder = WebPEncoder::new_lossless(&mut file);
                encoder.encode(picture.as_raw(), width, height, ExtendedColorType::Rgb8).unwrap();
            }
        }
        bytes
    }
}

/// Where the frame's header begins.
fn frame_of(jpeg: &[u8]) -> usize {
    jpeg.windows(2).position(|marker| marker == [0xFF, 0xC0]).unwrap()
}

/// A JPEG whose frame says that it is as large as this.
fn claiming(mut jpeg: Vec<u8>, width: u16, height: u16) -> Vec<u8> {
    let frame = frame_of(&jpeg);
    jpeg[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    jpeg[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    jpeg
}

#[tokio::test]
async fn a_photo_beyond_the_limit_of_its_path_is_rejected_with_the_reason() {
    let stack = Stack::of_one_village().await;
    let inside = stack.inside().await;
    let (officer, id) = (stack.officer(0).await, stack.household(0, 1));
    // A pixel row more than 100 megapixels, and than 36 where all is decoded, 18 of them in 16 bits.
    let files = [
        claiming(Kind::Sequential.file(64, 48), 10_000, 10_001),
        claiming(Kind::Optimised.file(64, 48), 10_000, 10_001),
        Kind::Progressive.file(6_000, 6_001),
        Kind::Png.file(6_000, 6_001),
        // Eight bytes a pixel.
        Kind::DeepPng.file(6_000, 3_001),
        Kind::Webp.file(6_000, 6_001),
    ];
    for bytes in files {
        let photo = photos::upload(&officer, &id, &bytes).await;
        let shown = photos::processed(&officer, &photo).await;
        assert_eq!((&shown["state"], &shown["reason"]), (&json!("rejected"), &json!("too_many_pixels")));
    }
    inside.queues_empty().await;
}

#[tokio::test]
#[ignore = "minutes: `make memory-photo`"]
async fn memory_of_the_largest_photo_of_every_path_is_within_the_functions() {
    let stack = Stack::of_one_village().await;
    let (officer, id) = (stack.officer(0).await, stack.household(0, 1));
    let cases = [
        (Kind::Sequential, (4_000, 3_000), "splice"),
        (Kind::Sequential, (10_000, 10_000), "splice"),
        (Kind::Optimised, (10_000, 10_000), "splice_reencoded"),
        (Kind::Progressive, (6_000, 6_000), "decoded_jpeg"),
        (Kind::TwelveBits, (6_000, 6_000), "decoded_jpeg_12_bit"),
        (Kind::Cmyk, (6_000, 6_000), "decoded_jpeg"),
        (Kind::Png, (6_000, 6_000), "decoded_png"),
        (Kind::DeepPng, (6_000, 3_000), "decoded_png"),
        (Kind::Webp, (6_000, 6_000), "decoded_webp"),
        (Kind::Heic, (6_000, 6_000), "decoded_heic"),
    ];
    println!("| path | photo | MB uploaded | MB of memory at most |\n|---|---|--:|--:|");
    photos::ready(&officer, &id, &photos::small(1)).await;
    for (kind, (width, height), path) in cases {
        let bytes = kind.file(width, height);
        let processes = stack.processes_of("process-photo");
        processes.iter().for_each(|process| process.forget_most_memory());
        let photo = photos::upload(&officer, &id, &bytes).await;
        let shown = photos::processed(&officer, &photo).await;
        assert_eq!((&shown["state"], &shown["path"]), (&json!("ready"), &json!(path)), "{kind:?}");
        let processes = stack.processes_of("process-photo");
        let most = processes.iter().map(|process| process.most_memory_kb()).max().unwrap() / 1024;
        println!("| `{path}`, {kind:?} | {width} x {height} | {:.1} | {most} |", bytes.len() as f64 / 1e6);
        assert!(most < MEMORY_MB, "{kind:?} takes {most} MB");
    }
}
