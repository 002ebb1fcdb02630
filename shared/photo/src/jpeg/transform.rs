//! The cosine transform of blocks, there and back, and back to fewer samples.

/// The place, column by column, of each coefficient in the file's order.
pub(super) const ZIGZAG: [u8; 64] = [
    0, 8, 1, 2, 9, 16, 24, 17, 10, 3, 4, 11, 18, 25, 32, 40, 33, 26, 19, 12, 5, 6, 13, 20, 27, 34, 41, 48,
    56, 49, 42, 35, 28, 21, 14, 7, 15, 22, 29, 36, 43, 50, 57, 58, 51, 44, 37, 30, 23, 31, 38, 45, 52, 59,
    60, 53, 46, 39, 47, 54, 61, 62, 55, 63,
];

/// A block of samples row by row, or of coefficients column by column: what one way through a transform makes of the
/// other with a single turn.
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

/// Transforms whole blocks. Frequencies of even number are the same in both halves of a line, those of odd number
/// the opposite, so that half of the products are enough.
pub(super) struct Transform {
    /// By sample of the first half, by frequency.
    by_sample: [[f32; 8]; 4],
}

impl Transform {
    pub(super) fn new() -> Self {
        let [first, second, third, fourth, ..] = Basis::<8>::new().0;
        Self { by_sample: [first, second, third, fourth] }
    }

    /// From coefficients to samples around 0.
    pub(super) fn inverse(&self, coefficients: &Block) -> Block {
        self.samples_of_columns(&transposed(&self.samples_of_columns(coefficients)))
    }

    /// From samples around 0 to coefficients.
    pub(super) fn forward(&self, samples: &Block) -> Block {
        self.frequencies_of_columns(&transposed(&self.frequencies_of_columns(samples)))
    }

    fn samples_of_columns(&self, frequencies: &Block) -> Block {
        let (rows, _) = frequencies.as_chunks::<8>();
        let mut samples = [0.0; 64];
        for (number, weights) in self.by_sample.iter().enumerate() {
            let (mut even, mut odd) = ([0.0; 8], [0.0; 8]);
            for (rows, weights) in rows.chunks_exact(2).zip(weights.chunks_exact(2)) {
                add_weighted(&mut even, &rows[0], weights[0]);
                add_weighted(&mut odd, &rows[1], weights[1]);
            }
            for column in 0..8 {
                samples[number * 8 + column] = even[column] + odd[column];
                samples[(7 - number) * 8 + column] = even[column] - odd[column];
            }
        }
        samples
    }

    fn frequencies_of_columns(&self, samples: &Block) -> Block {
        let mut halves = [[[0.0; 8]; 4]; 2];
        for (row, column) in (0..4).flat_map(|row| (0..8).map(move |column| (row, column))) {
            let (sample, mirrored) = (samples[row * 8 + column], samples[(7 - row) * 8 + column]);
            halves[0][row][column] = sample + mirrored;
            halves[1][row][column] = sample - mirrored;
        }
        let mut frequencies = [0.0; 64];
        let (rows, _) = frequencies.as_chunks_mut::<8>();
        for (number, frequency) in rows.iter_mut().enumerate() {
            for (half, weights) in halves[number % 2].iter().zip(&self.by_sample) {
                add_weighted(frequency, half, weights[number]);
            }
        }
        frequencies
    }
}

/// Rows of eight are what the compiler makes vectors of.
#[inline(always)]
fn add_weighted(sums: &mut [f32; 8], values: &[f32; 8], weight: f32) {
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum += weight * value;
    }
}

fn transposed(block: &Block) -> Block {
    std::array::from_fn(|place| block[place % 8 * 8 + place / 8])
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
                    columns[y * side + u] += weight * coefficients[u * 8 + v];
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
    fn each_coefficient_is_the_sum_that_the_standard_defines() {
        let (samples, coefficients) = (ramp(), Transform::new().forward(&ramp()));
        for (v, u) in (0..8).flat_map(|v| (0..8).map(move |u| (v, u))) {
            let norm = |frequency| if frequency == 0 { 0.5_f32.sqrt() } else { 1.0 };
            let terms =
                (0..64).map(|i| samples[i] * cosine((2 * (i % 8) + 1) * u) * cosine((2 * (i / 8) + 1) * v));
            let expected = terms.sum::<f32>() * norm(u) * norm(v) / 4.0;
            assert!((coefficients[u * 8 + v] - expected).abs() < 1e-3, "{u}, {v}");
        }
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
