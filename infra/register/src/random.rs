//! Draws that only a seed and a place decide: the same on every machine and in every version.

use chacha20::ChaCha8Rng;
use chacha20::rand_core::{Rng, SeedableRng};

/// Random draws for one household. The generator's output is fixed by its definition, and the draws are made
/// of it here: libraries change the way they sample from one version to the next.
pub(crate) struct Random(ChaCha8Rng);

impl Random {
    /// The draws that belong to `number` at `place`, whatever was drawn elsewhere.
    pub(crate) fn of(seed: u64, place: u64, number: u32) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..16].copy_from_slice(&place.to_le_bytes());
        key[16..20].copy_from_slice(&number.to_le_bytes());
        Random(ChaCha8Rng::from_seed(key))
    }

    /// From 0 to below `bound`. The bias is below 1 in 4 billion per value and of no matter here.
    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        ((u64::from(self.0.next_u32()) * u64::from(bound)) >> 32) as u32
    }

    /// From `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below(high - low + 1)
    }

    /// True in this many of 1,000 draws.
    pub(crate) fn in_1000(&mut self, times: u32) -> bool {
        self.below(1000) < times
    }

    /// Any of them.
    pub(crate) fn any_of<T: Copy, const N: usize>(&mut self, choices: &[T; N]) -> T {
        choices[self.below(N as u32) as usize]
    }

    /// Any of them, the front ones more often.
    pub(crate) fn rather_first_of<T: Copy, const N: usize>(&mut self, choices: &[T; N]) -> T {
        let (one, other) = (self.below(N as u32), self.below(N as u32));
        choices[one.min(other) as usize]
    }
}
