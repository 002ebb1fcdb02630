//! The counts of regions: one item per region, one row per child.

use std::collections::BTreeMap;
use std::fmt;

use anju_domain::count::{Counts, OnEqual, Version, Versioned, merge};
use anju_domain::region::{Level, RegionCode};

use crate::bucket::{BucketId, BucketNumber};

/// A child as its parent's row names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChildKey {
    /// A bucket of a village.
    Bucket(BucketNumber),
    /// The region below any other region.
    Region(RegionCode),
}

impl ChildKey {
    /// The child of `parent` that is written like this.
    pub fn parse(parent: &RegionCode, text: &str) -> Result<Self, NotItsChild> {
        if parent.level() == Level::Village {
            return text.parse().map(ChildKey::Bucket).map_err(|_| NotItsChild);
        }
        match text.parse::<RegionCode>() {
            Ok(code) if code.parent().as_ref() == Some(parent) => Ok(ChildKey::Region(code)),
            _ => Err(NotItsChild),
        }
    }
}

impl fmt::Display for ChildKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ChildKey::Bucket(number) => number.fmt(formatter),
            ChildKey::Region(code) => code.fmt(formatter),
        }
    }
}

/// The row's key names no child of the region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a row that is no child of its region")]
pub struct NotItsChild;

/// What a region's item holds: the latest known counts of each child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionCounts {
    region: RegionCode,
    version: Version,
    rows: BTreeMap<ChildKey, Versioned<Counts>>,
}

impl RegionCounts {
    /// A region of which nothing is counted yet.
    pub fn empty(region: RegionCode) -> Self {
        RegionCounts { region, version: Version::default(), rows: BTreeMap::new() }
    }

    /// The item as it was stored; rows are by [`ChildKey`]'s text.
    pub fn stored<K: AsRef<str>>(
        region: RegionCode,
        version: Version,
        rows: impl IntoIterator<Item = (K, Versioned<Counts>)>,
    ) -> Result<Self, NotItsChild> {
        let rows = rows
            .into_iter()
            .map(|(key, row)| Ok((ChildKey::parse(&region, key.as_ref())?, row)))
            .collect::<Result<_, NotItsChild>>()?;
        Ok(RegionCounts { region, version, rows })
    }

    /// The region.
    pub fn region(&self) -> &RegionCode {
        &self.region
    }

    /// How often it was written, within its epoch. Two different contents never share a version.
    pub fn version(&self) -> Version {
        self.version
    }

    /// A row per child; its version is that of the child's item.
    pub fn rows(&self) -> &BTreeMap<ChildKey, Versioned<Counts>> {
        &self.rows
    }

    /// The counts of the region below with this code; none where nothing was counted yet.
    pub fn below(&self, code: &RegionCode) -> Option<&Counts> {
        self.rows.get(&ChildKey::Region(code.clone())).map(|row| &row.value)
    }

    /// The region's own counts: those of its children together.
    pub fn total(&self) -> Counts {
        Counts::fold(self.rows.values().map(|row| &row.value))
    }

    /// Takes over what is newer. Says whether anything changed.
    pub(crate) fn take(&mut self, children: &[ChildCounts], on_equal: OnEqual) -> bool {
        let mut changed = false;
        for child in children {
            debug_assert_eq!(child.of.parent().as_ref(), Some(&self.region), "grouped by parent");
            changed |= merge(&mut self.rows, child.of.key(), child.counts.clone(), on_equal);
        }
        changed
    }

    /// Its next version, before it is written by somebody who lives in `epoch`.
    pub(crate) fn advance(&mut self, epoch: u32) {
        self.version = self.version.next(epoch);
    }
}

/// Anything that is counted in a region above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Child {
    /// A bucket, counted in its village.
    Bucket(BucketId),
    /// A region, counted in the one above.
    Region(RegionCode),
}

impl Child {
    /// Where it is counted; the nation nowhere.
    pub(crate) fn parent(&self) -> Option<RegionCode> {
        match self {
            Child::Bucket(id) => Some(id.village().region().clone()),
            Child::Region(code) => code.parent(),
        }
    }

    /// How its row is named there.
    pub(crate) fn key(&self) -> ChildKey {
        match self {
            Child::Bucket(id) => ChildKey::Bucket(id.number()),
            Child::Region(code) => ChildKey::Region(code.clone()),
        }
    }
}

/// The counts of a child, on their way to its parent.
#[derive(Debug, Clone)]
pub(crate) struct ChildCounts {
    pub(crate) of: Child,
    pub(crate) counts: Versioned<Counts>,
}

impl From<&RegionCounts> for ChildCounts {
    fn from(item: &RegionCounts) -> Self {
        let counts = Versioned { version: item.version, value: item.total() };
        ChildCounts { of: Child::Region(item.region.clone()), counts }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(region: &str, child: &str) -> Result<RegionCounts, NotItsChild> {
        let row = Versioned { version: Version::default(), value: Counts::default() };
        RegionCounts::stored(region.parse().unwrap(), Version::default(), [(child, row)])
    }

    #[test]
    fn a_region_takes_only_rows_of_its_own_children() {
        for (region, child) in [("530627101203", "7"), ("530627", "530627101"), ("0", "53")] {
            assert_eq!(stored(region, child).unwrap().rows().keys().next().unwrap().to_string(), child);
        }
        for (region, child) in [
            ("530627101203", "530627101204"),
            ("530627", "7"),
            ("530627", "530628101"),
            ("0", "5306"),
            ("0", "0"),
        ] {
            assert_eq!(stored(region, child), Err(NotItsChild), "{child} in {region}");
        }
    }
}
