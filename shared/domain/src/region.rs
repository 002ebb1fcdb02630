//! Administrative regions (行政区划): a code is the prefix of all codes below it.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::registered::LastImport;
use crate::string_newtype::string_newtype;

/// A level of the administrative hierarchy, from the nation down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 全国: the single code `0`.
    Nation,
    /// 省: 2 digits.
    Province,
    /// 市: 4 digits.
    Prefecture,
    /// 县: 6 digits.
    County,
    /// 乡镇: 9 digits.
    Township,
    /// 村: 12 digits.
    Village,
}

impl Level {
    /// All levels, from the nation down to the village.
    pub const ALL: [Level; 6] =
        [Level::Nation, Level::Province, Level::Prefecture, Level::County, Level::Township, Level::Village];

    /// Digits of a code of this level (the nation's `0` is its only one).
    pub const fn digits(self) -> usize {
        match self {
            Level::Nation => 1,
            Level::Province => 2,
            Level::Prefecture => 4,
            Level::County => 6,
            Level::Township => 9,
            Level::Village => 12,
        }
    }

    /// The level directly above; none above the nation.
    pub const fn above(self) -> Option<Level> {
        match self {
            Level::Nation => None,
            Level::Province => Some(Level::Nation),
            Level::Prefecture => Some(Level::Province),
            Level::County => Some(Level::Prefecture),
            Level::Township => Some(Level::County),
            Level::Village => Some(Level::Township),
        }
    }
}

/// The code of a region: `0`, or 2, 4, 6, 9 or 12 digits of which the first is not zero.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegionCode(String);

/// The text is not a region code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a region code: `0`, or 2, 4, 6, 9 or 12 digits")]
pub struct InvalidRegionCode;

impl RegionCode {
    /// The nation, above all others.
    pub fn nation() -> Self {
        RegionCode("0".to_owned())
    }

    /// The code as digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The level, which follows from the length.
    pub fn level(&self) -> Level {
        match self.0.len() {
            1 => Level::Nation,
            2 => Level::Province,
            4 => Level::Prefecture,
            6 => Level::County,
            9 => Level::Township,
            _ => Level::Village,
        }
    }

    /// The region directly above; none above the nation.
    pub fn parent(&self) -> Option<RegionCode> {
        let above = self.level().above()?;
        Some(self.truncated(above))
    }

    /// The regions above, from the nation down to the parent.
    pub fn ancestors(&self) -> Vec<RegionCode> {
        Level::ALL.iter().filter(|level| **level < self.level()).map(|level| self.truncated(*level)).collect()
    }

    /// The region of `level` that this one lies in; none where this one is above that level.
    pub fn at(&self, level: Level) -> Option<RegionCode> {
        (level <= self.level()).then(|| self.truncated(level))
    }

    /// Whether `other` is this region or lies below it.
    pub fn contains(&self, other: &RegionCode) -> bool {
        self.level() == Level::Nation || other.0.starts_with(&self.0)
    }

    fn truncated(&self, level: Level) -> RegionCode {
        match level {
            Level::Nation => RegionCode::nation(),
            _ => RegionCode(self.0[..level.digits()].to_owned()),
        }
    }
}

impl FromStr for RegionCode {
    type Err = InvalidRegionCode;

    fn from_str(text: &str) -> Result<Self, InvalidRegionCode> {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let length = matches!(text.len(), 2 | 4 | 6 | 9 | 12) && !text.starts_with('0');
        if text == "0" || (digits && length) {
            Ok(RegionCode(text.to_owned()))
        } else {
            Err(InvalidRegionCode)
        }
    }
}

impl fmt::Display for RegionCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

string_newtype!(
    RegionCode,
    "A region's code: 2 digits for a province, 4 prefecture, 6 county, 9 township, 12 village; 0 is the nation.",
    "^(0|[1-9][0-9]([0-9]{2}){0,2}|[1-9][0-9]{8}|[1-9][0-9]{11})$",
    "530627101203"
);

/// The code of a village: 12 digits. Households live in villages only.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VillageCode(RegionCode);

impl VillageCode {
    /// The village as a region.
    pub fn region(&self) -> &RegionCode {
        &self.0
    }

    /// The code as digits.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl TryFrom<RegionCode> for VillageCode {
    type Error = InvalidRegionCode;

    fn try_from(region: RegionCode) -> Result<Self, InvalidRegionCode> {
        if region.level() == Level::Village { Ok(VillageCode(region)) } else { Err(InvalidRegionCode) }
    }
}

impl FromStr for VillageCode {
    type Err = InvalidRegionCode;

    fn from_str(text: &str) -> Result<Self, InvalidRegionCode> {
        text.parse::<RegionCode>()?.try_into()
    }
}

impl fmt::Display for VillageCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

string_newtype!(VillageCode, "The code of a village.", "^[1-9][0-9]{11}$", "530627101203");

/// A row of the region register: its name and the public phone that households may call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Region {
    /// The region's code.
    pub code: RegionCode,
    /// The region's own name, such as 果珠乡.
    pub name: String,
    /// The public phone number (a township's office), never a person's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_phone: Option<String>,
    /// How many regions of each level lie below it, as the register of regions has them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub below: BTreeMap<Level, u64>,
    /// The village that it has become a part of: it is listed no more, its households are there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<VillageCode>,
    /// The import that last changed its row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imported: Option<LastImport>,
}

impl Region {
    /// A region of which nothing but its name is known.
    pub fn named(code: RegionCode, name: &str) -> Region {
        let name = name.to_owned();
        Region { code, name, public_phone: None, below: BTreeMap::new(), merged_into: None, imported: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> RegionCode {
        text.parse().unwrap()
    }

    #[test]
    fn a_code_has_the_level_of_its_length() {
        let levels: Vec<Level> = ["0", "53", "5306", "530627", "530627101", "530627101203"]
            .into_iter()
            .map(|text| code(text).level())
            .collect();
        assert_eq!(levels, Level::ALL);
    }

    #[test]
    fn anything_else_is_no_code() {
        for text in
            ["", "1", "00", "05", "531", "53062", "5306271", "53062710120", "5306271012030", "53a627", "５３"]
        {
            assert_eq!(text.parse::<RegionCode>(), Err(InvalidRegionCode), "{text}");
        }
        assert!("530627".parse::<VillageCode>().is_err());
    }

    #[test]
    fn the_nation_is_above_all_and_prefixes_contain() {
        let village = code("530627101203");
        let above: Vec<String> = village.ancestors().iter().map(ToString::to_string).collect();
        assert_eq!(above, ["0", "53", "5306", "530627", "530627101"]);
        assert!(village.ancestors().iter().all(|region| region.contains(&village)));
        assert!(!code("530627102").contains(&village));
        assert!(!village.contains(&code("530627101")));
        assert_eq!(code("53").parent(), Some(RegionCode::nation()));
        assert_eq!(RegionCode::nation().parent(), None);
        assert_eq!(village.at(Level::County), Some(code("530627")));
        assert_eq!(code("53").at(Level::County), None);
    }
}
