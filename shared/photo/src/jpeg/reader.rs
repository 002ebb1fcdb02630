//! The bits of a scan's entropy-coded data, read straight from the file up to the next marker.

use crate::Rejection;

/// Bits that are at hand after [`Reader::refill`]: the longest code and the longest value behind it take 31.
const AT_HAND: u32 = 56;

/// A place between two bits of the data: `bit` bits of the data byte at `byte` lie before it. It never points
/// at the zero that is stuffed behind a byte of ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BitPosition {
    pub(super) byte: usize,
    pub(super) bit: u32,
}

impl BitPosition {
    pub(super) fn at_byte(byte: usize) -> Self {
        Self { byte, bit: 0 }
    }
}

/// Reads bits, undoing the byte stuffing, and never past a marker.
///
/// Where the data ends, zeros are handed out, so that the fast paths needn't ask at each step;
/// [`Reader::is_overdrawn`] tells whether any of them were taken.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    /// What comes next up to a byte of ones, or to the end.
    plain: &'a [u8],
    /// Where that ends.
    plain_until: usize,
    /// The next bit is the highest. Below the valid ones may stand more of those that follow.
    ahead: u64,
    valid: u32,
    /// How many of the bits handed out or at hand were made up behind the data's end.
    made_up: u32,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8], position: usize) -> Self {
        let mut reader = Self { bytes, plain: &[], plain_until: 0, ahead: 0, valid: 0, made_up: 0 };
        reader.go_to(position);
        reader
    }

    fn go_to(&mut self, position: usize) {
        let rest = self.bytes.get(position..).unwrap_or_default();
        let until = memchr::memchr(0xFF, rest).unwrap_or(rest.len());
        (self.plain, self.plain_until) = (&rest[..until], position + until);
    }

    /// Makes at least [`AT_HAND`] bits valid.
    #[inline(always)]
    pub(super) fn refill(&mut self) {
        if let Some(next) = self.plain.first_chunk() {
            self.ahead |= u64::from_be_bytes(*next) >> self.valid;
            // At most 7: there are never more than 63 bits.
            self.plain = &self.plain[((63 - self.valid) >> 3 & 7) as usize..];
            self.valid |= AT_HAND;
        } else {
            self.refill_by_bytes();
        }
    }

    #[cold]
    #[inline(never)]
    fn refill_by_bytes(&mut self) {
        while self.valid < AT_HAND {
            if let Some((byte, rest)) = self.plain.split_first() {
                self.append(*byte);
                self.plain = rest;
            } else if self.bytes.get(self.plain_until..self.plain_until + 2) == Some(&[0xFF, 0]) {
                self.append(0xFF);
                self.go_to(self.plain_until + 2);
            } else {
                self.made_up += 8;
                self.append(0);
            }
        }
    }

    fn append(&mut self, byte: u8) {
        self.ahead |= u64::from(byte) << (56 - self.valid);
        self.valid += 8;
    }

    /// The next 64 bits, as many of them as are valid; the caller refills.
    #[inline(always)]
    pub(super) fn ahead(&self) -> u64 {
        self.ahead
    }

    /// The next 16 bits; the caller refills.
    #[inline(always)]
    pub(super) fn next16(&self) -> u16 {
        (self.ahead >> 48) as u16
    }

    /// Passes bits that the caller has looked at: at most those valid.
    #[inline(always)]
    pub(super) fn pass(&mut self, count: u32) {
        debug_assert!(count <= self.valid && count < 64);
        self.ahead <<= count;
        self.valid -= count;
    }

    /// The valid bits that are the data's own.
    pub(super) fn left(&self) -> u32 {
        self.valid.saturating_sub(self.made_up)
    }

    /// Whether bits were taken that the data doesn't have.
    #[inline(always)]
    pub(super) fn is_overdrawn(&self) -> bool {
        self.made_up > self.valid
    }

    /// What a failure to make sense of the next bits means: that they are cut off, or wrong.
    pub(super) fn refusal(&self) -> Rejection {
        if self.made_up > 0 && self.left() < 32 { Rejection::Truncated } else { Rejection::Corrupt }
    }

    /// Takes up to 16 bits, all of them the data's own.
    pub(super) fn take(&mut self, count: u32) -> Result<u16, Rejection> {
        debug_assert!(count <= 16);
        self.refill();
        if self.left() < count {
            return Err(Rejection::Truncated);
        }
        // Two shifts, as one by 64 is none.
        let taken = (self.ahead >> 1 >> (63 - count)) as u16;
        self.pass(count);
        Ok(taken)
    }

    /// Where the next bit stands in the file.
    pub(super) fn bit_position(&self) -> BitPosition {
        let left = self.left();
        let mut byte = self.position();
        for _ in 0..left.div_ceil(8) {
            let stuffed = byte >= 2 && self.bytes.get(byte - 2..byte) == Some(&[0xFF, 0]);
            byte = byte.saturating_sub(if stuffed { 2 } else { 1 });
        }
        BitPosition { byte, bit: (8 - left % 8) % 8 }
    }

    /// Drops what is left of this restart interval and passes the restart marker with this number. Returns
    /// where the next interval begins.
    pub(super) fn restart(&mut self, number: u8) -> Result<usize, Rejection> {
        let (code, after) = next_marker(self.bytes, self.position()).ok_or(Rejection::Truncated)?;
        if code == 0xD0 | number {
            *self = Self::new(self.bytes, after);
            Ok(after)
        } else if (0xD0..=0xD7).contains(&code) {
            Err(Rejection::Corrupt)
        } else {
            Err(Rejection::Truncated)
        }
    }

    /// Where the reading stands: behind all bits at hand, which are part of this scan too.
    pub(super) fn position(&self) -> usize {
        self.plain_until - self.plain.len()
    }
}

/// The next marker from here on and the position behind it. Fill bytes, stuffed bytes and stray ones
/// between segments are passed over, as decoders do.
pub(super) fn next_marker(bytes: &[u8], mut position: usize) -> Option<(u8, usize)> {
    loop {
        position += memchr::memchr(0xFF, bytes.get(position..)?)? + 1;
        match bytes.get(position)? {
            0 | 0xFF => {}
            code => return Some((*code, position + 1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_come_unstuffed_and_end_at_a_marker() {
        let mut bits = Reader::new(&[0b1010_0000, 0xFF, 0x00, 0x0F, 0xFF, 0xD9, 0x12], 0);
        assert_eq!(bits.take(3), Ok(0b101));
        assert_eq!(bits.take(13), Ok(0b0_0000_1111_1111));
        assert_eq!(bits.take(0), Ok(0));
        assert_eq!(bits.take(4), Ok(0));
        assert_eq!(bits.next16(), 0xF000);
        assert_eq!(bits.take(5), Err(Rejection::Truncated));
        assert_eq!(bits.take(4), Ok(0b1111));
        assert!(!bits.is_overdrawn());
        bits.pass(1);
        assert!(bits.is_overdrawn());
        assert_eq!(next_marker(&[0, 0xFF, 0, 0xFF, 0xFF, 0xD9], 0), Some((0xD9, 6)));
        assert_eq!(next_marker(&[0, 0xFF], 0), None);
    }

    #[test]
    fn the_position_of_each_bit_is_known_whatever_was_read_ahead() {
        let bytes = [1, 0xFF, 0, 0xFF, 0, 0, 0xFF, 0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0xFF, 0, 14];
        let own: Vec<usize> = (0..bytes.len()).filter(|i| *i == 0 || bytes[i - 1] != 0xFF).collect();
        let mut reader = Reader::new(&bytes, 0);
        for bit in 0..own.len() * 8 - 1 {
            let expected = BitPosition { byte: own[bit / 8], bit: (bit % 8) as u32 };
            assert_eq!(reader.bit_position(), expected);
            let own_bit = bytes[expected.byte] >> (7 - expected.bit) & 1;
            assert_eq!(reader.take(1), Ok(own_bit.into()), "bit {bit}");
        }
    }

    #[test]
    fn only_the_expected_restart_marker_is_passed() {
        let bytes = [0xA5, 0xFF, 0xD3, 0x80];
        assert_eq!(Reader::new(&bytes, 0).restart(4), Err(Rejection::Corrupt));
        assert_eq!(Reader::new(&[0xA5, 0xFF, 0xD9], 0).restart(3), Err(Rejection::Truncated));
        let mut bits = Reader::new(&bytes, 0);
        assert_eq!(bits.restart(3), Ok(3));
        assert_eq!(bits.take(1), Ok(1));
    }
}
