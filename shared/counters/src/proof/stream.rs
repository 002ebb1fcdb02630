//! Streams that deliver everything at least once, in any order.

use std::collections::BTreeSet;

use super::chance::Chance;

/// What was written to a stream, kept so that it can be delivered again.
pub(super) struct Stream<T> {
    all: Vec<T>,
    /// What is before was cut off with a former register, and isn't delivered any more.
    from: usize,
    due: BTreeSet<usize>,
}

impl<T: Clone> Stream<T> {
    pub(super) fn new() -> Self {
        Stream { all: Vec::new(), from: 0, due: BTreeSet::new() }
    }

    pub(super) fn push(&mut self, one: T) {
        self.due.insert(self.all.len());
        self.all.push(one);
    }

    /// Whether anything still has to be delivered.
    pub(super) fn is_due(&self) -> bool {
        !self.due.is_empty()
    }

    /// These have to be delivered, again or after all.
    pub(super) fn deliver_again(&mut self, places: Vec<usize>) {
        let from = self.from;
        self.due.extend(places.into_iter().filter(|place| *place >= from));
    }

    /// Nothing of what there is will be delivered any more.
    pub(super) fn cut_off(&mut self) {
        self.from = self.all.len();
        self.due.clear();
    }

    /// A batch of what is due, mixed with what was delivered before, in no order.
    pub(super) fn batch(&mut self, chance: &mut Chance) -> Vec<(usize, T)> {
        let mut batch = Vec::new();
        for _ in 0..=chance.below(6) {
            let old = self.all.len() - self.from;
            let again = chance.below(4) == 0 && old > 0;
            let place = if again {
                Some(self.all.len() - 1 - chance.below(old.min(24)))
            } else {
                self.due.iter().nth(chance.below(self.due.len().clamp(1, 24))).copied()
            };
            batch.extend(place.map(|place| (place, self.all[place].clone())));
        }
        for (place, _) in &batch {
            self.due.remove(place);
        }
        batch
    }

    /// The things at these places.
    pub(super) fn at(&self, places: &[usize]) -> impl Iterator<Item = &T> {
        places.iter().map(|place| &self.all[*place])
    }
}
