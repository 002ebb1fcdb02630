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
