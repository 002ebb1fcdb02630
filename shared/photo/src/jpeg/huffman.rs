//! Huffman tables: as a file defines them, for reading, and for writing.

use super::reader::Reader;
use crate::Rejection;

const QUICK_BITS: u32 = 9;
const PAIR_BITS: u32 = 13;

/// A table as a file defines it: how many codes there are of each length, and their symbols in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Definition {
    pub(super) counts: [u8; 16],
    pub(super) symbols: Vec<u8>,
}

impl Definition {
    /// Takes the next definition of a segment and returns the rest: class and number of the table first.
    pub(super) fn parse(content: &[u8]) -> Result<(u8, Self, &[u8]), Rejection> {
        let ([place, counts @ ..], rest) = content.split_first_chunk::<17>().ok_or(Rejection::Corrupt)?;
        let length = counts.iter().map(|count| usize::from(*count)).sum();
        let (symbols, rest) = rest.split_at_checked(length).ok_or(Rejection::Corrupt)?;
        // A table of more symbols than there are has some twice.
        if length > 256 {
            return Err(Rejection::Corrupt);
        }
        Ok((*place, Self { counts: *counts, symbols: symbols.to_vec() }, rest))
    }

    /// The codes in order: symbol, length and code.
    fn codes(&self) -> impl Iterator<Item = (u8, u32, u32)> {
        let lengths = (1u32..).zip(self.counts).flat_map(|(length, n)| (0..n).map(move |_| length));
        let (mut code, mut last) = (0u32, 0);
        lengths.zip(&self.symbols).map(move |(length, symbol)| {
            code <<= length - last;
            last = length;
            code += 1;
            (*symbol, length, code - 1)
        })
    }
}

/// A table for reading: codes of up to 9 bits by look-up, longer ones by comparison.
pub(super) struct Decoder {
    /// By the next 9 bits: length and symbol; length 0 where the code is longer.
    quick: [(u8, u8); 1 << QUICK_BITS],
    /// By code length: the first code that is past this length's, aligned to 16 bits.
    past: [u32; 17],
    /// By code length: what to add to a code to get its place among the symbols.
    offset: [i32; 17],
    symbols: Vec<u8>,
}

impl Decoder {
    pub(super) fn new(definition: &Definition) -> Result<Self, Rejection> {
        let mut table = Self {
            quick: [(0, 0); 1 << QUICK_BITS],
            past: [0; 17],
            offset: [0; 17],
            symbols: definition.symbols.clone(),
        };
        let (mut code, mut place) = (0u32, 0u32);
        for (length, count) in (1u32..).zip(definition.counts.map(u32::from)) {
            table.offset[length as usize] = place as i32 - code as i32;
            code += count;
            place += count;
            // No code is all ones.
            if code >= 1 << length {
                return Err(Rejection::Corrupt);
            }
            table.past[length as usize] = code << (16 - length);
            code <<= 1;
        }
        for (symbol, length, code) in definition.codes().filter(|(_, length, _)| *length <= QUICK_BITS) {
            let spare = QUICK_BITS - length;
            let from = (code << spare) as usize;
            table.quick[from..from + (1 << spare)].fill((length as u8, symbol));
        }
        Ok(table)
    }

    /// Length and symbol of the code that these bits begin with.
    #[inline(always)]
    pub(super) fn find(&self, next: u16) -> Option<(u32, u8)> {
        match self.quick[usize::from(next >> (16 - QUICK_BITS))] {
            (0, _) => self.find_long(next),
            (length, symbol) => Some((u32::from(length), symbol)),
        }
    }

    #[cold]
    fn find_long(&self, next: u16) -> Option<(u32, u8)> {
        let length = (QUICK_BITS + 1..=16).find(|length| u32::from(next) < self.past[*length as usize])?;
        let code = i32::from(next >> (16 - length));
        let place = usize::try_from(code + self.offset[length as usize]).ok()?;
        Some((length, *self.symbols.get(place)?))
    }

    /// Takes one code.
    #[inline(always)]
    pub(super) fn symbol(&self, reader: &mut Reader<'_>) -> Result<u8, Rejection> {
        reader.refill();
        let (length, symbol) = self.find(reader.next16()).ok_or_else(|| reader.refusal())?;
        if reader.left() < length {
            return Err(Rejection::Truncated);
        }
        reader.pass(length);
        Ok(symbol)
    }
}

/// What passing over the next codes of a block's AC coefficients takes, several codes at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Skip(u16);

impl Skip {
    /// The most bits passed at once, so that three times as many are at hand.
    const MOST_BITS: u32 = 18;
    /// Added to the coefficients passed where the last code says that the block ends.
    pub(super) const END: u32 = 256;
    /// Passed in place of coefficients where the codes aren't in the table.
    const UNKNOWN: u32 = 512;

    /// Bits of the codes with the values behind them.
    #[inline(always)]
    pub(super) fn bits(self) -> u32 {
        u32::from(self.0 & 63)
    }

    /// Coefficients that the codes tell.
    #[inline(always)]
    pub(super) fn coefficients(self) -> u32 {
        u32::from(self.0 >> 6)
    }
}

/// A table for passing over AC coefficients.
pub(super) struct Skipper([Skip; 1 << PAIR_BITS]);

impl Skipper {
    pub(super) fn new(decoder: &Decoder) -> Self {
        Self(std::array::from_fn(|next| Self::skip(decoder, next as u16)))
    }

    /// As many codes as the 13 bits hold wholly; of the last one, the value may lie behind them.
    fn skip(decoder: &Decoder, next: u16) -> Skip {
        let (mut bits, mut coefficients) = (0, 0);
        // A block has no more than 64, however many the bits tell.
        while bits < PAIR_BITS && coefficients < 64 {
            let rest = u32::from(next) << (16 - PAIR_BITS) << bits;
            let Some((length, symbol)) = decoder.find(rest as u16) else { break };
            let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 15));
            if bits + length > PAIR_BITS || bits + length + size > Skip::MOST_BITS {
                break;
            }
            bits += length + size;
            match (run, size) {
                (15, 0) => coefficients += 16,
                (_, 0) => {
                    coefficients += Skip::END;
                    break;
                }
                _ => coefficients += run + 1,
            }
        }
        let known = if bits == 0 { Skip::UNKNOWN } else { coefficients };
        Skip((known << 6 | bits) as u16)
    }

    /// By the highest of the bits ahead.
    #[inline(always)]
    pub(super) fn next(&self, ahead: u64) -> Skip {
        self.0[(ahead >> (64 - PAIR_BITS)) as usize]
    }
}

/// A table for writing: code and length by symbol; length 0 where it has none.
pub(super) struct Encoder([(u16, u8); 256]);

impl Encoder {
    pub(super) fn new(definition: &Definition) -> Self {
        let mut codes = [(0, 0); 256];
        for (symbol, length, code) in definition.codes() {
            codes[usize::from(symbol)] = (code as u16, length as u8);
        }
        Self(codes)
    }

    /// Code and length.
    pub(super) fn code(&self, symbol: u8) -> Option<(u32, u32)> {
        let (code, length) = self.0[usize::from(symbol)];
        (length > 0).then_some((code.into(), length.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Codes: 0 > 7; 10 > 8; then 11 bits long, 110 0000 0000 > 9.
    fn sparse() -> Definition {
        let mut counts = [0; 16];
        (counts[0], counts[1], counts[10]) = (1, 1, 1);
        Definition { counts, symbols: vec![7, 8, 9] }
    }

    #[test]
    fn short_and_long_codes_are_found_and_a_missing_one_is_refused() {
        let table = Decoder::new(&sparse()).unwrap();
        let bytes = [0b0101_1000, 0b0000_0011, 0b0000_0000, 0b1110_0000, 0, 0, 0, 0, 0];
        let mut bits = Reader::new(&bytes, 0);
        assert_eq!([(); 3].map(|()| table.symbol(&mut bits)), [Ok(7), Ok(8), Ok(9)]);
        assert_eq!(table.symbol(&mut bits), Err(Rejection::Corrupt));
        assert_eq!(table.symbol(&mut Reader::new(&[0b1100_0001], 0)), Err(Rejection::Truncated));
    }

    #[test]
    fn what_is_written_by_a_table_is_read_by_it() {
        let encoder = Encoder::new(&sparse());
        assert_eq!(
            [7, 8, 9].map(|symbol| encoder.code(symbol)),
            [Some((0, 1)), Some((0b10, 2)), Some((0b110_0000_0000, 11))]
        );
        assert_eq!(encoder.code(1), None);
    }

    #[test]
    fn codes_are_passed_several_at_once_with_the_values_behind_them() {
        // 0 > one coefficient of 1 bit; 10 > the end; 110 > 15 zeros and one of 10 bits; 1110 > 16 zeros.
        let mut counts = [0; 16];
        counts[..4].fill(1);
        let definition = Definition { counts, symbols: vec![0x01, 0x00, 0xFA, 0xF0] };
        let skipper = Skipper::new(&Decoder::new(&definition).unwrap());
        let skip = |bits: u64| skipper.next(bits << 52);
        assert_eq!(
            (skip(0b0101_1000_0000).bits(), skip(0b0101_1000_0000).coefficients()),
            (6, 2 + Skip::END)
        );
        assert_eq!((skip(0b1110_1101_0000).bits(), skip(0b1110_1101_0000).coefficients()), (17, 32));
        assert_eq!((skip(0).bits(), skip(0).coefficients()), (14, 7));
        assert_eq!(
            (skip(0b1111_0000_0000).bits(), skip(0b1111_0000_0000).coefficients()),
            (0, Skip::UNKNOWN)
        );
        // Behind 8 bits of other codes, one of 13 with its value is more than is passed at once.
        assert_eq!((skip(0b0000_0000_1100).bits(), skip(0b0000_0000_1100).coefficients()), (8, 4));
        assert!(skipper.0.iter().all(|skip| skip.bits() <= Skip::MOST_BITS));
    }

    #[test]
    fn more_codes_than_their_length_allows_are_refused_and_so_is_one_of_all_ones() {
        let of_one_bit = |count: u8| {
            let mut counts = [0; 16];
            counts[0] = count;
            Decoder::new(&Definition { counts, symbols: (0..count).collect() })
        };
        assert_eq!([1, 2, 3].map(|count| of_one_bit(count).is_ok()), [true, false, false]);
    }
}
