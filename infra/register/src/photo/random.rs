//! Numbers that a seed decides, the same on every machine and in every version.

/// SplitMix64.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        scrambled(self.0)
    }

    /// From `low` to `high`.
    pub(super) fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * ((self.next() >> 40) as f32 / (1u64 << 24) as f32)
    }

    pub(super) fn chance(&mut self, probability: f32) -> bool {
        self.between(0.0, 1.0) < probability
    }

    pub(super) fn choice<T: Copy, const N: usize>(&mut self, options: [T; N]) -> T {
        options[(self.next() % N as u64) as usize]
    }
}

/// The same number for the same pixel, without a visible pattern: -1 to 1.
pub(super) fn grain(seed: u64, x: u32, y: u32) -> f32 {
    let mixed = scrambled(seed ^ (u64::from(x) << 32 | u64::from(y)).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    (mixed >> 40) as f32 / (1u64 << 23) as f32 - 1.0
}

fn scrambled(value: u64) -> u64 {
    let value = (value ^ value >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ value >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ value >> 31
}
