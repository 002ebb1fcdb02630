//! With what quality a JPEG was written, by its own tables.

use super::segments::Quantisation;

/// The brightness table of the standard's Annex K, in the file's order: what the quality of most writers scales.
const STANDARD: Quantisation = [
    16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40,
    58, 51, 61, 60, 57, 51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103,
    104, 103, 62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99,
];

/// The quality, 1 to 100 on libjpeg's scale, whose table is nearest in sum.
pub(super) fn estimate(table: &Quantisation) -> u8 {
    let sum = |table: &Quantisation| table.iter().map(|step| f64::from(*step)).sum::<f64>();
    let percent = sum(table) * 100.0 / sum(&STANDARD);
    let quality = if percent <= 100.0 { 100.0 - percent / 2.0 } else { 5000.0 / percent };
    quality.round().clamp(1.0, 100.0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quality_of_scaled_standard_tables_is_found() {
        for quality in [20u32, 35, 50, 75, 85, 92, 95] {
            let percent = if quality < 50 { 5000 / quality } else { 200 - 2 * quality };
            let table = STANDARD.map(|step| ((u32::from(step) * percent + 50) / 100).clamp(1, 255) as u16);
            let found = estimate(&table);
            assert!(u32::from(found).abs_diff(quality) <= 2, "{found} for {quality}");
        }
        assert_eq!(estimate(&[1; 64]), 99);
    }
}
