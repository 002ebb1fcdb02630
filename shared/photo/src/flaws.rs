//! Whether a picture can be made out at all: flags for people to look at, which block nothing.

use image::{GrayImage, imageops};

/// A picture is too dark when even its brightest twentieth stays below this.
const DARK: usize = 64;
/// A picture is too blurred when blurring it again takes away less than this part of its differences.
const BLURRED: f64 = 0.5;
/// A picture whose neighbouring pixels differ by less than this on average has nothing to be sharp.
const FLAT: f64 = 0.5;

/// What makes a picture hard to make out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Flaws {
    /// Night, or a finger on the lens.
    pub too_dark: bool,
    /// Blurred so much that it shows at the size of a thumbnail.
    pub too_blurred: bool,
}

impl Flaws {
    /// Of a picture at the size of a thumbnail.
    pub(crate) fn of(small: &GrayImage) -> Self {
        Self { too_dark: is_dark(small), too_blurred: sharpness(small) < BLURRED }
    }
}

fn is_dark(grey: &GrayImage) -> bool {
    let bright = grey.as_raw().iter().filter(|value| usize::from(**value) >= DARK).count();
    bright * 20 < grey.as_raw().len()
}

/// The part of the differences between neighbours that goes when the picture is blurred: much of a sharp one's,
/// little of one that is blurred already (after Crété-Roffet and others, "The blur effect", 2007).
fn sharpness(grey: &GrayImage) -> f64 {
    let across = along_lines(grey);
    let down = along_lines(&imageops::rotate90(grey));
    across.max(down)
}

fn along_lines(grey: &GrayImage) -> f64 {
    const REACH: usize = 4;
    let (mut before, mut gone, mut count) = (0u64, 0u64, 0u64);
    for line in grey.as_raw().chunks_exact(grey.width().max(1) as usize) {
        // A step of the blurred line is what nine neighbours gain in front less what they lose behind, in ninths.
        for values in line.windows(2 * REACH + 2) {
            let difference = 9 * u32::from(values[REACH].abs_diff(values[REACH + 1]));
            let blurred = u32::from(values[2 * REACH + 1].abs_diff(values[0]));
            before += u64::from(difference);
            gone += u64::from(difference.saturating_sub(blurred));
            count += 9;
        }
    }
    if before as f64 <= FLAT * count as f64 { 1.0 } else { gone as f64 / before as f64 }
}

#[cfg(test)]
mod tests {
    use image::Luma;

    use super::*;

    /// Walls, windows and shade.
    fn house(brightness: f32) -> GrayImage {
        GrayImage::from_fn(400, 300, |x, y| {
            let window = (x / 40) % 2 == 1 && (y / 50) % 2 == 1;
            let value = if window { 60 } else { 190 } + (x * 7 + y * 13) % 17;
            Luma([(value as f32 * brightness) as u8])
        })
    }

    #[test]
    fn a_sharp_picture_by_day_has_no_flaw() {
        assert_eq!(Flaws::of(&house(1.0)), Flaws::default());
        assert_eq!(Flaws::of(&house(0.5)), Flaws::default());
    }

    #[test]
    fn night_is_too_dark() {
        assert!(Flaws::of(&house(0.2)).too_dark);
    }

    #[test]
    fn what_is_blurred_at_the_size_of_a_thumbnail_is_too_blurred_and_the_slightly_soft_is_not() {
        let blurred = |sigma| Flaws::of(&imageops::blur(&house(1.0), sigma)).too_blurred;
        assert_eq!([0.7, 4.0, 8.0].map(blurred), [false, true, true]);
    }

    #[test]
    fn an_empty_wall_has_nothing_to_be_sharp() {
        assert_eq!(Flaws::of(&GrayImage::from_pixel(400, 300, Luma([180]))), Flaws::default());
        assert_eq!(Flaws::of(&GrayImage::from_pixel(3, 1, Luma([180]))), Flaws::default());
    }
}
