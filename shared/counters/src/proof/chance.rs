//! Where the schedules come from: bytes that proptest can shorten, then a generator.

/// A source of choices.
pub(super) struct Chance {
    script: std::vec::IntoIter<u8>,
    state: u64,
}

impl Chance {
    /// The script's choices first, and then any.
    pub(super) fn new(script: Vec<u8>, seed: u64) -> Self {
        Chance { script: script.into_iter(), state: seed }
    }

    /// Whether the script has been used up.
    pub(super) fn script_is_over(&self) -> bool {
        self.script.as_slice().is_empty()
    }

    /// Any number below `limit`, which is at most 256.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        let byte = self.script.next().unwrap_or_else(|| self.generated());
        usize::from(byte) % limit
    }

    /// Splitmix64's high byte.
    fn generated(&mut self) -> u8 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed >> 56) as u8
    }
}
