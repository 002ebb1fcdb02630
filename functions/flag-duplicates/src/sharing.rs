//! Brings what households know of whom they share an ID number with up to date.
//!
//! Households change at the same time, and what is looked up may be outdated before it is written. So
//! whoever wrote looks again, at all that the write was about, until there is nothing to write. Of any two
//! households, the one whose ID numbers changed last is compared after that. It finds the other one by what
//! it shares or knows; and where somebody made it forget too early, that somebody looks at both again.

use std::collections::BTreeSet;

use anju_counters::ports::Pause;
use anju_domain::change::{Actor, ChangeKind};
use anju_domain::household::Household;
use anju_domain::ids::HouseholdId;
use anju_store::counters::Jitter;
use anju_store::household::Transition;
use anju_store::{Registry, StoreError};
use jiff::Timestamp;
use serde_json::json;

/// Attempts while others change the same households. More than elsewhere: nobody waits for an answer, and
/// a message that fails comes back only after six minutes.
const ATTEMPTS: u32 = 24;

/// Compares a household, and all that it shares an ID number with or did so far, until all know what holds.
pub async fn settle_all(registry: &Registry, id: &HouseholdId) -> Result<(), StoreError> {
    let mut affected = remember(registry, id).await?;
    for pass in 1..=ATTEMPTS {
        let mut concerned = BTreeSet::new();
        // The household itself comes last: until then it knows whom this is about.
        for one in affected.iter().filter(|other| *other != id).chain([id]) {
            concerned.append(&mut settle(registry, one).await?);
        }
        if concerned.is_empty() {
            return Ok(());
        }
        affected.append(&mut concerned);
        // Another run may be writing about the same households: not in step with it.
        Jitter.after(pass).await;
    }
    Err(StoreError::Conflict)
}

/// Adds those that share with the household now to those that it knows of, and gives them all. It must know
/// of them before they know of it: if this ends half-way, they are found again from here.
async fn remember(registry: &Registry, id: &HouseholdId) -> Result<BTreeSet<HouseholdId>, StoreError> {
    for attempt in 1..=ATTEMPTS {
        let Some(household) = registry.household(id).await? else { return Ok(BTreeSet::new()) };
        let mut known = registry.sharing_id_numbers(&household).await?;
        known.extend(household.id_shared_with.iter().cloned());
        if commit(registry, &household, &known, attempt).await? != Written::ByOthers {
            return Ok(known);
        }
    }
    Err(StoreError::Conflict)
}

/// Makes what a household knows what holds. Gives whom it learnt of or forgot on the way.
async fn settle(registry: &Registry, id: &HouseholdId) -> Result<BTreeSet<HouseholdId>, StoreError> {
    let mut concerned = BTreeSet::new();
    for attempt in 1..=ATTEMPTS {
        let Some(household) = registry.household(id).await? else { return Ok(concerned) };
        let sharing = registry.sharing_id_numbers(&household).await?;
        match commit(registry, &household, &sharing, attempt).await? {
            Written::Nothing => return Ok(concerned),
            Written::ByUs => concerned.extend(&household.id_shared_with ^ &sharing),
            Written::ByOthers => {}
        }
    }
    Err(StoreError::Conflict)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Written {
    Nothing,
    ByUs,
    ByOthers,
}

async fn commit(
    registry: &Registry,
    before: &Household,
    sharing: &BTreeSet<HouseholdId>,
    attempt: u32,
) -> Result<Written, StoreError> {
    let Some(after) = before.sharing_id_numbers_with(sharing.clone(), Timestamp::now()) else {
        return Ok(Written::Nothing);
    };
    let transition = Transition {
        before: Some(before),
        after,
        kind: ChangeKind::DuplicatesChanged,
        by: Actor::System,
        recorded: json!({"id_shared_with": sharing}),
        photo: None,
        with: Vec::new(),
    };
    match registry.commit(transition).await {
        Ok(_) => Ok(Written::ByUs),
        Err(StoreError::Conflict) => {
            Jitter.after(attempt).await;
            Ok(Written::ByOthers)
        }
        Err(error) => Err(error),
    }
}
