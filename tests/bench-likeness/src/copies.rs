//! What becomes of a photo on its way into a second household's form.

use std::io::Cursor;

use image::RgbImage;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::{self, FilterType, colorops};

use crate::processed;

/// A way to copy a photo.
#[derive(Debug, Clone, Copy)]
pub struct Copying {
    /// What is done.
    pub name: &'static str,
    /// Whether such copies are meant to be found.
    pub meant: bool,
    copy: fn(&[u8]) -> Vec<u8>,
}

/// All ways that are measured.
pub const ALL: [Copying; 12] = [
    Copying { name: "encoded again at quality 60", meant: true, copy: |file| encoded(&decoded(file), 60) },
    Copying { name: "encoded again at quality 25", meant: true, copy: |file| encoded(&decoded(file), 25) },
    Copying { name: "half as large, quality 75", meant: true, copy: |file| resized(file, 0.5) },
    Copying { name: "a third as large, quality 75", meant: true, copy: |file| resized(file, 0.34) },
    Copying { name: "half as large again, quality 75", meant: true, copy: |file| resized(file, 1.5) },
    Copying { name: "marked by us once before", meant: true, copy: |file| processed(file).marked },
    Copying { name: "brighter by a tenth", meant: true, copy: |file| brightened(file, 26) },
    Copying { name: "darker by a tenth", meant: true, copy: |file| brightened(file, -26) },
    Copying { name: "all of these, and mirrored", meant: true, copy: at_once },
    Copying { name: "a strip of 2 % cut off each side", meant: false, copy: |file| cropped(file, 50) },
    Copying { name: "a strip of 5 % cut off each side", meant: false, copy: |file| cropped(file, 20) },
    Copying {
        name: "turned by a quarter",
        meant: false,
        copy: |file| encoded(&imageops::rotate90(&decoded(file)), 75),
    },
];

impl Copying {
    /// A copy of a photo, made so.
    pub fn of(&self, file: &[u8]) -> Vec<u8> {
        (self.copy)(file)
    }
}

#[expect(clippy::expect_used, reason = "our own photos can be decoded")]
fn decoded(file: &[u8]) -> RgbImage {
    image::load_from_memory(file).expect("a photo").into_rgb8()
}

#[expect(clippy::expect_used, reason = "memory takes every byte")]
fn encoded(picture: &RgbImage, quality: u8) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    JpegEncoder::new_with_quality(&mut file, quality).encode_image(picture).expect("a photo");
    file.into_inner()
}

fn scaled(picture: &RgbImage, by: f32) -> RgbImage {
    let side = |pixels: u32| (pixels as f32 * by).round() as u32;
    imageops::resize(picture, side(picture.width()), side(picture.height()), FilterType::Triangle)
}

fn resized(file: &[u8], by: f32) -> Vec<u8> {
    encoded(&scaled(&decoded(file), by), 75)
}

fn brightened(file: &[u8], by: i32) -> Vec<u8> {
    let mut picture = decoded(file);
    colorops::brighten_in_place(&mut picture, by);
    encoded(&picture, 75)
}

fn cropped(file: &[u8], part: u32) -> Vec<u8> {
    let picture = decoded(file);
    let (width, height) = picture.dimensions();
    let (across, down) = (width / part, height / part);
    encoded(&imageops::crop_imm(&picture, across, down, width - 2 * across, height - 2 * down).to_image(), 75)
}

fn at_once(file: &[u8]) -> Vec<u8> {
    let mut picture = decoded(&processed(file).marked);
    colorops::brighten_in_place(&mut picture, 13);
    encoded(&imageops::flip_horizontal(&scaled(&picture, 0.6)), 60)
}
