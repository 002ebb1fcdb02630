//! Thousands of damaged files: whatever they are, they are no reason to panic.

use anju_photo::{Limits, process};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::pictures::{self, HEICS, JPEGS, PNGS, WEBPS, claim, decoded, jpeg, quarters};

/// One way to damage a file; places are relative, so that they fit files of any length.
#[derive(Debug, Clone)]
enum Damage {
    Overwrite(prop::sample::Index, u8),
    FlipBit(prop::sample::Index, u8),
    Remove(prop::sample::Index, usize),
    Repeat(prop::sample::Index, usize),
    Cut(prop::sample::Index),
}

impl Damage {
    fn apply(&self, bytes: &mut Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        match self {
            Self::Overwrite(place, byte) => *place.get_mut(bytes) = *byte,
            Self::FlipBit(place, bit) => *place.get_mut(bytes) ^= 1 << bit,
            Self::Remove(place, count) => {
                let from = place.index(bytes.len());
                bytes.drain(from..bytes.len().min(from + count));
            }
            Self::Repeat(place, count) => {
                let from = place.index(bytes.len());
                let piece = bytes[from..bytes.len().min(from + count)].to_vec();
                bytes.splice(from..from, piece);
            }
            Self::Cut(place) => bytes.truncate(place.index(bytes.len())),
        }
    }
}

fn damage() -> impl Strategy<Value = Damage> {
    let place = any::<prop::sample::Index>;
    prop_oneof![
        4 => (place(), prop_oneof![Just(0xFF), Just(0), any::<u8>()]).prop_map(|(p, b)| Damage::Overwrite(p, b)),
        4 => (place(), 0u8..8).prop_map(|(p, bit)| Damage::FlipBit(p, bit)),
        2 => (place(), 1usize..20).prop_map(|(p, count)| Damage::Remove(p, count)),
        2 => (place(), 1usize..200).prop_map(|(p, count)| Damage::Repeat(p, count)),
        1 => place().prop_map(Damage::Cut),
    ]
}

fn whole_file() -> impl Strategy<Value = Vec<u8>> {
    let samples = JPEGS.into_iter().chain(PNGS).chain(WEBPS).chain(HEICS).map(|(_, bytes)| bytes.to_vec());
    let position = [
        pictures::oriented(6),
        pictures::text(exif::Tag::DateTimeOriginal, "2020:06:03 10:22:31"),
        pictures::text(exif::Tag::GPSLatitudeRef, "N"),
        pictures::rationals(exif::Tag::GPSLatitude, &[(27, 1), (26, 1), (30, 1)]),
    ];
    let with_exif = jpeg(&quarters(20, 16), &position);
    prop::sample::select(samples.chain([with_exif]).collect::<Vec<_>>())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 4_000,
        rng_seed: RngSeed::Fixed(20_200_630),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_damaged_file_is_refused_or_processed_but_never_a_panic(
        file in whole_file(),
        damages in prop::collection::vec(damage(), 1..6),
    ) {
        let mut file = file;
        damages.iter().for_each(|damage| damage.apply(&mut file));
        let limits = Limits { max_pixels: 250_000, ..Limits::default() };
        if let Ok(result) = process(&file, &claim(), &limits) {
            prop_assert_eq!(decoded(&result.marked).dimensions(), (result.width, result.height));
        }
    }
}
