//! Regions as clients see them.

use anju_domain::region::{Level, Region, RegionCode};
use schemars::JsonSchema;
use serde::Serialize;

/// A region by code and name.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct NamedRegion {
    code: RegionCode,
    name: String,
}

impl From<Region> for NamedRegion {
    fn from(region: Region) -> Self {
        NamedRegion { code: region.code, name: region.name }
    }
}

/// A region with what is above and below it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Region")]
pub struct RegionView {
    code: RegionCode,
    name: String,
    level: Level,
    #[serde(skip_serializing_if = "Option::is_none")]
    public_phone: Option<String>,
    parents: Vec<NamedRegion>,
    children: Vec<NamedRegion>,
}

impl RegionView {
    /// `parents` from the nation down, `children` in order of their codes.
    pub fn new(region: Region, parents: Vec<Region>, children: Vec<Region>) -> Self {
        RegionView {
            level: region.code.level(),
            code: region.code,
            name: region.name,
            public_phone: region.public_phone,
            parents: parents.into_iter().map(NamedRegion::from).collect(),
            children: children.into_iter().map(NamedRegion::from).collect(),
        }
    }
}

/// The village of a household and its path from the province down.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Village")]
pub struct VillageView {
    code: RegionCode,
    name: String,
    path: Vec<NamedRegion>,
}

impl VillageView {
    /// `path` from the province down to the village.
    pub fn new(code: &RegionCode, path: Vec<Region>) -> Self {
        let name = path.iter().find(|region| region.code == *code).map(|region| region.name.clone());
        VillageView {
            code: code.clone(),
            name: name.unwrap_or_default(),
            path: path.into_iter().map(NamedRegion::from).collect(),
        }
    }

    /// The names on its path from the province down to the village, one for each level; none where a level has no row.
    pub(crate) fn names(&self) -> [Option<&str>; 5] {
        let levels = [Level::Province, Level::Prefecture, Level::County, Level::Township, Level::Village];
        levels.map(|level| {
            let named = self.path.iter().find(|region| region.code.level() == level);
            named.map(|region| region.name.as_str())
        })
    }
}
