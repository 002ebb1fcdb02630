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
struct Tile {
    keep: [u8; 64],
    add: [u8; 64],
}

impl Tile {
    const CLEAR: Self = Self { keep: [CLEAR[0]; 64], add: [CLEAR[1]; 64] };
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
            let mut tiles: Vec<_> = (0..across).map(|_| None).collect();
            for (row, y) in (y * 8..y * 8 + 8).enumerate() {
                touched.fill_row(&mut tiles, row * 8, mask, y, (h, v));
            }
            touched.tiles.append(&mut tiles);
        }
        Some(touched)
    }

    /// Fills a row of samples, which begins at `from` in each tile: the means over the pixels of each sample.
    fn fill_row(
        &self,
        tiles: &mut [Option<Box<Tile>>],
        from: usize,
        mask: &Mask,
        y: u32,
        (h, v): (u32, u32),
    ) {
        // What is taken away and what is added; nothing where the mask doesn't reach.
        let mut sums = vec![(0u32, 0u32); tiles.len() * 8];
        let before = mask.left - self.left * 8 * h;
        for y in y * v..(y + 1) * v {
            let (mut sample, mut within) = ((before / h) as usize, before % h);
            for cover in mask.row(y).chunks_exact(2) {
                if let Some((taken, added)) = sums.get_mut(sample) {
                    *taken += u32::from(CLEAR[0] - cover[0]);
                    *added += u32::from(cover[1]);
                }
                within += 1;
                if within == h {
                    (sample, within) = (sample + 1, 0);
                }
            }
        }
        let mean = |sum: u32| ((sum + h * v / 2) / (h * v)) as u8;
        for (tile, sums) in tiles.iter_mut().zip(sums.chunks_exact(8)) {
            if sums.iter().all(|sums| *sums == (0, 0)) {
                continue;
            }
            let tile = tile.get_or_insert_with(|| Box::new(Tile::CLEAR));
            for (x, (taken, added)) in sums.iter().enumerate() {
                tile.keep[from + x] = CLEAR[0] - mean(*taken);
                tile.add[from + x] = mean(*added);
            }
        }
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
            let quotient = (transformed[usize::from(place)] / f32::from(*step)).clamp(-LARGEST, LARGEST);
            // To the nearest, without the function for it, which older processors don't have.
            *value = (quotient + 0.5_f32.copysign(quotient)) as i32;
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
