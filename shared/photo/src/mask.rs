//! Where a mark covers a picture, and by how much.

use image::metadata::Orientation;
use image::{DynamicImage, GrayAlphaImage, RgbImage};

/// How a mark changes a pixel, in this order: of brightness, `taken / 255` goes and `added` comes; of colour,
/// `taken / 255` goes. Zeros cover nothing.
pub(crate) type Cover = [u8; 2];

/// A rectangle of a picture with what covers its pixels.
pub(crate) struct Mask {
    pub(crate) left: u32,
    pub(crate) top: u32,
    /// What is taken as the brightness, what is added as the alpha of a pixel.
    covers: GrayAlphaImage,
}

impl Mask {
    /// From the covers row by row, `width` a row: pairs of what is taken and added.
    pub(crate) fn new((left, top): (u32, u32), (width, height): (u32, u32), covers: Vec<u8>) -> Self {
        Self { left, top, covers: GrayAlphaImage::from_raw(width, height, covers).unwrap_or_default() }
    }

    pub(crate) fn width(&self) -> u32 {
        self.covers.width()
    }

    pub(crate) fn height(&self) -> u32 {
        self.covers.height()
    }

    /// What covers the picture's pixels of a row from `left` on: pairs of what is taken and added.
    pub(crate) fn row(&self, y: u32) -> &[u8] {
        let length = self.width() as usize * 2;
        let rows = self.covers.as_raw().chunks_exact(length.max(1));
        y.checked_sub(self.top).and_then(|y| rows.into_iter().nth(y as usize)).unwrap_or_default()
    }

    /// The mask that covers a stored picture as this one covers what the viewer sees of it: `width` by
    /// `height` pixels, turned as the EXIF orientation says.
    pub(crate) fn stored(self, orientation: u8, width: u32, height: u32) -> Self {
        // A quarter turn is undone by the other one, everything else by itself.
        let inverse = match orientation {
            6 => 8,
            8 => 6,
            other => other,
        };
        let (from_right, from_bottom) = (width - self.left - self.width(), height - self.top - self.height());
        let (left, top) = match orientation {
            2 => (from_right, self.top),
            3 => (from_right, from_bottom),
            4 => (self.left, from_bottom),
            5 => (self.top, self.left),
            6 => (self.top, from_right),
            7 => (from_bottom, from_right),
            8 => (from_bottom, self.left),
            _ => (self.left, self.top),
        };
        let mut covers = DynamicImage::from(self.covers);
        covers.apply_orientation(Orientation::from_exif(inverse).unwrap_or(Orientation::NoTransforms));
        Self { left, top, covers: covers.into_luma_alpha8() }
    }

    /// Covers a picture.
    pub(crate) fn apply(&self, picture: &mut RgbImage) {
        for (x, y, image::LumaA([taken, added])) in self.covers.enumerate_pixels() {
            if let Some(pixel) = picture.get_pixel_mut_checked(self.left + x, self.top + y) {
                for value in &mut pixel.0 {
                    let kept = (u16::from(*value) * u16::from(255 - taken) + 127) / 255;
                    *value = kept.saturating_add((*added).into()).min(255) as u8;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    #[test]
    fn a_stored_picture_is_covered_where_the_viewer_sees_it_covered() {
        // The viewer sees 9 x 7; covered is a lopsided piece.
        let mask = || Mask::new((1, 4), (3, 2), vec![0, 7, 40, 7, 80, 7, 10, 7, 50, 7, 90, 7]);
        let plain = RgbImage::from_fn(9, 7, |x, y| Rgb([100 + x as u8, 100 + y as u8, 200]));
        let mut covered = plain.clone();
        mask().apply(&mut covered);
        for orientation in 1..=8 {
            let to = |image: &RgbImage, orientation| {
                let mut image = DynamicImage::from(image.clone());
                image.apply_orientation(Orientation::from_exif(orientation).unwrap());
                image.into_rgb8()
            };
            let inverse = [0, 1, 2, 3, 4, 5, 8, 7, 6][usize::from(orientation)];
            let mut stored = to(&plain, inverse);
            mask().stored(orientation, 9, 7).apply(&mut stored);
            assert_eq!(to(&stored, orientation), covered, "orientation {orientation}");
        }
    }
}
