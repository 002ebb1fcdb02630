//! Huffman tables as a JPEG file defines them.

use super::bits::Bits;
use crate::Rejection;

const QUICK_BITS: u32 = 9;

/// One table: codes of up to 9 bits by look-up, longer ones by comparison.
pub(super) struct HuffmanTable {
    /// By the next 9 bits: length and symbol; length 0 where the code is longer.
    quick: Vec<(u8, u8)>,
    /// By code length: the first code that is past this length's, aligned to 16 bits.
    past: [u32; 17],
    /// By code length: what to add to a code to get its place among the symbols.
    offset: [i32; 17],
    symbols: Vec<u8>,
}

impl HuffmanTable {
    /// From the counts of codes of length 1 to 16 and the symbols in order.
    pub(super) fn new(counts: &[u8; 16], symbols: &[u8]) -> Result<Self, Rejection> {
        let mut table = Self {
            quick: vec![(0, 0); 1 << QUICK_BITS],
            past: [0; 17],
            offset: [0; 17],
            symbols: symbols.to_vec(),
        };
        let (mut code, mut place) = (0u32, 0u32);
        for (length, count) in (1u32..).zip(counts.iter().map(|count| u32::from(*count))) {
            table.offset[length as usize] = place as i32 - code as i32;
            if code + count > 1 << length {
                return Err(Rejection::Corrupt);
            }
            for symbol in symbols.iter().skip(place as usize).take(count as usize) {
                if length <= QUICK_BITS {
                    let spare = QUICK_BITS - length;
                    let from = (code << spare) as usize;
                    table.quick[from..from + (1 << spare)].fill((length as u8, *symbol));
                }
                code += 1;
            }
            place += count;
            table.past[length as usize] = code << (16 - length);
            code <<= 1;
        }
        if place as usize == symbols.len() { Ok(table) } else { Err(Rejection::Corrupt) }
    }

    /// Takes one code.
    pub(super) fn symbol(&self, bits: &mut Bits<'_>) -> Result<u8, Rejection> {
        let next = bits.peek16();
        let (length, symbol) = match self.quick[usize::from(next >> (16 - QUICK_BITS))] {
            (0, _) => match self.long_code(next) {
                Some(found) => found,
                // A code that isn't there may only be one whose rest isn't.
                None if bits.valid() < 16 => return Err(Rejection::Truncated),
                None => return Err(Rejection::Corrupt),
            },
            (length, symbol) => (u32::from(length), symbol),
        };
        bits.take(length)?;
        Ok(symbol)
    }

    fn long_code(&self, next: u16) -> Option<(u32, u8)> {
        let length = (QUICK_BITS + 1..=16).find(|length| u32::from(next) < self.past[*length as usize])?;
        let code = i32::from(next >> (16 - length));
        let place = usize::try_from(code + self.offset[length as usize]).ok()?;
        Some((length, *self.symbols.get(place)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_long_codes_are_found_and_a_missing_one_is_refused() {
        // Codes: 0 > 7; 10 > 8; then 11 bits long, 110 0000 0000 > 9.
        let mut counts = [0; 16];
        (counts[0], counts[1], counts[10]) = (1, 1, 1);
        let table = HuffmanTable::new(&counts, &[7, 8, 9]).unwrap();
        let mut bits = Bits::new(&[0b0101_1000, 0b0000_0011, 0b0000_0000, 0b1110_0000, 0, 0], 0);
        assert_eq!([(); 3].map(|()| table.symbol(&mut bits)), [Ok(7), Ok(8), Ok(9)]);
        assert_eq!(table.symbol(&mut bits), Err(Rejection::Corrupt));
        assert_eq!(table.symbol(&mut Bits::new(&[0b1100_0000], 0)), Err(Rejection::Truncated));
    }

    #[test]
    fn more_codes_than_their_length_allows_are_refused() {
        let mut counts = [0; 16];
        counts[0] = 3;
        assert!(HuffmanTable::new(&counts, &[1, 2, 3]).is_err());
    }
}
