//! The mark: the time of taking, written into a corner of the picture.

use std::collections::BTreeMap;
use std::str::FromStr;

use ab_glyph::{Font, FontRef, Glyph, Point, PxScale, ScaleFont, point};
use jiff::Timestamp;

use crate::TakenAtSource;
use crate::capture::{CHINA, Coordinates};
use crate::mask::{Cover, Mask};
use crate::outline::outline;

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
/// From one line to the next, relative to the letters' height.
const LINE_FEED: f32 = 1.25;

/// Where the mark stands, as the viewer sees the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Corner {
    /// Below, on the left.
    #[default]
    BottomLeft,
    /// Below, on the right.
    BottomRight,
    /// Above, on the left.
    TopLeft,
    /// Above, on the right.
    TopRight,
}

/// The text names no corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("bottom-left, bottom-right, top-left or top-right")]
pub struct UnknownCorner;

impl FromStr for Corner {
    type Err = UnknownCorner;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "bottom-left" => Ok(Corner::BottomLeft),
            "bottom-right" => Ok(Corner::BottomRight),
            "top-left" => Ok(Corner::TopLeft),
            "top-right" => Ok(Corner::TopRight),
            _ => Err(UnknownCorner),
        }
    }
}

/// What the mark says besides the time, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkStyle {
    /// The corner in which it stands.
    pub corner: Corner,
    /// What stands before the time of taking.
    pub taken_label: String,
    /// What stands before the time of the upload, where that of taking isn't known.
    pub upload_label: String,
    /// What a second line says, where there is anything to say.
    pub second_line: SecondLine,
}

/// What a second line of the mark says. Characters that the typeface lacks are shown as `?`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SecondLine {
    /// What it begins with, such as the village.
    pub text: String,
    /// Whether it says where the picture was taken, as far as that is known.
    pub coordinates: bool,
}

impl Default for MarkStyle {
    /// The bare time in the bottom left, 上传时间 before that of an upload, no second line.
    fn default() -> Self {
        Self {
            corner: Corner::default(),
            taken_label: String::new(),
            upload_label: "上传时间 ".to_owned(),
            second_line: SecondLine::default(),
        }
    }
}

impl MarkStyle {
    /// The lines of the mark, from top to bottom.
    pub(crate) fn lines(
        &self,
        taken_at: Timestamp,
        source: TakenAtSource,
        place: Option<Coordinates>,
    ) -> Vec<String> {
        let label = match source {
            TakenAtSource::Exif | TakenAtSource::Declared => &self.taken_label,
            TakenAtSource::Upload => &self.upload_label,
        };
        let time = CHINA.to_datetime(taken_at).strftime("%Y-%m-%d %H:%M:%S");
        let mut lines = vec![format!("{label}{time}")];
        lines.extend(self.second_line.says(place));
        lines
    }
}

impl SecondLine {
    fn says(&self, place: Option<Coordinates>) -> Option<String> {
        let text = Some(self.text.trim()).filter(|text| !text.is_empty()).map(str::to_owned);
        let place = place.filter(|_| self.coordinates).map(in_degrees);
        let parts: Vec<String> = text.into_iter().chain(place).collect();
        Some(parts.join(" ")).filter(|line| !line.is_empty())
    }
}

/// To about a metre.
fn in_degrees((latitude, longitude): Coordinates) -> String {
    let (vertical, horizontal) =
        (if latitude < 0.0 { 'S' } else { 'N' }, if longitude < 0.0 { 'W' } else { 'E' });
    format!("{:.5}°{vertical} {:.5}°{horizontal}", latitude.abs(), longitude.abs())
}

/// How lines in a corner cover a picture of `width` by `height` pixels: white letters in a black outline, which
/// one of the two tells from any ground.
pub(crate) fn mask(lines: &[String], corner: Corner, width: u32, height: u32) -> Mask {
    let text = Text::fitting(lines, width, height);
    let (left, top) = text.place(corner, width, height);
    // What lies outside the picture isn't drawn.
    let cut = (left.min(0), top.min(0));
    let (left, top) = (left.max(0) as u32, top.max(0) as u32);
    let rest = |length: u32, cut: i64| length.saturating_sub(cut.unsigned_abs() as u32);
    let across = rest(text.width, cut.0).min(width.saturating_sub(left));
    let down = rest(text.height, cut.1).min(height.saturating_sub(top));
    let mut covers = vec![[0; 2]; across as usize * down as usize];
    text.stamp(cut, &mut covers, across as usize);
    Mask::new((left, top), (across, down), covers.into_flattened())
}

/// A white letter on a black outline.
fn cover(letter: u8, around: u8) -> Cover {
    if letter < FAINTEST && around < FAINTEST {
        return [0, 0];
    }
    let kept = u16::from(255 - letter) * u16::from(255 - around);
    [255 - ((kept + 127) / 255) as u8, letter]
}

/// Fainter coverage isn't seen, but would touch blocks.
const FAINTEST: u8 = 6;

#[expect(
    clippy::expect_used,
    reason = "the font is a part of the program, and every test of a mark reads it"
)]
fn font() -> FontRef<'static> {
    FontRef::try_from_slice(FONT).expect("the font in the program is a font")
}

/// Lines of text at the size at which they fit a picture.
struct Text {
    font: FontRef<'static>,
    glyphs: Vec<Glyph>,
    size: f32,
    /// The outline's width.
    outline: f32,
    /// Room around the letters, for the outline and its soft edge.
    padding: u32,
    /// Of the whole, with the padding.
    width: u32,
    height: u32,
}

impl Text {
    fn fitting(lines: &[String], width: u32, height: u32) -> Self {
        let font = font();
        let wanted = (width.min(height) as f32 * SIZE).max(SMALLEST);
        // Widths grow with the size in proportion.
        let widest = lines.iter().map(|line| advance(&font, line, wanted)).fold(0.0, f32::max);
        let with_margins = widest + 2.0 * MARGIN * wanted;
        let shrink = (width as f32 * WIDEST / with_margins).min(1.0);
        let size = wanted * shrink;
        let outline = (size * OUTLINE).max(THINNEST);
        let padding = outline.ceil() as u32 + 1;
        let feeds = lines.len().saturating_sub(1) as f32 * LINE_FEED;
        let mut text = Self {
            glyphs: Vec::new(),
            size,
            outline,
            padding,
            width: (widest * shrink).ceil() as u32 + 2 * padding,
            height: (size * (1.0 + feeds)).ceil() as u32 + 2 * padding,
            font,
        };
        for (number, line) in (0u8..).zip(lines) {
            text.set(line, f32::from(number) * LINE_FEED * size);
        }
        text
    }

    /// Sets a line's glyphs one after the other.
    fn set(&mut self, line: &str, top: f32) {
        let scale = scale(&self.font, self.size);
        let (mut x, y) = (self.padding as f32, top + self.size * 0.88 + self.padding as f32);
        for character in line.chars() {
            let id = glyph(&self.font, character);
            // At whole pixels, letters that are alike look alike.
            self.glyphs.push(id.with_scale_and_position(scale, point(x.round(), y.round())));
            x += self.font.as_scaled(scale).h_advance(id);
        }
    }

    /// Where the top left lies; outside the picture if there's no room.
    fn place(&self, corner: Corner, width: u32, height: u32) -> (i64, i64) {
        let near = (self.size * MARGIN).round() as i64 - i64::from(self.padding);
        let far = |picture: u32, text: u32| i64::from(picture) - i64::from(text) - near;
        let (right, bottom) = (far(width, self.width), far(height, self.height));
        match corner {
            Corner::BottomLeft => (near, bottom),
            Corner::BottomRight => (right, bottom),
            Corner::TopLeft => (near, near),
            Corner::TopRight => (right, near),
        }
    }

    /// Puts the letters into a part of the picture `width` wide. Seen from its top left, the text begins at `from`,
    /// which isn't inside.
    fn stamp(&self, from: (i64, i64), covers: &mut [Cover], width: usize) {
        let mut letters = BTreeMap::new();
        for glyph in &self.glyphs {
            let letter =
                letters.entry(glyph.id).or_insert_with(|| Letter::drawn(&self.font, glyph, self.outline));
            let Point { x, y } = glyph.position;
            letter.stamp((from.0 + x as i64, from.1 + y as i64), covers, width);
        }
    }
}

/// A letter with its outline: a time has most of its digits more than once.
struct Letter {
    /// Where its box begins, from where the letter stands.
    left: i64,
    top: i64,
    width: usize,
    covers: Vec<Cover>,
}

impl Letter {
    fn drawn(font: &FontRef<'_>, glyph: &Glyph, radius: f32) -> Self {
        // Letters stand at whole pixels, so that they look alike everywhere.
        let Some(outlined) = font.outline_glyph(Glyph { position: point(0.0, 0.0), ..glyph.clone() }) else {
            return Self { left: 0, top: 0, width: 1, covers: Vec::new() };
        };
        let (bounds, room) = (outlined.px_bounds(), (radius + 0.5).ceil() as usize);
        let width = bounds.width() as usize + 2 * room;
        let mut letter = vec![0u8; width * (bounds.height() as usize + 2 * room)];
        outlined.draw(|x, y, covered| {
            if let Some(value) = letter.get_mut((y as usize + room) * width + x as usize + room) {
                *value = (covered * 255.0 + 0.5) as u8;
            }
        });
        let around = outline(&letter, width as u32, radius);
        Self {
            left: bounds.min.x as i64 - room as i64,
            top: bounds.min.y as i64 - room as i64,
            width,
            covers: letter.into_iter().zip(around).map(|(letter, around)| cover(letter, around)).collect(),
        }
    }

    /// Puts the letter into a picture `width` wide, as far as it lies in it. Where letters meet, the one counts that
    /// covers more: what is nearest to the letters together is nearest to one of them.
    fn stamp(&self, (x, y): (i64, i64), picture: &mut [Cover], width: usize) {
        let (left, top) = (x + self.left, y + self.top);
        let (cut, from) = (left.min(0).unsigned_abs() as usize, left.max(0) as usize);
        for (row, y) in self.covers.chunks_exact(self.width).zip(top..) {
            let line = usize::try_from(y).ok().and_then(|y| picture.get_mut(y * width..(y + 1) * width));
            let line = line.and_then(|line| line.get_mut(from..)).unwrap_or_default().as_flattened_mut();
            let row = row.get(cut..).unwrap_or_default().as_flattened();
            line.iter_mut().zip(row).for_each(|(value, cover)| *value = (*value).max(*cover));
        }
    }
}

/// The scale at which letters stand on a line `size` high and more or less fill it: that of the em square, of
/// which digits are about three quarters high, and Chinese characters nearly the whole.
fn scale(font: &FontRef<'_>, size: f32) -> PxScale {
    font.pt_to_px_scale(size * 0.75).unwrap_or(PxScale::from(size))
}

fn glyph(font: &FontRef<'_>, character: char) -> ab_glyph::GlyphId {
    match font.glyph_id(character) {
        ab_glyph::GlyphId(0) => font.glyph_id('?'),
        known => known,
    }
}

fn advance(font: &FontRef<'_>, line: &str, size: f32) -> f32 {
    let scaled = font.as_scaled(scale(font, size));
    line.chars().map(|character| scaled.h_advance(glyph(font, character))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(style: &MarkStyle, source: TakenAtSource) -> Vec<String> {
        style.lines("2020-06-03T02:22:31.999Z".parse().unwrap(), source, Some((27.441_704, -104.873_1)))
    }

    fn second(text: &str, coordinates: bool) -> SecondLine {
        SecondLine { text: text.to_owned(), coordinates }
    }

    #[test]
    fn the_text_is_china_time_and_names_the_upload() {
        let style = MarkStyle::default();
        assert_eq!(lines(&style, TakenAtSource::Exif), ["2020-06-03 10:22:31"]);
        assert_eq!(lines(&style, TakenAtSource::Declared), ["2020-06-03 10:22:31"]);
        assert_eq!(lines(&style, TakenAtSource::Upload), ["上传时间 2020-06-03 10:22:31"]);
    }

    #[test]
    fn labels_and_a_second_line_are_as_configured() {
        let style = MarkStyle {
            taken_label: "拍摄时间 ".to_owned(),
            second_line: second("平洞村", false),
            ..MarkStyle::default()
        };
        assert_eq!(lines(&style, TakenAtSource::Exif), ["拍摄时间 2020-06-03 10:22:31", "平洞村"]);
        let blank = MarkStyle { second_line: second("  ", false), ..MarkStyle::default() };
        assert_eq!(lines(&blank, TakenAtSource::Exif).len(), 1);
        for (text, line) in [("平洞村", "平洞村 27.44170°N 104.87310°W"), ("", "27.44170°N 104.87310°W")]
        {
            let style = MarkStyle { second_line: second(text, true), ..MarkStyle::default() };
            assert_eq!(lines(&style, TakenAtSource::Exif)[1], line);
            let time = "2020-06-03T02:22:31Z".parse().unwrap();
            assert_eq!(style.lines(time, TakenAtSource::Exif, None).get(1).map_or("", String::as_str), text);
        }
    }

    #[test]
    fn a_letter_is_put_where_it_stands_as_far_as_the_picture_goes() {
        let covers = [1, 2, 3, 4].map(|value| [value, value + 10]).to_vec();
        let letter = Letter { left: -1, top: -2, width: 2, covers };
        let put = |x, y| {
            let mut picture = [[0; 2]; 9];
            letter.stamp((x, y), &mut picture, 3);
            assert!(picture.iter().all(|[taken, added]| *taken == 0 || *added == taken + 10));
            picture.map(|[taken, _]| taken)
        };
        assert_eq!(put(1, 2), [1, 2, 0, 3, 4, 0, 0, 0, 0]);
        assert_eq!(put(0, 1), [4, 0, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(put(3, 4), [0, 0, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(put(9, -4), [0; 9]);
    }

    #[test]
    fn letters_put_one_by_one_cover_what_they_do_drawn_together() {
        let lines = ["2020-06-03 10:22:31 上传时间".to_owned(), "WWW平洞村".to_owned()];
        for (width, height) in [(200, 300), (900, 700), (3000, 2000)] {
            let text = Text::fitting(&lines, width, height);
            let (across, down) = (text.width as usize, text.height as usize);
            let mut drawn = vec![0u8; across * down];
            for outlined in text.glyphs.iter().filter_map(|glyph| text.font.outline_glyph(glyph.clone())) {
                let (left, top) = (outlined.px_bounds().min.x as usize, outlined.px_bounds().min.y as usize);
                outlined.draw(|x, y, covered| {
                    let value = &mut drawn[(top + y as usize) * across + left + x as usize];
                    *value = (*value).max((covered * 255.0 + 0.5) as u8);
                });
            }
            let around = outline(&drawn, text.width, text.outline);
            let together: Vec<_> =
                drawn.iter().zip(around).map(|(letter, around)| cover(*letter, around)).collect();
            let mut one_by_one = vec![[0; 2]; across * down];
            text.stamp((0, 0), &mut one_by_one, across);
            assert!(one_by_one == together, "{width} x {height}");
        }
    }

    #[test]
    fn the_mark_stands_in_the_corner_asked_for_and_inside_the_picture() {
        let text = ["2020-06-03 10:22:31".to_owned(), "27.44° 104.87°".to_owned()];
        let places = [Corner::BottomLeft, Corner::BottomRight, Corner::TopLeft, Corner::TopRight]
            .map(|corner| mask(&text, corner, 800, 600))
            .map(|mask| (mask.left, mask.top, mask.left + mask.width(), mask.top + mask.height()));
        for (number, (left, top, right, bottom)) in places.into_iter().enumerate() {
            assert_eq!((left < 30, right > 770), (number % 2 == 0, number % 2 == 1), "{left} to {right}");
            assert_eq!((top < 30, bottom > 570), (number >= 2, number < 2), "{top} to {bottom}");
            assert!(right <= 800 && bottom <= 600);
        }
    }

    #[test]
    fn the_font_has_every_character_that_a_mark_can_need() {
        let font = font();
        for character in include_str!("../assets/mark-characters.txt").chars().filter(|c| *c != '\n') {
            assert_ne!(font.glyph_id(character).0, 0, "{character}");
        }
        // Of the labels, and of places: villages have names of rare characters.
        let names = "上传时间 拍摄时间 镇雄县果珠乡云岭村 塬垴圪垯硚沄崾岘墕畈汊漷";
        for character in names.chars() {
            assert_ne!(font.glyph_id(character).0, 0, "{character}");
        }
    }
}
