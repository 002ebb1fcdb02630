//! Ids that carry their partition, so that no id needs an index.

use std::fmt;
use std::str::FromStr;

use crate::region::VillageCode;
use crate::string_newtype::string_newtype;
use crate::summary::AlertKind;

/// The text is not an id of this kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid id")]
pub struct InvalidId;

/// A household: `<village>-<number>`, its number within the village.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HouseholdId {
    village: VillageCode,
    number: u32,
}

impl HouseholdId {
    /// The household with this number (from 1) in the village.
    pub fn new(village: VillageCode, number: u32) -> Self {
        HouseholdId { village, number }
    }

    /// The village it belongs to.
    pub fn village(&self) -> &VillageCode {
        &self.village
    }

    /// Its number within the village.
    pub fn number(&self) -> u32 {
        self.number
    }
}

impl FromStr for HouseholdId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let (village, number) = text.split_once('-').ok_or(InvalidId)?;
        let village = village.parse().map_err(|_| InvalidId)?;
        if number.starts_with('0') || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(InvalidId);
        }
        Ok(HouseholdId { village, number: number.parse().map_err(|_| InvalidId)? })
    }
}

impl fmt::Display for HouseholdId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{}", self.village, self.number)
    }
}

string_newtype!(
    HouseholdId,
    "A household: its village and its number there.",
    "^[1-9][0-9]{11}-[1-9][0-9]*$",
    "530627101203-17"
);

/// The id of something that belongs to a household: `<household>-<32 hexadecimal digits>`, the latter a
/// UUID of version 7, so that ids of one household sort by their time.
macro_rules! child_id {
    ($name:ident, $about:literal) => {
        #[doc = $about]
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name {
            household: HouseholdId,
            unique: u128,
        }

        impl $name {
            /// One of the household; `unique` is a fresh UUID's value.
            pub fn new(household: HouseholdId, unique: u128) -> Self {
                $name { household, unique }
            }

            /// The household that it belongs to.
            pub fn household(&self) -> &HouseholdId {
                &self.household
            }

            /// The part that differs within one household, as it stands in the id.
            pub fn unique(&self) -> String {
                format!("{:032x}", self.unique)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let (household, unique) = parse_child(text)?;
                Ok($name { household, unique })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, "{}-{:032x}", self.household, self.unique)
            }
        }

        string_newtype!(
            $name,
            $about,
            "^[1-9][0-9]{11}-[1-9][0-9]*-[0-9a-f]{32}$",
            "530627101203-17-0190163d8f3a7c51b2d4e6f8a0b1c2d3"
        );
    };
}

fn parse_child(text: &str) -> Result<(HouseholdId, u128), InvalidId> {
    let (household, unique) = text.rsplit_once('-').ok_or(InvalidId)?;
    let hexadecimal =
        unique.len() == 32 && unique.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if !hexadecimal {
        return Err(InvalidId);
    }
    let unique = u128::from_str_radix(unique, 16).map_err(|_| InvalidId)?;
    Ok((household.parse()?, unique))
}

child_id!(PhotoId, "A photo.");

child_id!(FeedbackId, "A report of a problem.");

child_id!(SurveyId, "A field survey.");

/// An alert: `<household>-<kind>-<revision that raised it>`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AlertId {
    /// The household that it flags.
    pub household: HouseholdId,
    /// What it says.
    pub kind: AlertKind,
    /// The household's revision that raised it.
    pub revision: u64,
}

impl FromStr for AlertId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let (rest, revision) = text.rsplit_once('-').ok_or(InvalidId)?;
        let (household, kind) = rest.rsplit_once('-').ok_or(InvalidId)?;
        let kind = AlertKind::ALL.into_iter().find(|known| known.name() == kind).ok_or(InvalidId)?;
        let digits = !revision.is_empty() && revision.bytes().all(|byte| byte.is_ascii_digit());
        let revision = revision.parse().ok().filter(|_| digits).ok_or(InvalidId)?;
        Ok(AlertId { household: household.parse()?, kind, revision })
    }
}

impl fmt::Display for AlertId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{}-{}", self.household, self.kind.name(), self.revision)
    }
}

string_newtype!(
    AlertId,
    "An alert: its household, its kind, and the revision that raised it.",
    "^[1-9][0-9]{11}-[1-9][0-9]*-[a-z_]+-[0-9]+$",
    "530627101203-17-unsecured-4"
);

/// The secret part of a household's public address: 24 characters of base 32, 120 bits.
///
/// Whoever knows it may read the public page; it says nothing about the household.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LookupToken(String);

impl LookupToken {
    const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    const LENGTH: usize = 24;

    /// A token of 120 bits, made of 15 random bytes. Characters that people confuse don't occur.
    pub fn from_random(bytes: [u8; 15]) -> Self {
        let mut bits = 0_u16;
        let mut held = 0;
        let mut text = String::with_capacity(Self::LENGTH);
        for byte in bytes {
            bits = (bits << 8) | u16::from(byte);
            held += 8;
            while held >= 5 {
                held -= 5;
                text.push(char::from(Self::ALPHABET[usize::from((bits >> held) & 31)]));
            }
        }
        LookupToken(text)
    }

    /// The token as it stands in the address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for LookupToken {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let valid = text.len() == Self::LENGTH && text.bytes().all(|byte| Self::ALPHABET.contains(&byte));
        if valid { Ok(LookupToken(text.to_owned())) } else { Err(InvalidId) }
    }
}

impl fmt::Display for LookupToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A capability: never printed by accident.
impl fmt::Debug for LookupToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("LookupToken(…)")
    }
}

string_newtype!(
    LookupToken,
    "The secret part of a public page's address.",
    "^[a-kmnp-z2-9]{24}$",
    "abcdefghijkmnpqrstuvwxyz"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_household_id_is_its_village_and_number() {
        let id: HouseholdId = "530627101203-17".parse().unwrap();
        assert_eq!((id.village().as_str(), id.number()), ("530627101203", 17));
        assert_eq!(id.to_string(), "530627101203-17");
        for wrong in [
            "530627101203",
            "530627101203-",
            "530627101203-017",
            "530627101203-+1",
            "530627-1",
            "530627101203-1-2",
        ] {
            assert!(wrong.parse::<HouseholdId>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_photo_id_leads_to_its_household() {
        let id = PhotoId::new("530627101203-17".parse().unwrap(), 0x0192);
        let back: PhotoId = id.to_string().parse().unwrap();
        assert_eq!(back, id);
        assert_eq!(back.household().number(), 17);
        assert!("530627101203-17-0192".parse::<PhotoId>().is_err());
    }

    #[test]
    fn an_alert_id_is_household_kind_and_revision() {
        let id: AlertId = "530627101203-17-photo_rejected-9".parse().unwrap();
        assert_eq!((id.household.number(), id.kind, id.revision), (17, AlertKind::PhotoRejected, 9));
        assert_eq!(id.to_string(), "530627101203-17-photo_rejected-9");
        for wrong in [
            "530627101203-17-9",
            "530627101203-17-nothing-9",
            "530627101203-17-burst-",
            "530627101203-17-burst-+9",
        ] {
            assert!(wrong.parse::<AlertId>().is_err(), "{wrong}");
        }
    }

    proptest::proptest! {
        #[test]
        fn different_random_bytes_give_different_tokens_that_parse(first: [u8; 15], second: [u8; 15]) {
            let (one, other) = (LookupToken::from_random(first), LookupToken::from_random(second));
            proptest::prop_assert_eq!(one.as_str().parse::<LookupToken>().unwrap(), one.clone());
            proptest::prop_assert_eq!(first == second, one == other);
        }
    }
}
