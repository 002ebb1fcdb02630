//! Regions of lists: the one that is asked for, and the names of those that rows lie in.

use std::collections::{BTreeMap, BTreeSet};

use anju_domain::access::Action;
use anju_domain::region::{Level, Region, RegionCode};
use anju_store::{Registry, StoreError};

use crate::auth::Caller;
use crate::error::ApiError;
use crate::view::region::VillageView;

/// The region of a list that is asked for: theirs unless they name one, which must exist and lie within
/// theirs.
pub async fn of_list(
    registry: &Registry,
    caller: &Caller,
    named: Option<&RegionCode>,
) -> Result<RegionCode, ApiError> {
    let Some(region) = named else { return Ok(caller.region().clone()) };
    registry.region(region).await?.ok_or(ApiError::NotFound)?;
    caller.may(Action::Read, region)?;
    Ok(region.clone())
}

/// The names of a page's regions and of those above them.
#[derive(Debug)]
pub struct RegionNames(BTreeMap<RegionCode, Region>);

impl RegionNames {
    /// Reads them all at once.
    pub async fn read<'a>(
        registry: &Registry,
        codes: impl Iterator<Item = &'a RegionCode>,
    ) -> Result<Self, StoreError> {
        let codes: BTreeSet<&RegionCode> = codes.collect();
        let paths =
            codes.into_iter().flat_map(|code| code.ancestors().into_iter().skip(1).chain([code.clone()]));
        registry.regions(paths).await.map(RegionNames)
    }

    /// A region with its path from the province down.
    pub fn view(&self, code: &RegionCode) -> VillageView {
        VillageView::new(code, self.path(code))
    }

    /// The region and those above it, from the province down.
    pub fn path(&self, code: &RegionCode) -> Vec<Region> {
        let above = |region: &&Region| region.code == *code || region.code.level() != Level::Nation;
        let path = self.0.values().filter(|region| region.code.contains(code)).filter(above);
        path.cloned().collect()
    }
}
