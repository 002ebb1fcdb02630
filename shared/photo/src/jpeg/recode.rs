//! Tables that lack no code, for files whose own ones were cut down to what they needed.

use super::huffman::Definition;
use super::scan::ScanHeader;
use super::segments::{HUFFMAN, Tables};

const LONGEST_CODE: usize = 16;

/// The file's DC table with every size that a difference of 8-bit samples' means can have.
pub(super) fn complete_dc(table: &Definition) -> Definition {
    completed(table, 0..=11)
}

/// The file's AC table with every run and size of 8-bit samples, the end of a block and a run of 16 zeros.
pub(super) fn complete_ac(table: &Definition) -> Definition {
    let runs = (0..=15u8).flat_map(|run| (1..=10).map(move |size| run << 4 | size));
    completed(table, runs.chain([0x00, 0xF0]))
}

/// The segment that defines the completed tables of a scan.
pub(super) fn segment(tables: &Tables, header: &ScanHeader) -> Vec<u8> {
    let mut content = Vec::new();
    let mut define = |place: u8, table: &Definition| {
        content.push(place);
        content.extend(table.counts);
        content.extend(&table.symbols);
    };
    let numbers = |number: fn(&super::scan::PartHeader) -> u8| {
        let mut numbers: Vec<_> = header.parts.iter().map(number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    };
    for number in numbers(|part| part.dc_table) {
        tables.dc(number).into_iter().for_each(|table| define(number, &complete_dc(table)));
    }
    for number in numbers(|part| part.ac_table) {
        tables.ac(number).into_iter().for_each(|table| define(0x10 | number, &complete_ac(table)));
    }
    // Eight tables of 256 symbols are far from what a segment can hold.
    let length = (content.len() as u16 + 2).to_be_bytes();
    [&[0xFF, HUFFMAN, length[0], length[1]], content.as_slice()].concat()
}

/// A table with these symbols besides its own, whose codes stay about as short as they were.
fn completed(table: &Definition, needed: impl IntoIterator<Item = u8>) -> Definition {
    let mut weights = [0u64; 256];
    needed.into_iter().for_each(|symbol| weights[usize::from(symbol)] = 1);
    let lengths = (1u32..).zip(table.counts).flat_map(|(length, n)| (0..n).map(move |_| length));
    for (symbol, length) in table.symbols.iter().zip(lengths) {
        // A code is as long as its symbol is rare. One that wasn't there is rarer than any.
        weights[usize::from(*symbol)] = 4 << (16 - length);
    }
    of_weights(&weights)
}

/// The best table for symbols of these weights, none of whose codes is all ones (Annex K.2 of the standard).
fn of_weights(weights: &[u64; 256]) -> Definition {
    let lengths = code_lengths(weights);
    let mut counts = [0u8; 256];
    for length in lengths.iter().filter(|length| **length > 0) {
        counts[usize::from(*length)] += 1;
    }
    shorten(&mut counts);
    let mut symbols: Vec<u8> = (0..=255).filter(|symbol| lengths[usize::from(*symbol)] > 0).collect();
    symbols.sort_by_key(|symbol| lengths[usize::from(*symbol)]);
    // The longest code is the one without a symbol.
    if let Some(count) = counts.iter_mut().rev().find(|count| **count > 0) {
        *count -= 1;
    }
    Definition { counts: std::array::from_fn(|i| counts[i + 1]), symbols }
}

/// By symbol: the length of its code if lengths had no bound. The last one has no symbol and the longest code.
fn code_lengths(weights: &[u64; 256]) -> [u8; 257] {
    let mut lengths = [0; 257];
    let mut trees: Vec<(u64, Vec<usize>)> = (0..256)
        .filter(|symbol| weights[*symbol] > 0)
        .map(|symbol| (weights[symbol], vec![symbol]))
        .collect();
    trees.push((0, vec![256]));
    // The lightest two last; at equal weight the one without a symbol goes deepest.
    while trees.len() > 1 {
        trees.sort_by_key(|(weight, symbols)| std::cmp::Reverse((*weight, !symbols.contains(&256))));
        if let (Some(lightest), Some(next)) = (trees.pop(), trees.last_mut()) {
            next.0 += lightest.0;
            next.1.extend(lightest.1);
            next.1.iter().for_each(|symbol| lengths[*symbol] += 1);
        }
    }
    lengths
}

/// Moves codes that are too long up the tree.
fn shorten(counts: &mut [u8; 256]) {
    for length in (LONGEST_CODE + 1..256).rev() {
        while counts[length] > 0 {
            let Some(shorter) = (1..length - 1).rev().find(|shorter| counts[*shorter] > 0) else { return };
            // Two siblings go: one takes the place of their parent, the other becomes the sibling of a shorter
            // code, which gets one bit longer.
            counts[length] -= 2;
            counts[length - 1] += 1;
            counts[shorter + 1] += 2;
            counts[shorter] -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::huffman::{Decoder, Encoder};
    use super::*;

    fn cut_down() -> Definition {
        let mut counts = [0; 16];
        (counts[0], counts[1], counts[2], counts[3]) = (1, 1, 1, 1);
        Definition { counts, symbols: vec![0x01, 0x00, 0x02, 0x11] }
    }

    #[test]
    fn a_completed_table_has_every_code_and_keeps_the_frequent_ones_short() {
        let completed = complete_ac(&cut_down());
        assert_eq!(completed.symbols.len(), 162);
        assert!(Decoder::new(&completed).is_ok());
        let encoder = Encoder::new(&completed);
        for run in 0..16u8 {
            for size in 1..=10 {
                assert!(encoder.code(run << 4 | size).is_some());
            }
        }
        assert_eq!([0x01, 0x00, 0x02].map(|symbol| encoder.code(symbol).unwrap().1), [1, 2, 3]);
        let all_ones = |(code, length): (u32, u32)| code == (1 << length) - 1;
        assert!(!(0..=255).filter_map(|symbol| encoder.code(symbol)).any(all_ones));
    }

    #[test]
    fn weights_that_would_need_codes_of_40_bits_get_none_over_16() {
        let mut weights = [0; 256];
        let (mut last, mut next) = (1, 1);
        for weight in weights.iter_mut().take(40) {
            *weight = last;
            (last, next) = (next, last + next);
        }
        let table = of_weights(&weights);
        assert_eq!(table.symbols.len(), 40);
        assert_eq!(table.counts.iter().map(|count| usize::from(*count)).sum::<usize>(), 40);
        assert!(Decoder::new(&table).is_ok());
    }

    #[test]
    fn a_table_that_had_every_symbol_is_still_one() {
        let mut counts = [0; 16];
        counts[8] = 255;
        let full = Definition { counts, symbols: (0..255).collect() };
        let completed = complete_ac(&full);
        assert!(Decoder::new(&completed).is_ok());
        assert_eq!(completed.symbols.len(), 255);
        let same_length = Encoder::new(&completed);
        assert!((0..255).all(|symbol| (7..=9).contains(&same_length.code(symbol).unwrap().1)));
    }
}
