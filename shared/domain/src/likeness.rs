//! Photos that show the same: fingerprints, where they are looked up, and when two of them are alike.
//!
//! A fingerprint of 64 bits is cut into four bands of 16. Two that differ in at most seven bits differ in at
//! most one bit of some band; where one band tells nothing, as that of a full place, the same holds for five
//! bits. So whoever looks at each band and at all values one bit away from it finds them. What is found so is
//! confirmed with 256 bits. `docs/likeness.md` has the measurements behind the limits.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use crate::string_newtype::string_newtype;

/// Bits of 64 that copies of a photo may differ in.
pub const ALIKE_BITS: u32 = 7;
/// Bits of 256 that copies of a photo may differ in.
pub const ALIKE_FINE_BITS: u32 = 10;
/// Neighbours of 256 that must clearly differ in brightness, for a picture to be one of something: more than copies
/// may differ in. An even surface looks like any other one.
pub const TELLING_BITS: u32 = 32;
/// Bands of a fingerprint.
pub const BANDS: usize = 4;

/// A difference hash of 16 by 16 bits, in hexadecimal where it is text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FineHash(pub [u64; 4]);

impl FineHash {
    /// The bits that differ.
    pub fn distance(&self, other: &FineHash) -> u32 {
        self.0.iter().zip(other.0).map(|(one, other)| (one ^ other).count_ones()).sum()
    }

    fn ones(&self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }
}

impl fmt::Display for FineHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|word| write!(formatter, "{word:016x}"))
    }
}

/// The text is not a hash of 256 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not 64 hexadecimal digits")]
pub struct InvalidFineHash;

impl FromStr for FineHash {
    type Err = InvalidFineHash;

    fn from_str(text: &str) -> Result<Self, InvalidFineHash> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| InvalidFineHash)?;
        let mut words = [0; 4];
        for (word, bytes) in words.iter_mut().zip(bytes.as_chunks::<8>().0) {
            *word = u64::from_be_bytes(*bytes);
        }
        Ok(FineHash(words))
    }
}

string_newtype!(
    FineHash,
    "A difference hash of 16 by 16 bits, row by row from the top left.",
    "^[0-9a-f]{64}$",
    "00000000ffffffff00000000ffffffff00000000ffffffff00000000ffffffff"
);

/// What a picture shows, in short and in fine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint {
    /// Difference hash of 8 by 8 bits.
    pub hash: u64,
    /// Difference hash of 16 by 16 bits.
    pub fine: FineHash,
}

impl Fingerprint {
    /// Whether both are of copies of one picture.
    pub fn is_like(&self, other: &Fingerprint) -> bool {
        (self.hash ^ other.hash).count_ones() <= ALIKE_BITS
            && self.fine.distance(&other.fine) <= ALIKE_FINE_BITS
    }

    /// Its four bands, where it is entered.
    pub fn bands(&self) -> [Band; BANDS] {
        std::array::from_fn(|index| Band { index: index as u8, value: band_value(self.hash, index) })
    }

    /// Its bands and all that are one bit away from them, 68 together.
    fn neighbourhood(&self) -> impl Iterator<Item = Band> {
        self.bands().into_iter().flat_map(|band| {
            let near = (0..u16::BITS).map(move |bit| Band { value: band.value ^ (1 << bit), ..band });
            near.chain([band])
        })
    }
}

/// Every fourth bit. Each band so holds two columns of the picture and some of its sky, some of its house and
/// some of its ground: skies are alike, and bands of nothing else would be, too.
fn band_value(hash: u64, index: usize) -> u16 {
    (0..16).fold(0, |value, bit| value | (((hash >> (4 * bit + index)) & 1) as u16) << bit)
}

/// One of the four parts of a fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Band {
    /// Which, from 0 to 3.
    pub index: u8,
    /// Its bits.
    pub value: u16,
}

/// A picture's fingerprint, and that of its mirror image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Likeness {
    /// As the viewer sees it.
    pub seen: Fingerprint,
    /// Mirrored left to right.
    pub mirrored: Fingerprint,
}

impl Likeness {
    /// Whether the picture shows enough for its likeness to mean something. Each pair of neighbours that clearly
    /// differ in brightness sets a bit in one of both hashes; any other pair sets none.
    pub fn is_telling(&self) -> bool {
        self.seen.fine.ones() + self.mirrored.fine.ones() >= TELLING_BITS
    }

    /// Whether another picture shows the same, or its mirror image.
    pub fn is_like(&self, other: &Fingerprint) -> bool {
        self.seen.is_like(other) || self.mirrored.is_like(other)
    }

    /// Where pictures that may show the same have been entered: at most 136 bands.
    pub fn neighbourhood(&self) -> BTreeSet<Band> {
        self.seen.neighbourhood().chain(self.mirrored.neighbourhood()).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(hash: u64) -> Fingerprint {
        Fingerprint { hash, fine: FineHash([hash; 4]) }
    }

    fn finds(looked_for: u64, entered: u64, full: Option<u8>) -> bool {
        let likeness = Likeness { seen: of(looked_for), mirrored: of(!looked_for) };
        let neighbourhood = likeness.neighbourhood();
        of(entered).bands().iter().any(|band| full != Some(band.index) && neighbourhood.contains(band))
    }

    fn flipped(hash: u64, bits: &BTreeSet<u32>) -> u64 {
        bits.iter().fold(hash, |hash, bit| hash ^ (1 << bit))
    }

    #[test]
    fn bands_are_every_fourth_bit_and_hold_them_all() {
        assert_eq!(of(0x1111_1111_1111_1111).bands().map(|band| band.value), [u16::MAX, 0, 0, 0]);
        assert_eq!(of(1 << 63).bands().map(|band| band.value), [0, 0, 0, 1 << 15]);
        let places = Likeness { seen: of(7), mirrored: of(!7) }.neighbourhood();
        assert_eq!(places.len(), 136);
    }

    #[test]
    fn an_even_surface_tells_nothing_and_a_picture_does() {
        let flat = Fingerprint { hash: 0, fine: FineHash([0; 4]) };
        assert!(!Likeness { seen: flat, mirrored: flat }.is_telling());
        let slope = Fingerprint { hash: u64::MAX, fine: FineHash([u64::MAX; 4]) };
        assert!(Likeness { seen: slope, mirrored: flat }.is_telling());
        assert!(Likeness { seen: flat, mirrored: slope }.is_telling());
    }

    proptest! {
        #[test]
        fn copies_that_differ_in_seven_bits_are_found_and_in_five_with_one_band_full(
            hash: u64, bits in prop::collection::btree_set(0_u32..64, 0..=7), full in 0_u8..4,
        ) {
            prop_assert!(finds(hash, flipped(hash, &bits), None));
            let five: BTreeSet<u32> = bits.into_iter().take(5).collect();
            prop_assert!(finds(hash, flipped(hash, &five), Some(full)));
        }

        #[test]
        fn likeness_is_a_matter_of_both(hash: u64, fine: [u64; 4], bits in prop::collection::btree_set(0_u32..64, 0..20)) {
            let one = Fingerprint { hash, fine: FineHash(fine) };
            prop_assert!(one.is_like(&one));
            let other = Fingerprint { hash: flipped(hash, &bits), fine: one.fine };
            prop_assert_eq!(one.is_like(&other), bits.len() <= 7);
            prop_assert_eq!(other.is_like(&one), one.is_like(&other));
            let coarse_only = Fingerprint { fine: FineHash(fine.map(|word| word ^ 0x3F)), ..one };
            prop_assert!(!one.is_like(&coarse_only), "24 fine bits differ");
        }

        #[test]
        fn a_mirror_image_is_found_and_is_alike(hash: u64, mirrored: u64) {
            let likeness = Likeness { seen: of(hash), mirrored: of(mirrored) };
            prop_assert!(likeness.is_like(&of(mirrored)));
            let places = likeness.neighbourhood();
            prop_assert!(of(mirrored).bands().iter().all(|band| places.contains(band)));
            prop_assert!(places.len() <= 136);
        }

        #[test]
        fn a_fine_hash_survives_as_text(words: [u64; 4]) {
            let hash = FineHash(words);
            prop_assert_eq!(hash.to_string().parse(), Ok(hash));
        }
    }
}
