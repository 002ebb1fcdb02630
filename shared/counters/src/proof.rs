//! The proof that the counters converge: whatever happens on the way, once every record was
//! delivered after its last failure, all counts are the fold of the register. `docs/counters.md` says
//! what it covers.

mod chance;
mod checks;
mod crashes;
mod disaster;
mod repairs;
mod requests;
mod stream;
mod summaries;
mod task;
mod verdict;
mod world;

use std::collections::BTreeMap;

use proptest::prelude::*;

use self::chance::Chance;
use self::verdict::assert_converged;
use self::world::World;

/// The world after all this, and after it has come to rest.
fn lived_through(script: Vec<u8>) -> World {
    let mut world = World::new(script);
    world.run();
    world.settle();
    world
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, max_shrink_iters: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_the_counts_become_the_fold_of_the_register(
        script in prop::collection::vec(any::<u8>(), 0..6_000),
    ) {
        let world = lived_through(script);
        assert_converged(&world.store, &world.register, world.epoch);
    }
}

/// A proof whose schedules never hurt would prove nothing.
#[test]
fn the_schedules_of_the_proof_hold_every_kind_of_trouble() {
    let mut met: BTreeMap<&str, u32> = BTreeMap::new();
    for seed in 0..64 {
        let mut chance = Chance::new(Vec::new(), seed);
        let script = (0..6_000).map(|_| chance.below(256) as u8).collect();
        for (trouble, times) in lived_through(script).troubles.all() {
            *met.entry(trouble).or_default() += times;
        }
    }
    for trouble in [
        "moved",
        "checked",
        "killed",
        "abandoned",
        "given up",
        "restored",
        "wrong summary planted",
        "wrong counts planted",
        "conflict",
        "conflict without reason",
        "write refused",
        "written, but the answer lost",
        "read failed",
    ] {
        assert!(met.get(trouble).is_some_and(|times| *times >= 5), "{trouble}: {met:?}");
    }
}
