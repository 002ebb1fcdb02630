//! The picture in few samples a block, out of the same walk that checks and marks it.

use image::RgbImage;

use super::block::Coefficients;
use super::frame::{Component, Frame};
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
        let mut lines: Vec<_> = self
            .planes
            .iter()
            .zip(&frame.components)
            .map(|(plane, component)| Line::new(plane, component, frame.largest_sampling(), width as usize))
            .collect();
        let mut picture = RgbImage::new(width, height);
        let stride = width as usize * 3;
        for (y, row) in picture.chunks_exact_mut(stride.max(1)).enumerate() {
            lines.iter_mut().for_each(|line| line.move_to(y));
            let (pixels, _) = row.as_chunks_mut::<3>();
            match (colours, lines.as_slice()) {
                (Colours::YCbCr, [first, second, third]) => {
                    first.zip(second, third, pixels, rgb);
                }
                (Colours::Rgb, [first, second, third]) => {
                    first.zip(second, third, pixels, |red, green, blue| [red, green, blue]);
                }
                (_, [first, ..]) => first.zip(first, first, pixels, |grey, _, _| [grey; 3]),
                (_, []) => {}
            }
        }
        picture
    }
}

/// A line of the picture as one of its planes has it.
struct Line<'p> {
    plane: &'p Plane,
    /// So many of the plane's samples stand for so many pixels, across and down.
    own: (usize, usize),
    most: (usize, usize),
    /// The plane's row that the pixels were made of.
    row: Option<usize>,
    pixels: Vec<u8>,
}

impl<'p> Line<'p> {
    fn new(plane: &'p Plane, component: &Component, (most_h, most_v): (u32, u32), width: usize) -> Self {
        Self {
            plane,
            own: (component.horizontal as usize, component.vertical as usize),
            most: (most_h as usize, most_v as usize),
            row: None,
            pixels: vec![128; width],
        }
    }

    fn move_to(&mut self, y: usize) {
        let row = y * self.own.1 / self.most.1;
        if self.row.replace(row) != Some(row) {
            let samples = self.plane.samples.get(row * self.plane.stride..).unwrap_or_default();
            stretch(samples, &mut self.pixels, self.own.0, self.most.0);
        }
    }

    /// Makes pixels out of this plane's values and those of two others.
    #[inline(always)]
    fn zip(&self, second: &Self, third: &Self, pixels: &mut [[u8; 3]], made: impl Fn(u8, u8, u8) -> [u8; 3]) {
        let others = second.pixels.iter().zip(&third.pixels);
        for (pixel, (first, (second, third))) in pixels.iter_mut().zip(self.pixels.iter().zip(others)) {
            *pixel = made(*first, *second, *third);
        }
    }
}

/// A line of samples, `own` of which stand for `most` pixels.
fn stretch(samples: &[u8], line: &mut [u8], own: usize, most: usize) {
    if most == own {
        line.iter_mut().zip(samples).for_each(|(pixel, sample)| *pixel = *sample);
    } else if most == own * 2 {
        let (pairs, last) = line.as_chunks_mut::<2>();
        last.copy_from_slice(&samples.get(pairs.len()..).unwrap_or_default()[..last.len()]);
        pairs.iter_mut().zip(samples).for_each(|(pixels, sample)| *pixels = [*sample; 2]);
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
