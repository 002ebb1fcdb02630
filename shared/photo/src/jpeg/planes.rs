//! The picture in few samples a block, out of the same walk that checks and marks it.

use image::RgbImage;

use super::block::Coefficients;
use super::frame::Frame;
use super::segments::Quantisation;
use super::touch::dequantised;
use super::transform::Reduction;
use crate::Rejection;

/// What the components' samples mean together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Colours {
    Grey,
    /// Brightness and two differences.
    YCbCr,
    Rgb,
}

/// A component's samples, `side` by `side` of each block.
struct Plane {
    stride: usize,
    samples: Vec<u8>,
}

/// The planes of all components at the same reduced size.
pub(super) struct Planes {
    side: usize,
    /// By how much a block's mean, times 8, is shifted down to 8 bits.
    shift: u32,
    /// The largest mean, times 8, that any picture has, with room for rounding.
    bound: i32,
    reduction: Reduction,
    planes: Vec<Plane>,
}

impl Planes {
    /// Of `side` by `side` samples a block: 1, 2, 4 or 8.
    pub(super) fn new(frame: &Frame, side: usize) -> Self {
        let plane = |component| {
            let (across, down) = frame.padded_blocks(component);
            let stride = across as usize * side;
            Plane { stride, samples: vec![0; stride * down as usize * side] }
        };
        let deeper = u32::from(frame.precision) - 8;
        Self {
            side,
            shift: deeper + 3,
            bound: 2048 << deeper,
            reduction: Reduction::new(side),
            planes: frame.components.iter().map(plane).collect(),
        }
    }

    /// Whether a block's mean is all that is kept of it.
    #[inline(always)]
    pub(super) fn keep_means_only(&self) -> bool {
        self.side == 1
    }

    /// Keeps a block's mean, quantised. One that no picture has is the mark of damage: a wrong bit shifts all
    /// means behind it.
    #[inline(always)]
    pub(super) fn keep_mean(
        &mut self,
        component: usize,
        (x, y): (u32, u32),
        mean: i32,
        step: u16,
    ) -> Result<(), Rejection> {
        let value = mean.wrapping_mul(step.into());
        if !(-self.bound..=self.bound).contains(&value) {
            return Err(Rejection::Corrupt);
        }
        let plane = &mut self.planes[component];
        if let Some(sample) = plane.samples.get_mut(y as usize * plane.stride + x as usize) {
            *sample = (((value + (1 << self.shift >> 1)) >> self.shift) + 128).clamp(0, 255) as u8;
        }
        Ok(())
    }

    /// Keeps a block's coefficients at the reduced size.
    pub(super) fn keep(
        &mut self,
        component: usize,
        (x, y): (u32, u32),
        coefficients: &Coefficients,
        quantisation: &Quantisation,
    ) -> Result<(), Rejection> {
        if self.keep_means_only() {
            return self.keep_mean(component, (x, y), coefficients[0], quantisation[0]);
        }
        let mean = coefficients[0].wrapping_mul(quantisation[0].into());
        if !(-self.bound..=self.bound).contains(&mean) {
            return Err(Rejection::Corrupt);
        }
        let samples = self.reduction.samples(&dequantised(coefficients, quantisation));
        let scale = 1.0 / (1 << (self.shift - 3)) as f32;
        let plane = &mut self.planes[component];
        let rows = plane.samples.chunks_exact_mut(plane.stride).skip(y as usize * self.side);
        for (row, samples) in rows.zip(samples.chunks_exact(self.side).take(self.side)) {
            let row = row.iter_mut().skip(x as usize * self.side);
            for (kept, sample) in row.zip(samples) {
                *kept = (sample * scale + 128.5).clamp(0.0, 255.0) as u8;
            }
        }
        Ok(())
    }

    /// The picture that the planes make, as stored.
    pub(super) fn picture(&self, frame: &Frame, colours: Colours) -> RgbImage {
        let reduced = |length: u32| (length * self.side as u32).div_ceil(8);
        let (width, height) = (reduced(frame.width), reduced(frame.height));
        let (most_h, most_v) = frame.largest_sampling();
        let mut picture = RgbImage::new(width, height);
        let stride = width as usize * 3;
        let mut lines = vec![vec![128; width as usize]; 3];
        for (y, row) in picture.chunks_exact_mut(stride.max(1)).enumerate() {
            for ((plane, component), line) in self.planes.iter().zip(&frame.components).zip(&mut lines) {
                let y = y * component.vertical as usize / most_v as usize;
                let samples = plane.samples.get(y * plane.stride..).unwrap_or_default();
                stretch(samples, line, component.horizontal as usize, most_h as usize);
            }
            let [first, second, third] = lines.as_slice() else { continue };
            let values = first.iter().zip(second.iter().zip(third));
            for (pixel, (first, (second, third))) in row.chunks_exact_mut(3).zip(values) {
                pixel.copy_from_slice(&match colours {
                    Colours::Grey => [*first; 3],
                    Colours::YCbCr => rgb(*first, *second, *third),
                    Colours::Rgb => [*first, *second, *third],
                });
            }
        }
        picture
    }
}

/// A line of samples, `own` of which stand for `most` pixels.
fn stretch(samples: &[u8], line: &mut [u8], own: usize, most: usize) {
    if most.is_multiple_of(own) {
        for (pixels, sample) in line.chunks_mut(most / own).zip(samples) {
            pixels.fill(*sample);
        }
    } else {
        for (x, pixel) in line.iter_mut().enumerate() {
            *pixel = samples.get(x * own / most).copied().unwrap_or(128);
        }
    }
}

/// By JFIF, in 1/65536.
fn rgb(y: u8, cb: u8, cr: u8) -> [u8; 3] {
    let (y, cb, cr) = (i32::from(y) << 16, i32::from(cb) - 128, i32::from(cr) - 128);
    let channel = |value: i32| ((value + (1 << 15)) >> 16).clamp(0, 255) as u8;
    [channel(y + 91_881 * cr), channel(y - 22_554 * cb - 46_802 * cr), channel(y + 116_130 * cb)]
}
