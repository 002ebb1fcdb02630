//! Which blocks a mark touches, and how it covers their samples.

use std::rc::Rc;

use super::block::Coefficients;
use super::segments::Quantisation;
use super::transform::{Block, Transform, ZIGZAG};
use crate::mask::Mask;

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
    taken: [u8; 64],
    added: [u8; 64],
}

/// The blocks of a component that the mark may touch.
pub(super) struct TouchedBlocks {
    meaning: Meaning,
    left: u32,
    top: u32,
    across: u32,
    tiles: Rc<[Option<Box<Tile>>]>,
}

impl TouchedBlocks {
    /// Of a component whose samples each stand for `h` by `v` pixels.
    pub(super) fn new((h, v): (u32, u32), meaning: Meaning, mask: &Mask) -> Self {
        let (left, top) = (mask.left / (8 * h), mask.top / (8 * v));
        let across = (mask.left + mask.width()).div_ceil(8 * h) - left;
        let down = (mask.top + mask.height()).div_ceil(8 * v) - top;
        let mut tiles: Vec<_> = (0..across * down).map(|_| None).collect();
        let mut sums = Sums::new(mask, left * 8 * h, across, (h, v));
        for (tiles, y) in tiles.chunks_exact_mut(across.max(1) as usize).zip(top..) {
            for (row, y) in (y * 8..y * 8 + 8).enumerate() {
                sums.of_row(y);
                sums.fill(tiles, row * 8);
            }
        }
        Self { meaning, left, top, across, tiles: tiles.into() }
    }

    /// The same for a component of the same sampling.
    pub(super) fn of_twin(&self, meaning: Meaning) -> Self {
        Self { meaning, tiles: Rc::clone(&self.tiles), ..*self }
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
        for (sample, (taken, added)) in samples.iter_mut().zip(tile.taken.iter().zip(tile.added)) {
            // As a decoder would show it.
            let shown = sample.clamp(-centre, centre - 1.0);
            let keep = f32::from(255 - taken) / 255.0;
            *sample = match self.meaning {
                Meaning::Light => (shown + centre) * keep + f32::from(added) - centre,
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

/// How much of a row of samples the mark takes and adds: means over the pixels of each.
struct Sums<'m> {
    mask: &'m Mask,
    /// Where the mask begins behind the first tile.
    before: usize,
    h: usize,
    v: u32,
    /// By pixel: what all rows take and add. Nothing where the mask doesn't reach.
    sums: Vec<[u16; 2]>,
}

impl<'m> Sums<'m> {
    fn new(mask: &'m Mask, left: u32, across: u32, (h, v): (u32, u32)) -> Self {
        let sums = vec![[0; 2]; (across * 8 * h) as usize];
        Self { mask, before: (mask.left - left) as usize, h: h as usize, v, sums }
    }

    fn of_row(&mut self, y: u32) {
        let sums = self.sums.as_flattened_mut();
        sums.fill(0);
        for y in y * self.v..(y + 1) * self.v {
            for (sum, cover) in sums.iter_mut().skip(self.before * 2).zip(self.mask.row(y)) {
                *sum += u16::from(*cover);
            }
        }
    }

    /// Fills the row of the tiles' samples that begins at `from`.
    fn fill(&self, tiles: &mut [Option<Box<Tile>>], from: usize) {
        let area = self.h as u32 * self.v;
        let shift = area.is_power_of_two().then(|| area.trailing_zeros());
        let mean = |sum: u32| shift.map_or((sum + area / 2) / area, |shift| (sum + area / 2) >> shift) as u8;
        for (tile, sums) in tiles.iter_mut().zip(self.sums.chunks_exact(8 * self.h)) {
            if sums.as_flattened().iter().fold(0, |any, sum| any | sum) == 0 {
                continue;
            }
            let tile = tile.get_or_insert_with(|| Box::new(Tile { taken: [0; 64], added: [0; 64] }));
            let samples = tile.taken[from..].iter_mut().zip(&mut tile.added[from..]);
            for ((taken, added), sums) in samples.zip(sums.chunks_exact(self.h)) {
                let sum = |of: usize| sums.iter().map(|sum| u32::from(sum[of])).sum();
                (*taken, *added) = (mean(sum(0)), mean(sum(1)));
            }
        }
    }
}
