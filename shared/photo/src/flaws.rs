//! Whether a picture can be made out at all: flags for people to look at, which block nothing.

use image::{GrayImage, RgbImage, imageops};

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
    pub(crate) fn of(small: &RgbImage) -> Self {
        let grey = imageops::grayscale(small);
        Self { too_dark: is_dark(&grey), too_blurred: sharpness(&grey) < BLURRED }
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
        // Sums of nine neighbours, nine times the blurred values.
        let sums: Vec<u32> =
            line.windows(2 * REACH + 1).map(|values| values.iter().map(|v| u32::from(*v)).sum()).collect();
        let middle = line.get(REACH..).unwrap_or_default();
        for (values, sums) in middle.windows(2).zip(sums.windows(2)) {
            let difference = 9 * u32::from(values[0].abs_diff(values[1]));
            before += u64::from(difference);
            gone += u64::from(difference.saturating_sub(sums[0].abs_diff(sums[1])));
            count += 9;
        }
    }
    if before as f64 <= FLAT * count as f64 { 1.0 } else { gone as f64 / before as f64 }
}
