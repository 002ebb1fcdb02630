//! The cosine transform of blocks, there and back, and back to fewer samples.

/// The natural place, row by row, of each coefficient in the file's order.
pub(super) const ZIGZAG: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7,
    14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39,
    46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// A block of samples or of coefficients, row by row.
pub(super) type Block = [f32; 64];

/// Cosine of k π / 16.
fn cosine(k: usize) -> f32 {
    // Written out, as the functions of different machines may differ in the last bit.
    const QUARTER: [f32; 9] = [
        1.0,
        0.980_785_25,
        0.923_879_5,
        0.831_469_6,
        0.707_106_77,
        0.555_570_24,
        0.382_683_43,
        0.195_090_32,
        0.0,
    ];
    match k % 32 {
        k @ 0..=8 => QUARTER[k],
        k @ 9..=16 => -QUARTER[16 - k],
        k @ 17..=24 => -QUARTER[k - 16],
        k => QUARTER[32 - k],
    }
}

/// The transform of rows or columns of `SIDE` samples as a matrix: by sample, by frequency.
struct Basis<const SIDE: usize>([[f32; SIDE]; SIDE]);

impl<const SIDE: usize> Basis<SIDE> {
    /// Such that the lowest frequencies of a block of 8 by 8 give the block at a smaller size.
    fn new() -> Self {
        let side = SIDE as f32;
        Self(std::array::from_fn(|sample| {
            std::array::from_fn(|frequency| {
                let norm = if frequency == 0 { (1.0 / side).sqrt() } else { (2.0 / side).sqrt() };
                let shrink = (side / 8.0).sqrt();
                norm * shrink * cosine((2 * sample + 1) * frequency * (8 / SIDE))
            })
        }))
    }
}

/// Transforms whole blocks.
pub(super) struct Transform {
    by_sample: [[f32; 8]; 8],
    by_frequency: [[f32; 8]; 8],
}

impl Transform {
    pub(super) fn new() -> Self {
        let by_sample = Basis::<8>::new().0;
        let by_frequency = std::array::from_fn(|f| std::array::from_fn(|s| by_sample[s][f]));
        Self { by_sample, by_frequency }
    }

    /// From coefficients to samples around 0.
    pub(super) fn inverse(&self, coefficients: &Block) -> Block {
        multiplied(&self.by_sample, coefficients, &self.by_frequency)
    }

    /// From samples around 0 to coefficients.
    pub(super) fn forward(&self, samples: &Block) -> Block {
        multiplied(&self.by_frequency, samples, &self.by_sample)
    }
}

/// left · middle · right. Rows of eight are what the compiler makes vectors of.
fn multiplied(left: &[[f32; 8]; 8], middle: &Block, right: &[[f32; 8]; 8]) -> Block {
    let mut result = [0.0; 64];
    for (row, weights) in result.chunks_exact_mut(8).zip(left) {
        let mut half = [0.0; 8];
        for (weight, values) in weights.iter().zip(middle.chunks_exact(8)) {
            for (sum, value) in half.iter_mut().zip(values) {
                *sum += weight * value;
            }
        }
        for (weight, values) in half.iter().zip(right) {
            for (sum, value) in row.iter_mut().zip(values) {
                *sum += weight * value;
            }
        }
    }
    result
}

/// Turns coefficients into fewer samples than they stand for.
pub(super) struct Reduction {
    side: usize,
    by_sample: Vec<f32>,
}

impl Reduction {
    /// To `side` by `side` samples a block: 2, 4 or 8.
    pub(super) fn new(side: usize) -> Self {
        let by_sample = match side {
            2 => Basis::<2>::new().0.concat(),
            4 => Basis::<4>::new().0.concat(),
            _ => Basis::<8>::new().0.concat(),
        };
        Self { side, by_sample }
    }

    /// Samples around 0, row by row, in the first places of the result.
    pub(super) fn samples(&self, coefficients: &Block) -> Block {
        let side = self.side;
        let mut columns = [0.0; 64];
        for (y, weights) in self.by_sample.chunks_exact(side).enumerate() {
            for (v, weight) in weights.iter().enumerate() {
                for u in 0..side {
                    columns[y * side + u] += weight * coefficients[v * 8 + u];
                }
            }
        }
        let mut samples = [0.0; 64];
        for (row, columns) in samples.chunks_exact_mut(side).zip(columns.chunks_exact(side)).take(side) {
            for (sample, weights) in row.iter_mut().zip(self.by_sample.chunks_exact(side)) {
                *sample = weights.iter().zip(columns).map(|(weight, value)| weight * value).sum();
            }
        }
        samples
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp() -> Block {
        std::array::from_fn(|i| (i % 8) as f32 * 10.0 - (i / 8) as f32 * 7.0 + ((i * 37) % 11) as f32)
    }

    fn mean(block: &Block, (x, y): (usize, usize), size: usize) -> f32 {
        let places = (0..size * size).map(|i| (y * size + i / size) * 8 + x * size + i % size);
        places.map(|place| block[place]).sum::<f32>() / (size * size) as f32
    }

    #[test]
    fn forward_and_back_gives_the_same_samples() {
        let transform = Transform::new();
        let back = transform.inverse(&transform.forward(&ramp()));
        assert!(back.iter().zip(ramp()).all(|(a, b)| (a - b).abs() < 1e-3), "{back:?}");
    }

    #[test]
    fn the_first_coefficient_is_eight_times_the_mean() {
        let coefficients = Transform::new().forward(&[13.0; 64]);
        assert!((coefficients[0] - 104.0).abs() < 1e-3);
        assert!(coefficients[1..].iter().all(|c| c.abs() < 1e-3));
    }

    #[test]
    fn fewer_samples_are_about_the_means_of_what_they_stand_for() {
        let smooth: Block = std::array::from_fn(|i| (i % 8) as f32 * 4.0 + (i / 8) as f32 * 9.0);
        let coefficients = Transform::new().forward(&smooth);
        for side in [2, 4, 8] {
            let samples = Reduction::new(side).samples(&coefficients);
            for y in 0..side {
                for x in 0..side {
                    let (found, expected) = (samples[y * side + x], mean(&smooth, (x, y), 8 / side));
                    // Not the means themselves: what is dropped would have evened them out.
                    assert!((found - expected).abs() < 4.0, "{side}: {found} for {expected} at {x}, {y}");
                }
            }
        }
    }

    #[test]
    fn the_order_of_coefficients_names_each_once() {
        let mut sorted = ZIGZAG;
        sorted.sort_unstable();
        assert!(sorted.iter().enumerate().all(|(i, place)| i == usize::from(*place)));
    }
}
