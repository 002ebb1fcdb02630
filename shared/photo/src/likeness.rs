//! Fingerprints of what a picture shows, alike for copies that were resized or compressed again.

use image::GrayImage;

use crate::shrink::means;

/// Grey values by which neighbours must differ. On an even sky or wall, noise would decide which of two is brighter,
/// and noise doesn't survive another compression (measured in `docs/likeness.md`).
const CONTOUR: f32 = 1.0;

/// Fingerprints of the same picture. Few bits differ between copies of it, many between different pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Likeness {
    /// Difference hash of 8 by 8 bits: one for each grey value that is clearly brighter than the one on its left. The
    /// first bit is that of the top left.
    pub hash: u64,
    /// That of the picture mirrored left to right.
    pub mirrored: u64,
    /// The same of 16 by 16 bits, to confirm what the short one found.
    pub fine: [u64; 4],
    /// That of the mirrored picture.
    pub fine_mirrored: [u64; 4],
}

impl Likeness {
    /// Of a picture as the viewer sees it, at any size.
    pub(crate) fn of(grey: &GrayImage) -> Self {
        let ([hash, ..], [mirrored, ..]) = differences(grey, 8);
        let (fine, fine_mirrored) = differences(grey, 16);
        Self { hash, mirrored, fine, fine_mirrored }
    }
}

/// The bits of a picture and of its mirror image, `side` rows of as many.
fn differences(grey: &GrayImage, side: u32) -> ([u64; 4], [u64; 4]) {
    // Unrounded: on an even sky, rounding would decide which of two is brighter.
    let values = means::<1, f32>(grey.as_raw(), grey.dimensions(), (side + 1, side), |value| value);
    let (mut words, mut mirrored) = ([0; 4], [0; 4]);
    for (row, values) in values.chunks_exact(side as usize + 1).enumerate() {
        let word = row * side as usize / 64;
        for (left, right) in values.iter().zip(&values[1..]) {
            words[word] = words[word] << 1 | u64::from(*right > *left + CONTOUR);
        }
        for (right, left) in values.iter().zip(&values[1..]).rev() {
            mirrored[word] = mirrored[word] << 1 | u64::from(*right > *left + CONTOUR);
        }
    }
    (words, mirrored)
}

#[cfg(test)]
mod tests {
    use image::Luma;

    use super::*;

    /// Brighter to the right in its upper half, to the left in its lower one.
    fn two_slopes(width: u32, height: u32) -> GrayImage {
        GrayImage::from_fn(width, height, |x, y| {
            let value = (x * 255 / width) as u8;
            Luma([if y < height / 2 { value } else { 255 - value }])
        })
    }

    #[test]
    fn a_bit_is_set_for_each_neighbour_that_is_brighter_from_the_top_left_on() {
        let likeness = Likeness::of(&two_slopes(900, 800));
        assert_eq!(likeness.hash, 0xFFFF_FFFF_0000_0000);
        assert_eq!(likeness.mirrored, 0x0000_0000_FFFF_FFFF);
        assert_eq!(likeness.fine, [u64::MAX, u64::MAX, 0, 0]);
        assert_eq!(likeness.fine_mirrored, [0, 0, u64::MAX, u64::MAX]);
        assert_eq!(Likeness::of(&GrayImage::from_pixel(90, 80, Luma([7]))).hash, 0);
    }

    #[test]
    fn noise_on_an_even_surface_sets_no_bit() {
        let noisy = GrayImage::from_fn(400, 300, |x, y| Luma([120 + (x * 7919 + y * 104_729) as u8 % 9]));
        let likeness = Likeness::of(&noisy);
        assert_eq!((likeness.hash, likeness.mirrored, likeness.fine), (0, 0, [0; 4]));
    }

    #[test]
    fn a_resized_copy_has_the_same_fingerprint() {
        assert_eq!(Likeness::of(&two_slopes(123, 77)), Likeness::of(&two_slopes(1600, 1200)));
    }
}
