//! Smaller copies of pictures: each pixel is the mean of the area it stands for.

/// Shrinks rows of pixels of `N` channels from one size to another, which is no larger.
pub(crate) fn shrink<const N: usize>(pixels: &[u8], from: (u32, u32), to: (u32, u32)) -> Vec<u8> {
    // To the nearest: in numbers from 2 to the 23rd on, the last bit is 1.
    means::<N, u8>(pixels, from, to, |value| (value + 8_388_608.0).to_bits() as u8)
}

/// The means of `N` channels over the areas that a picture of another size has for pixels.
pub(crate) fn means<const N: usize, T: Copy>(
    pixels: &[u8],
    (from_width, from_height): (u32, u32),
    (width, height): (u32, u32),
    rounded: impl Fn(f32) -> T + Copy,
) -> Vec<T> {
    let stride = from_width as usize * N;
    let (columns, rows) = (Areas::new(from_width, width), Areas::new(from_height, height));
    let mut shrunk = vec![rounded(0.0); width as usize * height as usize * N];
    let (means, _) = shrunk.as_chunks_mut::<N>();
    // Behind the line, what an area at its end has no weight for.
    let mut sums = vec![0.0f32; stride + columns.longest * N];
    for ((from, weights), means) in rows.iter().zip(means.chunks_exact_mut(width.max(1) as usize)) {
        sums[..stride].fill(0.0);
        let below = pixels.get(from * stride..).unwrap_or_default();
        for (row, weight) in below.chunks_exact(stride.max(1)).zip(weights) {
            for (sum, value) in sums.iter_mut().zip(row) {
                *sum += weight * f32::from(*value);
            }
        }
        let (sums, _) = sums.as_chunks::<N>();
        for ((from, weights), mean) in columns.iter().zip(means) {
            let mut sum = [0.0; N];
            for (sums, weight) in sums[from..].iter().zip(weights) {
                for (sum, value) in sum.iter_mut().zip(sums) {
                    *sum += weight * value;
                }
            }
            *mean = sum.map(rounded);
        }
    }
    shrunk
}

/// The pixels of a line that those of a shorter line stand for, and the part of each.
struct Areas {
    /// Where each begins.
    from: Vec<usize>,
    /// As many of each as the longest has; what is too much is 0.
    weights: Vec<f32>,
    longest: usize,
}

impl Areas {
    fn new(from: u32, to: u32) -> Self {
        // A pixel of the longer line is `to` units long, one of the shorter line `from`.
        let (from, to) = (u64::from(from.max(1)), u64::from(to.max(1)));
        let first = |index: u64| index * from / to;
        let longest =
            (0..to).map(|index| ((index + 1) * from).div_ceil(to) - first(index)).max().unwrap_or(1);
        let part = |index: u64, pixel: u64| {
            let (start, end) = (index * from, (index + 1) * from);
            let overlap = end.min((pixel + 1) * to).saturating_sub(start.max(pixel * to));
            overlap as f32 / from as f32
        };
        let weights = (0..to).flat_map(|index| (0..longest).map(move |k| part(index, first(index) + k)));
        Self {
            from: (0..to).map(|index| first(index) as usize).collect(),
            weights: weights.collect(),
            longest: longest as usize,
        }
    }

    fn iter(&self) -> impl Iterator<Item = (usize, &[f32])> {
        self.from.iter().copied().zip(self.weights.chunks_exact(self.longest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pixel_is_the_mean_of_its_area() {
        assert_eq!(shrink::<1>(&[0, 100, 200, 40, 60, 80], (3, 2), (1, 1)), [80]);
        // Two thirds of the first and a third of the middle, and so on.
        assert_eq!(shrink::<1>(&[0, 90, 30], (3, 1), (2, 1)), [30, 50]);
        assert_eq!(shrink::<3>(&[1, 2, 3, 5, 6, 7], (2, 1), (1, 1)), [3, 4, 5]);
        assert_eq!(shrink::<1>(&[7, 8, 9], (3, 1), (3, 1)), [7, 8, 9]);
    }

    #[test]
    fn an_even_ground_stays_so_at_any_size() {
        for (width, height) in [(1, 1), (7, 5), (99, 1), (100, 60)] {
            let shrunk = shrink::<1>(&[255; 6000], (100, 60), (width, height));
            assert_eq!(shrunk.len() as u32, width * height);
            assert!(shrunk.iter().all(|value| *value == 255), "{width} x {height}");
        }
    }
}
