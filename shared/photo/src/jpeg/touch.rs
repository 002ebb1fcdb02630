//! Which blocks a mark touches, and how it covers their samples.

use std::rc::Rc;

use super::block::Coefficients;
use super::segments::Quantisation;
use super::transform::{Block, Transform};
use crate::mask::Mask;

/// The largest quantised coefficient of 8-bit samples that every decoder takes.
const LARGEST: f32 = 1023.0;

/// 1.5 times 2 to the 23rd. To round by adding it takes no function, which older processors don't have, and no look at
/// whether the number fits.
const ROUNDER: f32 = 12_582_912.0;

/// What a component's samples are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Brightness, or a colour as such: letters are white, outlines black.
    Light,
    /// The difference of a colour from brightness: neither white nor black has any.
    Tint,
}

/// What a mark does to a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Touch {
    Nothing,
    Part,
    /// Nothing is left of what was there.
    Whole,
}

/// The eight samples of a row of a block.
type Row = [u8; 8];

/// How the mark covers a component's samples.
struct Coverage {
    across: u32,
    /// By row of samples, by block in it: how much of each sample goes.
    taken: Vec<Row>,
    /// What comes instead.
    added: Vec<Row>,
    /// By row of blocks, by block in it.
    touched: Vec<Touch>,
}

/// The blocks of a component that the mark may touch.
pub(super) struct TouchedBlocks {
    meaning: Meaning,
    left: u32,
    top: u32,
    coverage: Rc<Coverage>,
}

impl TouchedBlocks {
    /// Of a component whose samples each stand for `h` by `v` pixels.
    pub(super) fn new((h, v): (u32, u32), meaning: Meaning, mask: &Mask) -> Self {
        let (left, top) = (mask.left / (8 * h), mask.top / (8 * v));
        let across = (mask.left + mask.width()).div_ceil(8 * h) - left;
        let down = (mask.top + mask.height()).div_ceil(8 * v) - top;
        let mut sums = Sums::new(mask, left * 8 * h, across, (h, v));
        let rows = (across * down * 8) as usize;
        let (mut taken, mut added) = (vec![[0; 8]; rows], vec![[0; 8]; rows]);
        let stride = across.max(1) as usize;
        let lines = taken.chunks_exact_mut(stride).zip(added.chunks_exact_mut(stride));
        for ((taken, added), y) in lines.zip(top * 8..) {
            sums.of_row(y);
            sums.means(taken, added);
        }
        Self { meaning, left, top, coverage: Coverage::new(across, taken, added).into() }
    }

    /// The same for a component of the same sampling.
    pub(super) fn of_twin(&self, meaning: Meaning) -> Self {
        Self { meaning, coverage: Rc::clone(&self.coverage), ..*self }
    }

    /// The block's column and row among those that may be touched.
    fn place(&self, x: u32, y: u32) -> Option<(u32, u32)> {
        let column = x.checked_sub(self.left).filter(|column| *column < self.coverage.across)?;
        Some((column, y.checked_sub(self.top)?))
    }

    pub(super) fn touch(&self, x: u32, y: u32) -> Touch {
        let touch = |(column, row)| {
            self.coverage.touched.get((row * self.coverage.across + column) as usize).copied()
        };
        self.place(x, y).and_then(touch).unwrap_or(Touch::Nothing)
    }

    /// The rows of blocks that are touched.
    pub(super) fn rows(&self) -> std::ops::Range<u32> {
        self.top..self.top + self.coverage.touched.len() as u32 / self.coverage.across.max(1)
    }

    /// The columns of blocks that are touched.
    pub(super) fn columns(&self) -> std::ops::Range<u32> {
        self.left..self.left + self.coverage.across
    }

    /// The block's coefficients with the mark on it. Where that covers the whole block, they don't matter.
    pub(super) fn marked(
        &self,
        (x, y): (u32, u32),
        coefficients: &Coefficients,
        quantisation: &Quantisation,
        transform: &Transform,
    ) -> Coefficients {
        let Some(place) = self.place(x, y) else { return *coefficients };
        let mut samples = match (self.touch(x, y), self.meaning) {
            (Touch::Nothing, _) => return *coefficients,
            (Touch::Whole, Meaning::Tint) => return [0; 64],
            (Touch::Whole, Meaning::Light) => [0.0; 64],
            (Touch::Part, _) => transform.inverse(&dequantised(coefficients, quantisation)),
        };
        let (rows, _) = samples.as_chunks_mut::<8>();
        for (samples, (taken, added)) in rows.iter_mut().zip(self.coverage.rows(place)) {
            self.meaning.cover(samples, taken, added);
        }
        let transformed = transform.forward(&samples);
        let mut marked = [0; 64];
        for ((value, frequency), step) in marked.iter_mut().zip(transformed).zip(quantisation) {
            let quotient = (frequency / f32::from(*step)).clamp(-LARGEST, LARGEST);
            // To the nearest: in so large a number, the last bit is 1.
            *value = (quotient + ROUNDER).to_bits() as i32 - ROUNDER.to_bits() as i32;
        }
        marked
    }
}

impl Meaning {
    /// Covers samples around 0.
    #[inline(always)]
    fn cover(self, samples: &mut [f32; 8], taken: &Row, added: &Row) {
        const CENTRE: f32 = 128.0;
        for ((sample, taken), added) in samples.iter_mut().zip(taken).zip(added) {
            // As a decoder would show it.
            let shown = sample.clamp(-CENTRE, CENTRE - 1.0);
            let keep = f32::from(255 - taken) * (1.0 / 255.0);
            *sample = match self {
                Meaning::Light => (shown + CENTRE) * keep + f32::from(*added) - CENTRE,
                Meaning::Tint => shown * keep,
            };
        }
    }
}

impl Coverage {
    fn new(across: u32, taken: Vec<Row>, added: Vec<Row>) -> Self {
        let blocks = taken.len() as u32 / 8;
        let mut coverage = Self { across, taken, added, touched: Vec::new() };
        let places = (0..blocks).map(|place| (place % across, place / across));
        coverage.touched = places.map(|place| coverage.touch(place)).collect();
        coverage
    }

    fn touch(&self, place: (u32, u32)) -> Touch {
        if self.rows(place).all(|(taken, added)| *taken == [0; 8] && *added == [0; 8]) {
            Touch::Nothing
        } else if self.rows(place).all(|(taken, _)| *taken == [255; 8]) {
            Touch::Whole
        } else {
            Touch::Part
        }
    }

    /// What of each row of a block's samples goes and comes.
    fn rows(&self, (column, row): (u32, u32)) -> impl Iterator<Item = (&Row, &Row)> {
        let across = self.across as usize;
        let from = row as usize * 8 * across + column as usize;
        let (taken, added) = (self.taken.get(from..), self.added.get(from..));
        let rows = taken.unwrap_or_default().iter().zip(added.unwrap_or_default());
        rows.step_by(across.max(1)).take(8)
    }
}

/// A block's coefficients as they were before the division.
pub(super) fn dequantised(coefficients: &Coefficients, quantisation: &Quantisation) -> Block {
    std::array::from_fn(|place| coefficients[place] as f32 * f32::from(quantisation[place]))
}

/// How much of a row of samples the mark takes and adds: means over the pixels of each.
struct Sums<'m> {
    mask: &'m Mask,
    /// Where the mask begins behind the first block.
    before: usize,
    h: u32,
    v: u32,
    /// By pixel: what all rows take and add. Nothing where the mask doesn't reach.
    sums: Vec<[u16; 2]>,
}

impl<'m> Sums<'m> {
    fn new(mask: &'m Mask, left: u32, across: u32, (h, v): (u32, u32)) -> Self {
        let sums = vec![[0; 2]; (across * 8 * h) as usize];
        Self { mask, before: (mask.left - left) as usize, h, v, sums }
    }

    fn of_row(&mut self, y: u32) {
        let sums = self.sums.as_flattened_mut();
        sums.fill(0);
        let covered = &mut sums[self.before * 2..];
        for y in y * self.v..(y + 1) * self.v {
            for (sum, cover) in covered.iter_mut().zip(self.mask.row(y)) {
                *sum += u16::from(*cover);
            }
        }
    }

    fn means(&self, taken: &mut [Row], added: &mut [Row]) {
        // Sixteen pixels at most, so that sums have room in 16 bits.
        let area = (self.h * self.v) as u16;
        if area.is_power_of_two() {
            let shift = area.trailing_zeros();
            self.rounded(taken, added, |sum| ((sum + area / 2) >> shift) as u8);
        } else {
            self.rounded(taken, added, |sum| ((sum + area / 2) / area) as u8);
        }
    }

    #[inline(always)]
    fn rounded(&self, taken: &mut [Row], added: &mut [Row], mean: impl Fn(u16) -> u8) {
        match self.h {
            1 => self.of_pixels::<1>(taken, added, mean),
            2 => self.of_pixels::<2>(taken, added, mean),
            3 => self.of_pixels::<3>(taken, added, mean),
            _ => self.of_pixels::<4>(taken, added, mean),
        }
    }

    /// Of so many pixels across.
    #[inline(always)]
    fn of_pixels<const H: usize>(&self, taken: &mut [Row], added: &mut [Row], mean: impl Fn(u16) -> u8) {
        let (samples, _) = self.sums.as_chunks::<H>();
        let (rows, _) = samples.as_chunks::<8>();
        for ((taken, added), samples) in taken.iter_mut().zip(added).zip(rows) {
            let sum = |sample: usize, of: usize| samples[sample].iter().map(|pixel| pixel[of]).sum();
            *taken = std::array::from_fn(|sample| mean(sum(sample, 0)));
            *added = std::array::from_fn(|sample| mean(sum(sample, 1)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_covered_by_the_mean_of_their_pixels_and_blocks_touched_where_any_is() {
        let (width, height) = (53, 21);
        let cover = |x: u32, y: u32| if x < 30 && y != 7 { [(x * 9) as u8, (y * 12) as u8] } else { [0, 0] };
        let pixels = (0..height).flat_map(|y| (0..width).flat_map(move |x| cover(x, y)));
        let mask = Mask::new((5, 18), (width, height), pixels.collect());
        let at = |x: u32, y: u32| match (x.checked_sub(5), y.checked_sub(18)) {
            (Some(x), Some(y)) if x < width && y < height => cover(x, y),
            _ => [0, 0],
        };
        for (h, v) in (1..=4).flat_map(|h| (1..=4).map(move |v| (h, v))) {
            let blocks = TouchedBlocks::new((h, v), Meaning::Light, &mask);
            let mean = |x: u32, y: u32, of: usize| {
                let pixels = (0..v).flat_map(|down| (0..h).map(move |across| (x * h + across, y * v + down)));
                let sum: u32 = pixels.map(|(x, y)| u32::from(at(x, y)[of])).sum();
                ((sum + h * v / 2) / (h * v)) as u8
            };
            for (x, y) in blocks.rows().flat_map(|y| blocks.columns().map(move |x| (x, y))) {
                let place = blocks.place(x, y).unwrap();
                let mut touched = false;
                let rows: Vec<_> = blocks.coverage.rows(place).collect();
                assert_eq!(rows.len(), 8);
                for (row, (taken, added)) in (y * 8..).zip(rows) {
                    let of = |of| std::array::from_fn(|column| mean(x * 8 + column as u32, row, of));
                    assert_eq!((*taken, *added), (of(0), of(1)), "{h} by {v} pixels, block {x}, {y}");
                    touched |= taken.iter().chain(added).any(|value| *value > 0);
                }
                assert_eq!(blocks.touch(x, y) != Touch::Nothing, touched);
            }
            assert_eq!(blocks.touch(blocks.columns().end, blocks.rows().start), Touch::Nothing);
            assert_eq!(blocks.touch(blocks.columns().start, blocks.rows().end), Touch::Nothing);
        }
    }

    #[test]
    fn of_a_block_that_is_wholly_covered_nothing_is_left() {
        let added = |x: u32, y: u32| (x * 9 + y * 3) as u8;
        // Of the second block, half a row is left as it was.
        let cover = |x: u32, y: u32| if (x, y) < (12, 0) || y > 0 { [255, added(x, y)] } else { [0, 0] };
        let pixels = (0..8).flat_map(|y| (0..16).flat_map(move |x| cover(x, y)));
        let mask = Mask::new((8, 16), (16, 8), pixels.collect());
        let light = TouchedBlocks::new((1, 1), Meaning::Light, &mask);
        let touches = [(0, 2), (1, 2), (2, 2), (1, 1)].map(|(x, y)| light.touch(x, y));
        assert_eq!(touches, [Touch::Nothing, Touch::Whole, Touch::Part, Touch::Nothing]);
        let (transform, before) = (Transform::new(), std::array::from_fn(|place| place as i32 * 3 - 90));
        let marked = |blocks: &TouchedBlocks, before| blocks.marked((1, 2), before, &[1; 64], &transform);
        let found = marked(&light, &before);
        assert_eq!(found, marked(&light, &[0; 64]));
        let samples = transform.inverse(&dequantised(&found, &[1; 64]));
        for (place, sample) in (0..).zip(samples) {
            let expected = f32::from(added(place % 8, place / 8)) - 128.0;
            assert!((sample - expected).abs() < 2.0, "{sample} for {expected} at {place}");
        }
        assert_eq!(marked(&light.of_twin(Meaning::Tint), &before), [0; 64]);
    }
}
