//! The bits of a scan's entropy-coded data, up to the next marker.

use crate::Rejection;

/// Reads bits, undoing the byte stuffing, and never past a marker: data that ends early shows.
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    position: usize,
    /// The bits read ahead, the next one highest; below the valid ones are zeros.
    ahead: u64,
    valid: u32,
}

impl<'a> Bits<'a> {
    pub(super) fn new(bytes: &'a [u8], position: usize) -> Self {
        Self { bytes, position, ahead: 0, valid: 0 }
    }

    /// The next 16 bits without taking them, padded with zeros where the data ends.
    pub(super) fn peek16(&mut self) -> u16 {
        if self.valid < 16 {
            self.fill();
        }
        (self.ahead >> 48) as u16
    }

    /// The bits at hand before the data ends, after a peek: all of them where these are fewer than 16.
    pub(super) fn valid(&self) -> u32 {
        self.valid
    }

    /// Takes up to 16 bits.
    pub(super) fn take(&mut self, count: u32) -> Result<u16, Rejection> {
        debug_assert!(count <= 16);
        if self.valid < count {
            self.fill();
            if self.valid < count {
                return Err(Rejection::Truncated);
            }
        }
        // Two shifts, as one by 64 is none.
        let taken = (self.ahead >> 1 >> (63 - count)) as u16;
        self.ahead <<= count;
        self.valid -= count;
        Ok(taken)
    }

    fn fill(&mut self) {
        while self.valid <= 56 {
            let Some(&byte) = self.bytes.get(self.position) else { return };
            if byte == 0xFF {
                if self.bytes.get(self.position + 1) != Some(&0) {
                    return;
                }
                self.position += 1;
            }
            self.position += 1;
            self.ahead |= u64::from(byte) << (56 - self.valid);
            self.valid += 8;
        }
    }

    /// Drops what is left of this restart interval and passes the restart marker with this number.
    pub(super) fn restart(&mut self, number: u8) -> Result<(), Rejection> {
        let (code, after) = next_marker(self.bytes, self.position).ok_or(Rejection::Truncated)?;
        if code == 0xD0 | number {
            *self = Self::new(self.bytes, after);
            Ok(())
        } else if (0xD0..=0xD7).contains(&code) {
            Err(Rejection::Corrupt)
        } else {
            Err(Rejection::Truncated)
        }
    }

    /// Where the reading stands: behind all bits read ahead, which are part of this scan too.
    pub(super) fn position(&self) -> usize {
        self.position
    }
}

/// The next marker from here on and the position behind it. Fill bytes, stuffed bytes and stray ones
/// between segments are passed over, as decoders do.
pub(super) fn next_marker(bytes: &[u8], mut position: usize) -> Option<(u8, usize)> {
    loop {
        position += bytes.get(position..)?.iter().position(|byte| *byte == 0xFF)? + 1;
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
        let mut bits = Bits::new(&[0b1010_0000, 0xFF, 0x00, 0x0F, 0xFF, 0xD9, 0x12], 0);
        assert_eq!(bits.take(3), Ok(0b101));
        assert_eq!(bits.take(13), Ok(0b0_0000_1111_1111));
        assert_eq!(bits.take(0), Ok(0));
        assert_eq!(bits.take(4), Ok(0));
        assert_eq!(bits.peek16(), 0xF000);
        assert_eq!(bits.take(5), Err(Rejection::Truncated));
        assert_eq!(bits.take(4), Ok(0b1111));
        assert_eq!(next_marker(&[0, 0xFF, 0, 0xFF, 0xFF, 0xD9], 0), Some((0xD9, 6)));
        assert_eq!(next_marker(&[0, 0xFF], 0), None);
    }

    #[test]
    fn only_the_expected_restart_marker_is_passed() {
        let bytes = [0xA5, 0xFF, 0xD3, 0x80];
        assert_eq!(Bits::new(&bytes, 0).restart(4), Err(Rejection::Corrupt));
        assert_eq!(Bits::new(&[0xA5, 0xFF, 0xD9], 0).restart(3), Err(Rejection::Truncated));
        let mut bits = Bits::new(&bytes, 0);
        assert_eq!(bits.restart(3), Ok(()));
        assert_eq!(bits.take(1), Ok(1));
    }
}
