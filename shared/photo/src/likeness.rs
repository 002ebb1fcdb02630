//! A fingerprint of what a picture shows, alike for copies that were resized or compressed again.

use image::RgbImage;
use image::imageops;

/// Difference hash: 8 rows of 9 grey values as the viewer sees them, one bit for each neighbour that is
/// brighter than the one on its left. The first bit is that of the top left.
pub(crate) fn difference_hash(upright: &RgbImage) -> u64 {
    let small = imageops::grayscale(&imageops::thumbnail(upright, 9, 8));
    let mut hash = 0;
    for y in 0..8 {
        for x in 0..8 {
            let brighter = small.get_pixel(x + 1, y).0 > small.get_pixel(x, y).0;
            hash = hash << 1 | u64::from(brighter);
        }
    }
    hash
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    /// Brighter to the right in its upper half, to the left in its lower one.
    fn two_slopes(width: u32, height: u32) -> RgbImage {
        RgbImage::from_fn(width, height, |x, y| {
            let value = (x * 255 / width) as u8;
            Rgb([if y < height / 2 { value } else { 255 - value }; 3])
        })
    }

    #[test]
    fn a_bit_is_set_for_each_neighbour_that_is_brighter_from_the_top_left_on() {
        assert_eq!(difference_hash(&two_slopes(900, 800)), 0xFFFF_FFFF_0000_0000);
        assert_eq!(difference_hash(&RgbImage::from_pixel(90, 80, Rgb([7; 3]))), 0);
    }

    #[test]
    fn a_resized_copy_has_the_same_fingerprint() {
        assert_eq!(difference_hash(&two_slopes(123, 77)), difference_hash(&two_slopes(1600, 1200)));
    }
}
