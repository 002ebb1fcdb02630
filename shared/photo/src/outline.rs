//! The dark edge around letters: everything within a distance of them.

/// Coverage from which on a pixel counts as part of a letter. A stroke thinner than a pixel covers none wholly.
const PART_OF_LETTER: u8 = 96;

/// The widest outline: the square of the next length is the last that 15 bits hold. Letters have a tenth of their
/// height, so that no picture needs more.
const WIDEST: usize = 180;

/// How much of each pixel lies within `radius` of the letters, whose coverage is given row by row, `width` a row.
pub(crate) fn outline(letters: &[u8], width: u32, radius: f32) -> Vec<u8> {
    let width = width.max(1) as usize;
    let reach = ((radius + 0.5).ceil() as usize).min(WIDEST);
    let soft = soft_edge(radius, reach);
    let heights = distances_in_columns(letters, width, reach);
    let mut covered = vec![0; letters.len()];
    let mut nearest = Nearest::new(width, reach);
    for (row, heights) in covered.chunks_exact_mut(width).zip(heights.chunks_exact(width)) {
        if heights.iter().all(|height| usize::from(*height) > reach) {
            continue;
        }
        nearest.in_row(heights, |x, square| row[x] = soft.get(square as usize).copied().unwrap_or(0));
    }
    covered
}

/// By squared distance: how much of a pixel is covered.
fn soft_edge(radius: f32, reach: usize) -> Vec<u8> {
    let covered = |square: usize| ((radius + 0.5 - (square as f32).sqrt()).clamp(0.0, 1.0) * 255.0).round();
    (0..=reach * reach).map(|square| covered(square) as u8).collect()
}

/// By pixel: how far above or below it the next pixel of a letter is, at most one more than `reach`.
fn distances_in_columns(letters: &[u8], width: usize, reach: usize) -> Vec<u8> {
    let far = (reach + 1) as u8;
    let mut distances: Vec<u8> =
        letters.iter().map(|covered| if *covered >= PART_OF_LETTER { 0 } else { far }).collect();
    let step = |row: &mut [u8], beside: &[u8]| {
        for (distance, beside) in row.iter_mut().zip(beside) {
            *distance = (*distance).min(beside.saturating_add(1));
        }
    };
    let rows = letters.len() / width;
    for y in 1..rows {
        let (above, rest) = distances.split_at_mut(y * width);
        step(&mut rest[..width], &above[(y - 1) * width..]);
    }
    for y in (1..rows).rev() {
        let (rest, below) = distances.split_at_mut(y * width);
        step(&mut rest[(y - 1) * width..], &below[..width]);
    }
    distances
}

/// Finds the squared distance to the nearest pixel of a letter, from the distances in each column.
struct Nearest {
    reach: usize,
    /// The squared distances in the columns, between as many far ones as the reach.
    squares: Vec<i16>,
}

impl Nearest {
    /// So many pixels are looked at together, as vectors.
    const TOGETHER: usize = 32;

    fn new(width: usize, reach: usize) -> Self {
        Self { reach, squares: vec![i16::MAX; width.next_multiple_of(Self::TOGETHER) + 2 * reach] }
    }

    /// Tells each pixel's place in the row, and its distance.
    fn in_row(&mut self, heights: &[u8], mut told: impl FnMut(usize, i16)) {
        let Self { reach, squares } = self;
        for (square, height) in squares[*reach..].iter_mut().zip(heights) {
            *square = i16::from(*height) * i16::from(*height);
        }
        for from in (0..heights.len()).step_by(Self::TOGETHER) {
            let mut nearest = [i16::MAX; Self::TOGETHER];
            for shift in 0..=*reach {
                let aside = (shift * shift) as i16;
                let beside = |place: usize| &squares[place..place + Self::TOGETHER];
                let (left, right) = (beside(from + *reach - shift), beside(from + *reach + shift));
                for ((nearest, left), right) in nearest.iter_mut().zip(left).zip(right) {
                    *nearest = (*nearest).min((*left).min(*right).saturating_add(aside));
                }
            }
            (from..heights.len()).zip(nearest).for_each(|(x, square)| told(x, square));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pixel_is_as_far_from_letters_as_the_nearest_pixel_of_one() {
        let (width, height) = (101usize, 40usize);
        let dots = [(0, 0), (31, 5), (32, 20), (64, 39), (100, 12), (97, 12)];
        let mut letters = vec![0; width * height];
        dots.iter().for_each(|(x, y)| letters[y * width + x] = 255);
        let covered = outline(&letters, width as u32, 7.0);
        for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
            let nearest =
                dots.iter().map(|(dot_x, dot_y)| x.abs_diff(*dot_x).pow(2) + y.abs_diff(*dot_y).pow(2));
            let distance = (nearest.min().unwrap() as f32).sqrt();
            let expected = ((7.5 - distance).clamp(0.0, 1.0) * 255.0).round() as u8;
            assert_eq!(covered[y * width + x], expected, "at {x}, {y}");
        }
    }

    #[test]
    fn a_dot_gets_a_disc() {
        const SIDE: usize = 31;
        let mut letters = vec![0; SIDE * SIDE];
        letters[15 * SIDE + 15] = 255;
        let covered = outline(&letters, SIDE as u32, 9.0);
        for y in 0..SIDE {
            for x in 0..SIDE {
                let (dx, dy) = (x as f32 - 15.0, y as f32 - 15.0);
                let expected = (9.5 - (dx * dx + dy * dy).sqrt()).clamp(0.0, 1.0) * 255.0;
                let found = f32::from(covered[y * SIDE + x]);
                assert!((found - expected).abs() <= 1.0, "{found} for {expected} at {x}, {y}");
            }
        }
    }
}
