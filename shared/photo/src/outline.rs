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
    let mut nearest = vec![i16::MAX; width];
    for (row, heights) in covered.chunks_exact_mut(width).zip(heights.chunks_exact(width)) {
        if heights.iter().all(|height| usize::from(*height) > reach) {
            continue;
        }
        nearest_in_row(heights, reach, &mut nearest);
        for (value, square) in row.iter_mut().zip(&nearest) {
            *value = soft.get(*square as usize).copied().unwrap_or(0);
        }
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

/// The squared distance to the nearest pixel of a letter, from the distances in each column.
fn nearest_in_row(heights: &[u8], reach: usize, nearest: &mut [i16]) {
    let square = |length: usize| (length * length) as i16;
    let squares: Vec<i16> = heights.iter().map(|height| i16::from(*height) * i16::from(*height)).collect();
    nearest.copy_from_slice(&squares);
    for shift in 1..=reach.min(squares.len().saturating_sub(1)) {
        let aside = square(shift);
        let closer = |nearest: &mut [i16], squares: &[i16]| {
            for (nearest, square) in nearest.iter_mut().zip(squares) {
                *nearest = (*nearest).min(square.saturating_add(aside));
            }
        };
        closer(&mut nearest[shift..], &squares);
        closer(nearest, &squares[shift..]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
