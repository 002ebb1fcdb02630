//! Text in the one typeface of the sheets, set glyph after glyph.

use ab_glyph::{Font as _, FontRef};
use krilla::geom::Point;
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};

/// Noto Sans CJK SC with the characters of the Table of General Standard Chinese Characters.
const FONT: &[u8] = include_bytes!("../../assets/sheet-font.otf");
/// In place of a character that the typeface lacks: 〓, as printers do it.
const MISSING: char = '〓';
/// A text that doesn't fit shrinks down to this share of its size, then it is cut.
const LEAST_SIZE: f32 = 0.6;
/// What a width may be off by rounding, in points.
const ROUNDING: f32 = 0.01;

/// The typeface, ready to measure and to draw.
pub(super) struct Typeface {
    font: Font,
    metrics: FontRef<'static>,
}

/// A line of text that fits, in points.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) size: f32,
    pub(super) width: f32,
}

impl Typeface {
    pub(super) fn new() -> Option<Self> {
        Some(Typeface { font: Font::new(FONT.into(), 0)?, metrics: FontRef::try_from_slice(FONT).ok()? })
    }

    /// The text as it can be drawn: without line breaks, with 〓 for what the typeface lacks.
    fn drawable(&self, text: &str) -> String {
        let drawn = |character: char| match character {
            blank if blank.is_whitespace() => ' ',
            known if self.metrics.glyph_id(known).0 != 0 => known,
            _ => MISSING,
        };
        text.trim().chars().map(drawn).collect()
    }

    /// How wide a text is, for a size of one.
    fn width(&self, text: &str) -> f32 {
        text.chars().map(|character| self.advance(character)).sum()
    }

    fn advance(&self, character: char) -> f32 {
        let units = self.metrics.units_per_em().unwrap_or(1000.0);
        self.metrics.h_advance_unscaled(self.metrics.glyph_id(character)) / units
    }

    /// A text on one line: smaller where it is too long, and cut where that isn't enough.
    pub(super) fn fitted(&self, text: &str, size: f32, width: f32) -> Line {
        let mut text = self.drawable(text);
        let natural = self.width(&text) * size;
        let shrunk = if natural > width { (size * width / natural).max(size * LEAST_SIZE) } else { size };
        while self.width(&text) * shrunk > width + ROUNDING && text.chars().count() > 1 {
            let kept = text.chars().count() - 2;
            text = text.chars().take(kept).chain(['…']).collect();
        }
        Line { width: self.width(&text) * shrunk, text, size: shrunk }
    }

    /// A text on as many lines as it takes, broken anywhere as Chinese is.
    pub(super) fn wrapped(&self, text: &str, size: f32, width: f32) -> Vec<Line> {
        let mut lines: Vec<Line> = Vec::new();
        for character in self.drawable(text).chars() {
            let advance = self.advance(character) * size;
            match lines.last_mut() {
                Some(line) if line.width + advance <= width => {
                    line.text.push(character);
                    line.width += advance;
                }
                _ => lines.push(Line { text: character.into(), size, width: advance }),
            }
        }
        lines
    }

    /// Draws a line with its baseline from `x` on at `y`.
    pub(super) fn draw(&self, surface: &mut Surface<'_>, line: &Line, x: f32, y: f32) {
        let glyph = |(start, character): (usize, char)| KrillaGlyph {
            glyph_id: GlyphId::new(self.metrics.glyph_id(character).0.into()),
            text_range: start..start + character.len_utf8(),
            x_advance: self.advance(character),
            x_offset: 0.0,
            y_offset: 0.0,
            y_advance: 0.0,
            location: None,
        };
        let glyphs: Vec<KrillaGlyph> = line.text.char_indices().map(glyph).collect();
        surface.draw_glyphs(Point::from_xy(x, y), &glyphs, self.font.clone(), &line.text, line.size, false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_shrinks_and_is_then_cut_and_says_so() {
        let typeface = Typeface::new().unwrap();
        let line = |text: &str| typeface.fitted(text, 10.0, 50.0);
        assert_eq!((line("云岭村").text.as_str(), line("云岭村").size), ("云岭村", 10.0));
        let shrunk = line("云岭村第二小组");
        assert!(shrunk.text == "云岭村第二小组" && shrunk.size < 10.0 && shrunk.width <= 50.1);
        for length in 6..=8 {
            assert!(!line(&"云".repeat(length)).text.ends_with('…'), "{length} characters fit, if small");
        }
        let cut = line(&"云岭村".repeat(9));
        assert!(cut.text.ends_with('…') && cut.size >= 6.0 && cut.width <= 50.1, "{cut:?}");
    }

    #[test]
    fn characters_that_the_typeface_lacks_are_seen_to_be_lacking() {
        let typeface = Typeface::new().unwrap();
        assert_eq!(typeface.drawable(" 张**\n(0870-1)、㐂"), "张** (0870-1)、〓");
        let standard = "镇雄县果珠乡云岭村垱塆坝埡";
        assert_eq!(
            typeface.drawable(standard),
            "镇雄县果珠乡云岭村垱塆坝〓",
            "埡 is no standard character, 垭 is"
        );
    }

    #[test]
    fn a_text_is_wrapped_between_any_two_characters() {
        let typeface = Typeface::new().unwrap();
        let lines = typeface.wrapped("扫码查看核验结果、反映问题", 10.0, 45.0);
        let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(texts, ["扫码查看", "核验结果", "、反映问", "题"]);
    }
}
