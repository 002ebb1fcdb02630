//! Pictures, files and claims for the tests: all drawn here or by `samples/make-samples.sh`.

use anju_photo::{CaptureClaim, Limits, Processed, Rejection, Source, process};
use exif::experimental::Writer;
use exif::{Field, In, Rational, Tag, Value};
use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageEncoder, Rgb, RgbImage};
use jiff::Timestamp;

macro_rules! sample {
    ($name:literal) => {
        ($name, include_bytes!(concat!("../samples/", $name)).as_slice())
    };
}

/// Complete JPEG files, a variant each, all of the same picture of 100 x 75.
pub(crate) const JPEGS: [(&str, &[u8]); 7] = [
    sample!("restarts.jpg"),
    sample!("scan-by-scan.jpg"),
    sample!("progressive.jpg"),
    sample!("progressive-restarts.jpg"),
    sample!("four-to-one.jpg"),
    sample!("grey.jpg"),
    sample!("cmyk.jpg"),
];

/// The same as PNG.
pub(crate) const PNGS: [(&str, &[u8]); 3] =
    [sample!("alpha.png"), sample!("palette.png"), sample!("grey16.png")];

/// The same as WebP.
pub(crate) const WEBPS: [(&str, &[u8]); 2] = [sample!("lossy.webp"), sample!("alpha.webp")];

/// The same as HEIC.
pub(crate) const HEICS: [(&str, &[u8]); 5] = [
    sample!("single.heic"),
    sample!("tiles.heic"),
    sample!("turned.heic"),
    sample!("deep.heic"),
    sample!("alpha.heic"),
];

/// A JPEG that phones don't write.
pub(crate) const ARITHMETIC: &[u8] = include_bytes!("../samples/arithmetic.jpg");

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A photo from the camera, uploaded on 5 June 2020 at 08:00 China time.
pub(crate) fn claim() -> CaptureClaim {
    CaptureClaim {
        source: Source::Camera,
        declared_taken_at: None,
        declared_location: None,
        uploaded_at: at("2020-06-05T00:00:00Z"),
    }
}

pub(crate) fn processed(bytes: &[u8]) -> Result<Processed, Rejection> {
    process(bytes, &claim(), &Limits::default())
}

/// Four quarters of different colours, so that a turned or mirrored picture shows.
pub(crate) fn quarters(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| match (x < width / 2, y < height / 2) {
        (true, true) => Rgb([200, 60, 60]),
        (false, true) => Rgb([60, 180, 60]),
        (true, false) => Rgb([90, 90, 200]),
        (false, false) => Rgb([190, 190, 80]),
    })
}

/// The pixels as a camera stores them that the viewer sees upright at this orientation.
pub(crate) fn stored(upright: &RgbImage, orientation: u8) -> RgbImage {
    // A quarter turn is undone by the other one, everything else by itself.
    let inverse = match orientation {
        6 => 8,
        8 => 6,
        other => other,
    };
    let mut image = DynamicImage::from(upright.clone());
    image.apply_orientation(Orientation::from_exif(inverse).unwrap());
    image.into_rgb8()
}

pub(crate) fn jpeg(picture: &RgbImage, fields: &[Field]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 95);
    if !fields.is_empty() {
        encoder.set_exif_metadata(exif_block(fields)).unwrap();
    }
    encoder.encode_image(picture).unwrap();
    bytes
}

pub(crate) fn exif_block(fields: &[Field]) -> Vec<u8> {
    let mut writer = Writer::new();
    fields.iter().for_each(|field| writer.push_field(field));
    let mut block = std::io::Cursor::new(Vec::new());
    writer.write(&mut block, true).unwrap();
    block.into_inner()
}

pub(crate) fn field(tag: Tag, value: Value) -> Field {
    Field { tag, ifd_num: In::PRIMARY, value }
}

pub(crate) fn text(tag: Tag, text: &str) -> Field {
    field(tag, Value::Ascii(vec![text.into()]))
}

pub(crate) fn rationals(tag: Tag, parts: &[(u32, u32)]) -> Field {
    field(tag, Value::Rational(parts.iter().map(|&(num, denom)| Rational { num, denom }).collect()))
}

pub(crate) fn oriented(orientation: u16) -> Field {
    field(Tag::Orientation, Value::Short(vec![orientation]))
}

/// As a viewer shows it.
pub(crate) fn decoded(jpeg: &[u8]) -> RgbImage {
    let mut decoder = image::codecs::jpeg::JpegDecoder::new(std::io::Cursor::new(jpeg)).unwrap();
    let orientation = image::ImageDecoder::orientation(&mut decoder).unwrap();
    let mut image = DynamicImage::from_decoder(decoder).unwrap();
    image.apply_orientation(orientation);
    image.into_rgb8()
}

/// The largest difference of a channel.
pub(crate) fn difference(a: &Rgb<u8>, b: &Rgb<u8>) -> u8 {
    a.0.iter().zip(b.0).map(|(a, b)| a.abs_diff(b)).max().unwrap()
}
