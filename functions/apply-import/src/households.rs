//! Households as the file has them, against those that are here: one read for all of a piece, a write for each that
//! changes.

use std::collections::{BTreeMap, BTreeSet};

use anju_domain::change::{Actor, ChangeKind};
use anju_domain::household::Household;
use anju_domain::ids::HouseholdId;
use anju_domain::import::Import;
use anju_domain::region::RegionCode;
use anju_domain::registered::{Effect, LastImport};
use anju_domain::summary::State;
use anju_import::columns::Column;
use anju_import::piece::HouseholdEntry;
use anju_import::problem::{Code, Problem};
use anju_import::seen::Seen;
use anju_store::StoreError;
use anju_store::household::Transition;
use anju_store::keys::objects;
use futures_util::stream::{self, StreamExt};
use jiff::Timestamp;

use crate::handler::Context;
use crate::piece::ApplyError;
use crate::report::{Did, Report};

/// Households that are written at a time.
const AT_ONCE: usize = 8;
/// Attempts while others change the same household.
const ATTEMPTS: u32 = 8;

/// Applies the households of a piece.
pub async fn apply(
    context: &Context,
    import: &Import,
    entries: &[&HouseholdEntry],
    report: &mut Report,
) -> Result<(), ApplyError> {
    if entries.is_empty() {
        return Ok(());
    }
    let villages: BTreeSet<RegionCode> =
        entries.iter().map(|entry| entry.id.village().region().clone()).collect();
    let villages = context.registry.regions_now(villages).await?;
    let scattered = scattered(context, import).await?;
    let mut known = Vec::new();
    for entry in entries {
        let village = villages.get(entry.id.village().region());
        if scattered.contains(&entry.id) {
            refuse(entry, Column::Number, Code::Scattered, report);
            continue;
        }
        // Where a village became a part of another, its households are there.
        if village.is_some_and(|village| village.merged_into.is_none()) {
            known.push(*entry);
        } else {
            refuse(entry, Column::Village, Code::VillageUnknown, report);
        }
    }
    let ids = known.iter().flat_map(|entry| [Some(entry.id.clone()), entry.moved_from.clone()]).flatten();
    let held = context.registry.households_at(ids).await?;
    let held = &held;
    let applied = stream::iter(known)
        .map(|entry| async move { Ok::<_, ApplyError>((entry, one(context, import, entry, held).await?)) })
        .buffer_unordered(AT_ONCE)
        .collect::<Vec<_>>()
        .await;
    for applied in applied {
        match applied? {
            (entry, Ok(did)) => {
                report.take(entry.rows.len() as u64, did);
                report.totals.flagged += u64::from(entry.is_flagged());
            }
            (entry, Err((column, code))) => refuse(entry, column, code, report),
        }
    }
    Ok(())
}

/// Households whose rows stand apart in the file.
async fn scattered(context: &Context, import: &Import) -> Result<Seen, ApplyError> {
    if !import.scattered {
        return Ok(Seen::default());
    }
    let stored = context.files.file(&objects::import_scattered(&import.id)).await?;
    Ok(stored.map(|stored| serde_json::from_slice(&stored)).transpose()?.unwrap_or_default())
}

/// None of a household's rows is taken; each is named.
fn refuse(entry: &HouseholdEntry, column: Column, code: Code, report: &mut Report) {
    let about = entry.id.to_string();
    let value = match column {
        Column::Village => entry.id.village().to_string(),
        Column::MovedFrom => entry.moved_from.as_ref().map(ToString::to_string).unwrap_or_default(),
        _ => entry.id.number().to_string(),
    };
    let problem = |(place, row): (usize, &u64)| {
        let row = Some(*row);
        if place == 0 {
            Problem { row, about: about.clone(), column: Some(column), value: value.clone(), code }
        } else {
            let code = Code::AnotherRowOfHousehold;
            Problem { row, about: about.clone(), column: None, value: String::new(), code }
        }
    };
    report.reject(entry.rows.len() as u64, entry.rows.iter().enumerate().map(problem));
}

type Refusal = (Column, Code);

/// What is to be done about a household.
#[derive(Debug)]
pub enum Plan {
    /// Nothing, or nothing any more.
    Nothing(Did),
    /// It is new, or changes.
    Write(Box<Household>, ChangeKind, Effect),
    /// It leaves one place for another.
    Move(Box<Household>, Box<Household>),
    /// It can't be taken.
    Refuse(Refusal),
}

/// Applies one household, decided anew when somebody else was faster.
async fn one(
    context: &Context,
    import: &Import,
    entry: &HouseholdEntry,
    read: &BTreeMap<HouseholdId, Household>,
) -> Result<Result<Did, Refusal>, ApplyError> {
    let mut read_again;
    let mut found = read;
    for attempt in 0..ATTEMPTS {
        let held = found.get(&entry.id);
        let source = entry.moved_from.as_ref().and_then(|from| found.get(from));
        let (effect, committed) = match plan(import, entry, held, source, Timestamp::now()) {
            Plan::Nothing(did) => return Ok(Ok(did)),
            Plan::Refuse(refusal) => return Ok(Err(refusal)),
            Plan::Write(_, _, effect) if import.dry_run => return Ok(Ok(Did::Effect(effect))),
            Plan::Move(..) if import.dry_run => return Ok(Ok(Did::Effect(Effect::Moved))),
            Plan::Write(after, kind, effect) => {
                context.pace.turn().await;
                let transition = transition(import, held, *after, kind);
                (effect, context.registry.commit(transition).await.map(drop))
            }
            Plan::Move(left, new) => {
                context.pace.turn().await;
                let left = transition(import, source, *left, ChangeKind::MovedAway);
                let new = transition(import, None, *new, ChangeKind::MovedHere);
                (Effect::Moved, context.registry.commit_move(left, new).await)
            }
        };
        match committed {
            Ok(()) => return Ok(Ok(Did::Effect(effect))),
            Err(StoreError::TooLarge) => return Ok(Err((Column::MovedFrom, Code::MoveTooLarge))),
            Err(StoreError::Conflict) => anju_http::write::pause(attempt).await,
            Err(error) => return Err(error.into()),
        }
        let ids = [Some(entry.id.clone()), entry.moved_from.clone()].into_iter().flatten();
        read_again = context.registry.households_at(ids).await?;
        found = &read_again;
    }
    Err(ApplyError::Contended)
}

/// A change that the import makes.
pub fn transition<'a>(
    import: &Import,
    before: Option<&'a Household>,
    after: Household,
    kind: ChangeKind,
) -> Transition<'a> {
    let mut recorded = after.registration();
    recorded["import"] = import.id.to_string().into();
    let by = Actor::Account(import.requested_by.to_string());
    Transition { before, after, kind, by, recorded, photo: None, with: Vec::new() }
}

/// What is to be done about a household, as it is held here and as the file has it.
pub fn plan(
    import: &Import,
    entry: &HouseholdEntry,
    held: Option<&Household>,
    source: Option<&Household>,
    now: Timestamp,
) -> Plan {
    let registered = entry.registered(held);
    let Some(held) = held else {
        return if entry.ended { Plan::Nothing(Did::Nothing) } else { plan_new(import, entry, source, now) };
    };
    let done = held.imported.filter(|last| last.id == import.id);
    let nothing = Plan::Nothing(done.map_or(Did::Nothing, |last| Did::Effect(last.did)));
    if held.state() == State::Left && held.moved_to.is_some() {
        return Plan::Refuse((Column::Number, Code::HouseholdMoved));
    }
    if entry.ended {
        let departed = held.departed(None, import.id, now);
        return departed.map_or(nothing, |left| Plan::Write(Box::new(left), ChangeKind::Left, Effect::Left));
    }
    let changed = held.registered_again(&registered, import.id, now);
    changed.map_or(nothing, |next| Plan::Write(Box::new(next), ChangeKind::RegisterChanged, Effect::Changed))
}

fn plan_new(import: &Import, entry: &HouseholdEntry, source: Option<&Household>, now: Timestamp) -> Plan {
    let Some(from) = &entry.moved_from else {
        let mut new = Household::registered(entry.registered(None), now);
        new.imported = Some(LastImport { id: import.id, did: Effect::Created });
        return Plan::Write(Box::new(new), ChangeKind::Imported, Effect::Created);
    };
    let Some(source) = source else { return Plan::Refuse((Column::MovedFrom, Code::MovedFromUnknown)) };
    if source.moved_to.is_some() {
        return Plan::Refuse((Column::MovedFrom, Code::MovedElsewhere));
    }
    let new = Household::arrived(entry.registered(Some(source)), from, import.id, now);
    match source.departed(Some(&entry.id), import.id, now) {
        Some(left) => Plan::Move(Box::new(left), Box::new(new)),
        // It ended there before it came here.
        None => Plan::Write(Box::new(new), ChangeKind::MovedHere, Effect::Moved),
    }
}
