//! Whether a picture can be made out at all: flags for people to look at, which block nothing.

use image::GrayImage;

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
    let width = grey.width().max(1) as usize;
    let lines: Vec<&[u8]> = grey.as_raw().chunks_exact(width).collect();
    let (mut across, mut down) = (Steps::default(), Steps::default());
    for line in &lines {
        across.add(SPAN.map(|place| line.get(place..).unwrap_or_default()));
    }
    for lines in lines.windows(SPAN[3] + 1) {
        down.add(SPAN.map(|place| lines[place]));
    }
    across.part_gone().max(down.part_gone())
}

/// Of ten values in a row: the outermost two, between which a step of the blurred line lies (it is what nine
/// values gain in front less what they lose behind), and the two in the middle.
const SPAN: [usize; 4] = [0, 4, 5, 9];

/// Steps from one value to the next, before the blurring and what is gone of them behind it, in ninths.
#[derive(Default)]
struct Steps {
    before: u64,
    gone: u64,
    count: u64,
}

impl Steps {
    fn add(&mut self, [first, left, right, last]: [&[u8]; 4]) {
        let (mut before, mut gone) = (0u32, 0u32);
        for ((first, left), (right, last)) in first.iter().zip(left).zip(right.iter().zip(last)) {
            let step = 9 * u32::from(left.abs_diff(*right));
            before += step;
            gone += step.saturating_sub(first.abs_diff(*last).into());
        }
        self.before += u64::from(before);
        self.gone += u64::from(gone);
        self.count += 9 * last.len() as u64;
    }

    fn part_gone(&self) -> f64 {
        if self.before as f64 <= FLAT * self.count as f64 {
            1.0
        } else {
            self.gone as f64 / self.before as f64
        }
    }
}

#[cfg(test)]
mod tests {
    use image::{Luma, imageops};

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
