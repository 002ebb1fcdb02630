//! What no stream tells of: wrong values at right versions, and a register set back in time.

use anju_domain::count::Counts;

use super::summaries::summary;
use super::world::{Whole, World};
use crate::region::RegionCounts;

impl World {
    /// Does something that calls for a recount of everything, unless that has begun.
    pub(super) fn disaster(&mut self) {
        if self.whole == Whole::Begun {
            return;
        }
        match self.below(6) {
            0 => self.plant_in_a_bucket(),
            1 | 2 => self.plant_in_a_region(),
            3 if self.epoch == 1 => self.restore(),
            _ => self.backup = self.register.held(),
        }
    }

    fn plant_in_a_bucket(&mut self) {
        let mut buckets = Vec::from_iter(self.store.held_buckets());
        if buckets.is_empty() {
            return;
        }
        let (id, mut bucket) = buckets.swap_remove(self.below(buckets.len()));
        let which = self.below(bucket.rows.len());
        let wrong = summary(|limit| self.below(limit));
        bucket.rows.values_mut().skip(which).take(1).for_each(|row| row.value = wrong);
        self.store.plant_bucket(id, bucket);
        self.calls_for_a_recount("wrong summary planted");
    }

    fn plant_in_a_region(&mut self) {
        let mut regions = Vec::from_iter(self.store.held_regions().into_values());
        if regions.is_empty() {
            return;
        }
        let item = regions.swap_remove(self.below(regions.len()));
        let which = self.below(item.rows().len());
        let wrong = summary(|limit| self.below(limit)).unpack().unwrap();
        let mut rows: Vec<_> =
            item.rows().iter().map(|(child, row)| (child.to_string(), row.clone())).collect();
        rows[which].1.value = Counts::of(&wrong);
        let planted = RegionCounts::stored(item.region().clone(), item.version(), rows).unwrap();
        self.store.plant_region(planted);
        self.calls_for_a_recount("wrong counts planted");
    }

    /// The register is set back to an earlier moment, and a stream of its own begins. What was on its
    /// way is lost; workers that have it already go on.
    fn restore(&mut self) {
        self.register.restore(self.backup.clone());
        self.registry.cut_off();
        self.epoch += 1;
        self.calls_for_a_recount("restored");
    }

    fn calls_for_a_recount(&mut self, why: &'static str) {
        self.met(why);
        self.disturbed = true;
        self.whole = Whole::Needed;
    }
}
