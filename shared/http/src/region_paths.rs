//! Names of the regions that a household lies in, kept for a while.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anju_domain::region::{Region, RegionCode};
use anju_store::{Registry, StoreError};

/// How long names are kept: a region is renamed once in a campaign, and every record names four. What is written down
/// for good, as the household's page, reads them anew.
const KEPT: Duration = Duration::from_secs(60);
/// Villages that a process keeps names of: a few hundred bytes each.
const MOST_VILLAGES: usize = 1_000;

/// Reads the regions that a village lies in, each village's once a minute. Copies share what they keep.
#[derive(Debug, Clone)]
pub struct RegionPaths {
    registry: Registry,
    kept: Arc<Mutex<Kept>>,
}

type Kept = HashMap<RegionCode, (Instant, Vec<Region>)>;

impl RegionPaths {
    /// Nothing is kept yet.
    pub fn new(registry: Registry) -> Self {
        RegionPaths { registry, kept: Arc::default() }
    }

    /// The region and those above it, from the province down.
    pub async fn of(&self, region: &RegionCode) -> Result<Vec<Region>, StoreError> {
        if let Some(path) = recent(&self.lock(), region, Instant::now()) {
            return Ok(path);
        }
        let path = self.registry.path(region).await?;
        keep(&mut self.lock(), region, &path, Instant::now());
        Ok(path)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn recent(kept: &Kept, region: &RegionCode, now: Instant) -> Option<Vec<Region>> {
    let (read_at, path) = kept.get(region)?;
    (now.duration_since(*read_at) < KEPT).then(|| path.clone())
}

/// Where it is full, everything goes: that is once in a thousand villages.
fn keep(kept: &mut Kept, region: &RegionCode, path: &[Region], now: Instant) {
    if kept.len() >= MOST_VILLAGES && !kept.contains_key(region) {
        kept.clear();
    }
    // A path without its own region may be complete a moment later: the import of regions is under way.
    if path.last().is_some_and(|last| last.code == *region) {
        kept.insert(region.clone(), (now, path.to_vec()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(code: &str) -> Vec<Region> {
        serde_json::from_value(serde_json::json!([{"code": code, "name": "云岭村"}])).unwrap()
    }

    #[test]
    fn names_are_kept_for_a_minute_and_never_where_some_are_missing() {
        let (mut kept, now) = (Kept::new(), Instant::now());
        let village: RegionCode = "530627101203".parse().unwrap();
        keep(&mut kept, &village, &path("530627101"), now);
        assert_eq!(recent(&kept, &village, now), None);
        keep(&mut kept, &village, &path("530627101203"), now);
        assert_eq!(recent(&kept, &village, now + KEPT / 2), Some(path("530627101203")));
        assert_eq!(recent(&kept, &village, now + KEPT), None);
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let (mut kept, now) = (Kept::new(), Instant::now());
        for number in 0..2 * MOST_VILLAGES {
            let code = format!("530627{:06}", 101_000 + number);
            keep(&mut kept, &code.parse().unwrap(), &path(&code), now);
        }
        assert!(kept.len() <= MOST_VILLAGES);
    }
}
