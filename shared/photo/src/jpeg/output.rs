//! The spliced file: bits of the original as they are, and new ones between them.

use super::reader::BitPosition;

/// Writes entropy-coded data, partly new and partly copied out of the original.
pub(super) struct Output<'a> {
    source: &'a [u8],
    bytes: Vec<u8>,
    /// Bits not written yet, the latest lowest; less than 32 between calls.
    pending: u64,
    count: u32,
}

impl<'a> Output<'a> {
    pub(super) fn new(source: &'a [u8]) -> Self {
        // The new blocks take more room than the old ones did, if little; a vector that has to grow would for
        // a moment take three times as much.
        let bytes = Vec::with_capacity(source.len() + source.len() / 16 + (32 << 10));
        Self { source, bytes, pending: 0, count: 0 }
    }

    /// Bytes as they are; only between scans.
    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        debug_assert_eq!(self.count, 0);
        self.bytes.extend_from_slice(bytes);
    }

    /// Up to 32 bits, in the lowest bits of `value`; above them are zeros.
    #[inline]
    pub(super) fn bits(&mut self, value: u32, count: u32) {
        debug_assert!(count == 32 || value >> count == 0);
        self.pending = self.pending << count | u64::from(value);
        self.count += count;
        if self.count >= 32 {
            self.count -= 32;
            let word = (self.pending >> self.count) as u32;
            if has_ones(word.into()) {
                self.bytes_with_ones(&word.to_be_bytes());
            } else {
                self.bytes.extend_from_slice(&word.to_be_bytes());
            }
        }
    }

    #[cold]
    fn bytes_with_ones(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.byte(*byte));
    }

    fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
        if byte == 0xFF {
            self.bytes.push(0);
        }
    }

    fn whole_bytes(&mut self) {
        while self.count >= 8 {
            self.count -= 8;
            self.byte((self.pending >> self.count) as u8);
        }
    }

    /// Whether the bits behind this place of the original would come to stand in bytes as they do there.
    pub(super) fn is_in_step_with(&self, place: BitPosition) -> bool {
        self.count % 8 == place.bit
    }

    /// Ones up to the end of the byte, as stand before every marker.
    pub(super) fn pad(&mut self) {
        let missing = (8 - self.count % 8) % 8;
        self.bits((1 << missing) - 1, missing);
        self.whole_bytes();
    }

    /// The original's data between two places.
    ///
    /// Markers may stand between them only where the output is in step with the original at `from`.
    pub(super) fn copy(&mut self, from: BitPosition, to: BitPosition) {
        let mut at = from;
        while at.bit > 0 && at != to {
            let until = if at.byte == to.byte { to.bit } else { 8 };
            let byte = u32::from(self.source_byte(at.byte));
            self.bits(byte >> (8 - until) & ((1 << (until - at.bit)) - 1), until - at.bit);
            at = if until == 8 { BitPosition::at_byte(self.next_byte(at.byte)) } else { to };
        }
        if at == to {
            return;
        }
        if self.count.is_multiple_of(8) {
            self.whole_bytes();
            self.bytes.extend_from_slice(self.source.get(at.byte..to.byte).unwrap_or_default());
        } else {
            self.copy_shifted(at.byte, to.byte);
        }
        if to.bit > 0 {
            self.bits(u32::from(self.source_byte(to.byte)) >> (8 - to.bit), to.bit);
        }
    }

    fn source_byte(&self, at: usize) -> u8 {
        self.source.get(at).copied().unwrap_or_default()
    }

    /// The next data byte: behind a byte of ones stands a zero that isn't one.
    fn next_byte(&self, at: usize) -> usize {
        at + if self.source_byte(at) == 0xFF { 2 } else { 1 }
    }

    fn copy_shifted(&mut self, mut at: usize, to: usize) {
        let source = self.source;
        self.whole_bytes();
        while at < to {
            match source.get(at..to).and_then(<[u8]>::first_chunk) {
                Some(word) if !has_ones(u64::from_be_bytes(*word)) => {
                    self.word(u64::from_be_bytes(*word));
                    at += 8;
                }
                _ => {
                    self.bits(self.source_byte(at).into(), 8);
                    self.whole_bytes();
                    at = self.next_byte(at);
                }
            }
        }
    }

    /// 64 bits, behind one to seven others.
    fn word(&mut self, word: u64) {
        debug_assert!((1..8).contains(&self.count));
        let written = self.pending << (64 - self.count) | word >> self.count;
        self.pending = word;
        if has_ones(written) {
            self.bytes_with_ones(&written.to_be_bytes());
        } else {
            self.bytes.extend_from_slice(&written.to_be_bytes());
        }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        debug_assert_eq!(self.count, 0);
        self.bytes
    }
}

/// Whether any of the eight bytes is all ones.
fn has_ones(word: u64) -> bool {
    const EACH: u64 = 0x0101_0101_0101_0101;
    // A byte of ones is a zero of the complement, from which subtracting 1 borrows.
    (!word).wrapping_sub(EACH) & word & (EACH << 7) != 0
}

#[cfg(test)]
mod tests {
    use super::super::reader::Reader;
    use super::*;

    const SOURCE: [u8; 24] = [
        0x12, 0xFF, 0, 0x34, 0x56, 0x78, 0x9A, 0xFF, 0, 0xFF, 0, 0, 0xBC, 0xDE, 0xF0, 0x0F, 0x1E, 0x2D, 0x3C,
        0xFF, 0, 0x4B, 0x5A, 0xFF,
    ];

    fn positions() -> Vec<BitPosition> {
        let mut reader = Reader::new(&SOURCE, 0);
        let mut found = vec![reader.bit_position()];
        while reader.take(1).is_ok() {
            found.push(reader.bit_position());
        }
        found
    }

    fn bits_of(bytes: &[u8]) -> Vec<u16> {
        let mut reader = Reader::new(bytes, 0);
        std::iter::from_fn(|| reader.take(1).ok()).collect()
    }

    #[test]
    fn any_piece_is_copied_behind_any_bits() {
        let places = positions();
        let all = bits_of(&SOURCE);
        assert_eq!(places.len(), all.len() + 1);
        for from in 0..places.len() {
            for to in from..places.len() {
                for before in [0, 1, 3, 7, 8, 13] {
                    let mut output = Output::new(&SOURCE);
                    output.bits(0, before);
                    output.copy(places[from], places[to]);
                    output.pad();
                    let found = bits_of(&output.into_bytes());
                    let (head, rest) = found.split_at(before as usize);
                    let (copied, padding) = rest.split_at(to - from);
                    assert!(head.iter().all(|bit| *bit == 0) && padding.iter().all(|bit| *bit == 1));
                    assert_eq!(copied, &all[from..to], "from {from} to {to} behind {before}");
                    assert!(padding.len() < 8);
                }
            }
        }
    }

    #[test]
    fn a_byte_of_ones_gets_its_zero() {
        let mut output = Output::new(&[]);
        output.bits(0xFFFF_00FF, 32);
        output.bits(0x1FF, 9);
        output.pad();
        assert_eq!(output.into_bytes(), [0xFF, 0, 0xFF, 0, 0, 0xFF, 0, 0xFF, 0, 0xFF, 0]);
    }
}
