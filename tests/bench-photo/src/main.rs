//! A worker of `make bench-photo`: does one thing to one photo for each line that it reads, and answers how many
//! nanoseconds that took.

use std::error::Error;
use std::hint::black_box;
use std::io::{BufRead, Cursor, Write};
use std::time::Instant;

use anju_photo::{CaptureClaim, Limits, Source, check_jpeg, process};
use image::codecs::jpeg::JpegEncoder;
use image::{ImageFormat, Rgb, RgbImage};

type Outcome = Result<(), Box<dyn Error>>;

fn main() -> Outcome {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, what, file] = arguments.as_slice() else { return Err("bench-photo WHAT FILE".into()) };
    let photo = std::fs::read(file)?;
    let work: fn(&[u8]) -> Outcome = match what.as_str() {
        "walk" => walk,
        "mark" => mark,
        "image" => decode_draw_encode,
        _ => return Err("walk, mark or image".into()),
    };
    let mut answers = std::io::stdout();
    for line in std::io::stdin().lock().lines() {
        line?;
        let start = Instant::now();
        work(&photo)?;
        writeln!(answers, "{}", start.elapsed().as_nanos())?;
        answers.flush()?;
    }
    Ok(())
}

/// The floor: every code read, nothing written.
fn walk(photo: &[u8]) -> Outcome {
    Ok(check_jpeg(photo, &Limits::default())?)
}

/// All that the system does: facts, mark, thumbnail, fingerprints, flags and SHA-256.
fn mark(photo: &[u8]) -> Outcome {
    let claim = CaptureClaim {
        source: Source::Camera,
        declared_taken_at: Some("2020-06-03T02:22:31Z".parse()?),
        declared_location: None,
        uploaded_at: "2020-06-03T02:30:00Z".parse()?,
    };
    black_box(process(photo, &claim, &Limits::default())?);
    Ok(())
}

/// What one does without a splice, without thumbnail and fingerprints; the text is only a bar.
fn decode_draw_encode(photo: &[u8]) -> Outcome {
    let mut picture: RgbImage = image::load(Cursor::new(photo), ImageFormat::Jpeg)?.into_rgb8();
    let (width, height) = picture.dimensions();
    for y in height - height / 20..height - height / 60 {
        for x in width / 50..width / 2 {
            picture.put_pixel(x, y, Rgb([255; 3]));
        }
    }
    let mut marked = Vec::new();
    JpegEncoder::new_with_quality(&mut marked, 92).encode_image(&picture)?;
    black_box(marked);
    Ok(())
}
