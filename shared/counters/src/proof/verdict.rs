//! Whether the counters are what the register says.

use std::collections::BTreeSet;

use anju_domain::count::Counts;
use anju_domain::region::RegionCode;

use super::summaries::villages;
use crate::Counters;
use crate::ports::NoPause;
use crate::recount::Mode;
use crate::testing::{MemoryCounters, MemoryRegister};

/// All villages and the regions above them.
pub(super) fn regions() -> BTreeSet<RegionCode> {
    let villages = villages();
    let above = villages.iter().flat_map(|village| village.region().ancestors());
    above.chain(villages.iter().map(|village| village.region().clone())).collect()
}

/// The regions right below one, as far as they hold a village.
pub(super) fn children_of(region: &RegionCode) -> BTreeSet<RegionCode> {
    regions().into_iter().filter(|code| code.parent().as_ref() == Some(region)).collect()
}

/// The counts of a region, straight from the register.
pub(super) fn fold(register: &MemoryRegister<()>, region: &RegionCode) -> Counts {
    let held = register.held();
    let inside = held.iter().filter(|(id, _)| region.contains(id.village().region()));
    let each: Vec<Counts> =
        inside.map(|(_, household)| Counts::of(&household.summary.unpack().unwrap())).collect();
    Counts::fold(&each)
}

/// Asserts it for all regions and all their rows, and that a check agrees.
pub(super) fn assert_converged(store: &MemoryCounters, register: &MemoryRegister<()>, epoch: u32) {
    for region in regions() {
        let item = store.held_region(&region);
        let total = item.map(|item| item.total()).unwrap_or_default();
        assert_eq!(total, fold(register, &region), "the counts of {region}");
        if let Some(parent) = region.parent() {
            let parent = store.held_region(&parent);
            let row = parent.and_then(|parent| parent.below(&region).cloned()).unwrap_or_default();
            assert_eq!(row, total, "the row of {region}");
        }
    }
    let counters = Counters { store: store.sharing(|_| Default::default()), pause: NoPause, epoch };
    let register_at_rest = MemoryRegister::default();
    register_at_rest.restore(register.held());
    let recounted = now(counters.recount(&register_at_rest, &villages().into_iter().collect(), Mode::Check));
    let recounted = recounted.unwrap();
    assert!(recounted.is_complete());
    assert_eq!(recounted.differences, []);
    for region in regions() {
        let checked = now(counters.check(&register_at_rest, &region, &children_of(&region))).unwrap();
        assert_eq!(checked.differences, [], "the check of {region}");
    }
}

/// What the future gives, which waits for nothing.
pub(super) fn now<T>(future: impl Future<Output = T>) -> T {
    let mut future = Box::pin(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    loop {
        if let std::task::Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
}
