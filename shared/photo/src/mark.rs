//! The mark: the time of taking, written into the picture's bottom left.

use ab_glyph::{Font, FontRef, Glyph, PxScale, ScaleFont, point};
use image::RgbImage;
use jiff::Timestamp;

use crate::TakenAtSource;
use crate::capture::CHINA;

const FONT: &[u8] = include_bytes!("../assets/mark-font.otf");

/// Height of the letters relative to the picture's shorter side.
const SIZE: f32 = 0.045;
/// The smallest letters that can be read, for small pictures.
const SMALLEST: f32 = 16.0;
/// The most of the picture's width that the mark may take; letters shrink to fit.
const WIDEST: f32 = 0.94;
/// The outline's width relative to the letters' height.
const OUTLINE: f32 = 0.09;
/// The thinnest outline in pixels: thinner ones turn grey in small pictures.
const THINNEST: f32 = 1.5;
/// The distance from the picture's edges relative to the letters' height.
const MARGIN: f32 = 0.6;

const LETTERS: [f32; 3] = [255.0, 255.0, 255.0];
const AROUND: [f32; 3] = [0.0, 0.0, 0.0];

/// What the mark says.
pub(crate) fn text(taken_at: Timestamp, source: TakenAtSource) -> String {
    let time = CHINA.to_datetime(taken_at).strftime("%Y-%m-%d %H:%M:%S");
    match source {
        TakenAtSource::Exif | TakenAtSource::Declared => time.to_string(),
        TakenAtSource::Upload => format!("上传时间 {time}"),
    }
}

/// Writes the text: white letters in a black outline, which one of the two tells from any ground.
pub(crate) fn draw(picture: &mut RgbImage, text: &str) {
    let line = Line::fitting(text, picture.width(), picture.height());
    let letters = line.letters();
    let outline = letters.widened(outline_width(line.size));
    let (left, top) = line.corner(picture.height());
    outline.blend(picture, left, top, AROUND);
    letters.blend(picture, left, top, LETTERS);
}

#[expect(
    clippy::expect_used,
    reason = "the font is a part of the program, and every test of a mark reads it"
)]
fn font() -> FontRef<'static> {
    FontRef::try_from_slice(FONT).expect("the font in the program is a font")
}

fn outline_width(size: f32) -> f32 {
    (size * OUTLINE).max(THINNEST)
}

/// A line of text at the size at which it fits a picture.
struct Line {
    font: FontRef<'static>,
    glyphs: Vec<Glyph>,
    size: f32,
    width: f32,
    /// Room around the letters, for the outline and its soft edge.
    padding: u32,
}

impl Line {
    fn fitting(text: &str, width: u32, height: u32) -> Self {
        let font = font();
        let room = width as f32 * WIDEST;
        let wanted = (width.min(height) as f32 * SIZE).max(SMALLEST);
        let set = |size: f32| {
            // A margin at each side of the text.
            let (glyphs, advance) = set_glyphs(&font, text, size);
            (glyphs, advance, advance + 2.0 * MARGIN * size)
        };
        // Widths grow with the size in proportion.
        let size = wanted * (room / set(wanted).2).min(1.0);
        let (glyphs, width, _) = set(size);
        Self { font, glyphs, size, width, padding: outline_width(size).ceil() as u32 + 1 }
    }

    /// Where the coverage's top left lies in a picture of this height; outside it if there's no room.
    fn corner(&self, height: u32) -> (i64, i64) {
        let margin = (self.size * MARGIN).round() as i64;
        let padding = i64::from(self.padding);
        (margin - padding, i64::from(height) - margin - self.size.ceil() as i64 - padding)
    }

    fn letters(&self) -> Coverage {
        let padding = self.padding;
        let width = self.width.ceil() as u32 + 2 * padding;
        let mut coverage = Coverage::new(width, self.size.ceil() as u32 + 2 * padding);
        for glyph in self.glyphs.iter().cloned() {
            let Some(outlined) = self.font.outline_glyph(glyph) else { continue };
            let bounds = outlined.px_bounds();
            outlined.draw(|x, y, covered| {
                let at = |bound: f32, offset: u32| bound as i64 + i64::from(offset) + i64::from(padding);
                coverage.cover(at(bounds.min.x, x), at(bounds.min.y, y), covered);
            });
        }
        coverage
    }
}

/// Sets the glyphs one after the other on a line whose letters stand `size` high and more or less fill it.
fn set_glyphs(font: &FontRef<'_>, text: &str, size: f32) -> (Vec<Glyph>, f32) {
    // The scale is that of the em square: digits are about three quarters of it high, and Chinese
    // characters nearly the whole.
    let scale = font.pt_to_px_scale(size * 0.75).unwrap_or(PxScale::from(size));
    let scaled = font.as_scaled(scale);
    let mut advance = 0.0;
    let mut glyphs = Vec::new();
    for character in text.chars() {
        let id = font.glyph_id(character);
        glyphs.push(id.with_scale_and_position(scale, point(advance, size * 0.88)));
        advance += scaled.h_advance(id);
    }
    (glyphs, advance)
}

/// How much of each pixel is covered, 0 to 1.
struct Coverage {
    width: u32,
    height: u32,
    values: Vec<f32>,
}

impl Coverage {
    fn new(width: u32, height: u32) -> Self {
        Self { width, height, values: vec![0.0; width as usize * height as usize] }
    }

    fn index(&self, x: i64, y: i64) -> Option<usize> {
        let inside = (0..i64::from(self.width)).contains(&x) && (0..i64::from(self.height)).contains(&y);
        inside.then_some((y * i64::from(self.width) + x) as usize)
    }

    fn cover(&mut self, x: i64, y: i64, covered: f32) {
        if let Some(index) = self.index(x, y) {
            self.values[index] = self.values[index].max(covered);
        }
    }

    /// The same shape with everything within a distance of it.
    fn widened(&self, radius: f32) -> Self {
        let mut widened = Self::new(self.width, self.height);
        let brush = brush(radius);
        for y in 0..i64::from(self.height) {
            for x in 0..i64::from(self.width) {
                let covered = self.index(x, y).map_or(0.0, |index| self.values[index]);
                if covered > 0.0 {
                    for (dx, dy, weight) in &brush {
                        // A stroke thinner than a pixel covers none wholly; its outline shall.
                        widened.cover(x + dx, y + dy, (2.0 * covered).min(1.0) * weight);
                    }
                }
            }
        }
        widened
    }

    fn blend(&self, picture: &mut RgbImage, left: i64, top: i64, colour: [f32; 3]) {
        for (index, covered) in self.values.iter().enumerate().filter(|(_, covered)| **covered > 0.0) {
            let (x, y) = (index as i64 % i64::from(self.width), index as i64 / i64::from(self.width));
            let place = |at: i64| u32::try_from(at).ok();
            let (Some(x), Some(y)) = (place(left + x), place(top + y)) else { continue };
            let Some(pixel) = picture.get_pixel_mut_checked(x, y) else { continue };
            for (value, wanted) in pixel.0.iter_mut().zip(colour) {
                let old = f32::from(*value);
                *value = (old + (wanted - old) * covered.min(1.0)).round() as u8;
            }
        }
    }
}

/// A disc with a soft edge: offsets and how much each counts.
fn brush(radius: f32) -> Vec<(i64, i64, f32)> {
    let reach = radius.ceil() as i64;
    let offsets = (-reach..=reach).flat_map(|dy| (-reach..=reach).map(move |dx| (dx, dy)));
    let weighted = offsets.map(|(dx, dy)| {
        let distance = ((dx * dx + dy * dy) as f32).sqrt();
        (dx, dy, (radius + 0.5 - distance).clamp(0.0, 1.0))
    });
    weighted.filter(|(_, _, weight)| *weight > 0.0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_china_time_and_names_the_upload() {
        let time = "2020-06-03T02:22:31.999Z".parse().unwrap();
        assert_eq!(text(time, TakenAtSource::Exif), "2020-06-03 10:22:31");
        assert_eq!(text(time, TakenAtSource::Declared), "2020-06-03 10:22:31");
        assert_eq!(text(time, TakenAtSource::Upload), "上传时间 2020-06-03 10:22:31");
    }

    #[test]
    fn the_font_has_every_character_that_a_mark_can_need() {
        let font = font();
        for character in include_str!("../assets/mark-characters.txt").chars().filter(|c| *c != '\n') {
            assert_ne!(font.glyph_id(character).0, 0, "{character}");
        }
        for character in text(Timestamp::UNIX_EPOCH, TakenAtSource::Upload).chars() {
            assert_ne!(font.glyph_id(character).0, 0, "{character}");
        }
    }
}
