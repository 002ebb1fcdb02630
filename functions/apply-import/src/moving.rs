//! Villages that become a part of another, and villages that are split: households get another code, in the same
//! house, with everything that was verified.

use std::collections::BTreeSet;

use anju_counters::ports::Register as _;
use anju_domain::change::ChangeKind;
use anju_domain::household::Household;
use anju_domain::ids::HouseholdId;
use anju_domain::import::Import;
use anju_domain::region::VillageCode;
use anju_import::columns::Column;
use anju_import::piece::{RegionEntry, Transfer};
use anju_import::problem::Code;
use anju_store::StoreError;
use jiff::Timestamp;

use crate::handler::Context;
use crate::households::transition;
use crate::piece::ApplyError;
use crate::regions::problem;
use crate::report::Report;

/// Households that are read at a time.
const AT_ONCE: usize = 100;
/// Attempts while others change the same household or take the same number.
const ATTEMPTS: u32 = 20;

/// Moves households as the row says, and gives how many this import has moved. It may be interrupted and begun again:
/// those that have moved are known by where they went.
pub async fn transfer(
    context: &Context,
    import: &Import,
    entry: &RegionEntry,
    transfer: &Transfer,
    report: &mut Report,
) -> Result<u64, ApplyError> {
    let Ok(village) = VillageCode::try_from(entry.code.clone()) else { return Ok(0) };
    let (source, target, ranges) = match transfer {
        Transfer::Into(target) => (&village, target, None),
        Transfer::From(source, ranges) => (source, &village, Some(ranges)),
    };
    let wanted = |number: u32| {
        ranges.is_none_or(|ranges| ranges.iter().any(|(first, last)| (*first..=*last).contains(&number)))
    };
    let numbers: Vec<u32> =
        context.registry.households_of(source).await?.iter().map(|held| held.number).collect();
    let numbers: Vec<u32> = numbers.into_iter().filter(|number| wanted(*number)).collect();
    let asked =
        ranges.map(|ranges| ranges.iter().map(|(first, last)| u64::from(last - first) + 1).sum::<u64>());
    if asked.is_some_and(|asked| asked > numbers.len() as u64) {
        report.problems.push(problem(entry, Column::Numbers, Code::NumbersUnknown));
    }
    let taken = context.registry.households_of(target).await?.iter().map(|held| held.number).collect();
    let mut moving = Moving { context, import, target, taken, moved: 0 };
    for numbers in numbers.chunks(AT_ONCE) {
        let ids = numbers.iter().map(|number| HouseholdId::new(source.clone(), *number));
        for (_, household) in context.registry.households_at(ids).await? {
            if !moving.household(household).await? {
                let note = problem(entry, Column::Numbers, Code::MoveTooLarge);
                report.problems.push(note);
            }
        }
    }
    let moved = moving.moved;
    if let (Transfer::Into(target), false) = (transfer, import.dry_run) {
        context.registry.note_merged(&village, target).await?;
    }
    Ok(moved)
}

struct Moving<'a> {
    context: &'a Context,
    import: &'a Import,
    target: &'a VillageCode,
    /// Numbers that the target's households have.
    taken: BTreeSet<u32>,
    moved: u64,
}

impl Moving<'_> {
    /// Moves a household, unless it has left. False where it is too large to.
    async fn household(&mut self, mut household: Household) -> Result<bool, ApplyError> {
        for attempt in 0..ATTEMPTS {
            let number = self.number_for(household.id.number());
            let id = HouseholdId::new(self.target.clone(), number);
            let Some((left, new)) = household.recoded(id, self.import.id, Timestamp::now()) else {
                let by_this = household.imported.is_some_and(|last| last.id == self.import.id);
                let here = household.moved_to.as_ref().is_some_and(|to| to.village() == self.target);
                self.moved += u64::from(by_this && here);
                return Ok(true);
            };
            if self.import.dry_run {
                self.taken.insert(number);
                self.moved += 1;
                return Ok(true);
            }
            self.context.pace.turn().await;
            let left = transition(self.import, Some(&household), left, ChangeKind::MovedAway);
            let new = transition(self.import, None, new, ChangeKind::MovedHere);
            match self.context.registry.commit_move(left, new).await {
                Ok(()) => {
                    self.taken.insert(number);
                    self.moved += 1;
                    return Ok(true);
                }
                Err(StoreError::TooLarge) => return Ok(false),
                Err(StoreError::Conflict) => anju_http::write::pause(attempt).await,
                Err(error) => return Err(error.into()),
            }
            // Either the household changed, or somebody else took the number.
            let again = [household.id.clone(), HouseholdId::new(self.target.clone(), number)];
            let mut found = self.context.registry.households_at(again.clone()).await?;
            if found.contains_key(&again[1]) {
                self.taken.insert(number);
            }
            household = found.remove(&again[0]).unwrap_or(household);
        }
        Err(ApplyError::Contended)
    }

    /// The number that a household keeps where it is free, or else the next one.
    fn number_for(&self, number: u32) -> u32 {
        if self.taken.contains(&number) { self.taken.last().map_or(1, |last| last + 1) } else { number }
    }
}
