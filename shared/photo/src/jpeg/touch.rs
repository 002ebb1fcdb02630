//! Which blocks a mark touches, and how it covers their samples.

use super::block::Coefficients;
use super::frame::{Component, Frame};
use super::segments::Quantisation;
use super::transform::{Block, Transform, ZIGZAG};
use crate::mask::{CLEAR, Mask};

/// The largest quantised coefficient of 8-bit samples that every decoder takes.
const LARGEST: f32 = 1023.0;

/// What a component's samples are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Brightness, or a colour as such: letters are white, outlines black.
    Light,
    /// The difference of a colour from brightness: neither white nor black has any.
    Tint,
}

/// How the mark covers a block, sample by sample.
#[derive(Clone)]
struct Tile {
    keep: [u8; 64],
    add: [u8; 64],
}

/// The blocks of a component that the mark may touch.
pub(super) struct TouchedBlocks {
    meaning: Meaning,
    left: u32,
    top: u32,
    across: u32,
    tiles: Vec<Option<Box<Tile>>>,
}

impl TouchedBlocks {
    /// None where a sample of the component stands for no whole number of pixels.
    pub(super) fn new(frame: &Frame, component: &Component, meaning: Meaning, mask: &Mask) -> Option<Self> {
        let (h, v) = frame.scale(component)?;
        let (left, top) = (mask.left / (8 * h), mask.top / (8 * v));
        let across = (mask.left + mask.width()).div_ceil(8 * h) - left;
        let down = (mask.top + mask.height()).div_ceil(8 * v) - top;
        let mut touched = Self { meaning, left, top, across, tiles: Vec::new() };
        for y in top..top + down {
            let samples = (y * 8..y * 8 + 8).map(|y| touched.row(mask, y, (h, v)));
            let rows: Vec<_> = samples.collect();
            for x in 0..across as usize {
                let tile = Tile {
                    keep: std::array::from_fn(|i| rows[i / 8][x * 8 + i % 8].0),
                    add: std::array::from_fn(|i| rows[i / 8][x * 8 + i % 8].1),
                };
                let is_clear = tile.keep == [CLEAR.keep; 64] && tile.add == [CLEAR.add; 64];
                touched.tiles.push((!is_clear).then(|| Box::new(tile)));
            }
        }
        Some(touched)
    }

    /// How a row of samples is covered: the means over the pixels of each.
    fn row(&self, mask: &Mask, y: u32, (h, v): (u32, u32)) -> Vec<(u8, u8)> {
        let mut sums = vec![(0u32, 0u32); self.across as usize * 8];
        for y in y * v..(y + 1) * v {
            let covers = mask.row(y).chunks_exact(2);
            let before = mask.left - self.left * 8 * h;
            let clear = [CLEAR.keep, CLEAR.add];
            let padded = std::iter::repeat_n(clear.as_slice(), before as usize).chain(covers);
            let mut padded = padded.chain(std::iter::repeat(clear.as_slice()));
            for (keep, add) in &mut sums {
                for cover in padded.by_ref().take(h as usize) {
                    *keep += u32::from(cover[0]);
                    *add += u32::from(cover[1]);
                }
            }
        }
        let mean = |sum: u32| ((sum + h * v / 2) / (h * v)) as u8;
        sums.into_iter().map(|(keep, add)| (mean(keep), mean(add))).collect()
    }

    fn tile(&self, x: u32, y: u32) -> Option<&Tile> {
        let column = x.checked_sub(self.left).filter(|x| *x < self.across)?;
        let row = y.checked_sub(self.top)?;
        self.tiles.get((row * self.across + column) as usize)?.as_deref()
    }

    pub(super) fn touches(&self, x: u32, y: u32) -> bool {
        self.tile(x, y).is_some()
    }

    /// The rows of blocks that are touched.
    pub(super) fn rows(&self) -> std::ops::Range<u32> {
        self.top..self.top + self.tiles.len() as u32 / self.across.max(1)
    }

    /// The columns of blocks that are touched.
    pub(super) fn columns(&self) -> std::ops::Range<u32> {
        self.left..self.left + self.across
    }

    /// The block's coefficients with the mark on it.
    pub(super) fn marked(
        &self,
        (x, y): (u32, u32),
        coefficients: &Coefficients,
        quantisation: &Quantisation,
        transform: &Transform,
    ) -> Coefficients {
        let Some(tile) = self.tile(x, y) else { return *coefficients };
        let mut samples = transform.inverse(&dequantised(coefficients, quantisation));
        let centre = 128.0;
        for (sample, (keep, add)) in samples.iter_mut().zip(tile.keep.iter().zip(tile.add)) {
            // As a decoder would show it.
            let shown = sample.clamp(-centre, centre - 1.0);
            let keep = f32::from(*keep) / 255.0;
            *sample = match self.meaning {
                Meaning::Light => (shown + centre) * keep + f32::from(add) - centre,
                Meaning::Tint => shown * keep,
            };
        }
        let transformed = transform.forward(&samples);
        let mut marked = [0; 64];
        for ((value, place), step) in marked.iter_mut().zip(ZIGZAG).zip(quantisation) {
            let quotient = transformed[usize::from(place)] / f32::from(*step);
            *value = quotient.round().clamp(-LARGEST, LARGEST) as i32;
        }
        marked
    }
}

/// A block's coefficients row by row.
pub(super) fn dequantised(coefficients: &Coefficients, quantisation: &Quantisation) -> Block {
    let mut block = [0.0; 64];
    for ((value, place), step) in coefficients.iter().zip(ZIGZAG).zip(quantisation) {
        block[usize::from(place)] = *value as f32 * f32::from(*step);
    }
    block
}
