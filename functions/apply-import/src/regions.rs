//! Regions as the file has them: new ones, new names and phones, and villages whose households change their village.

use std::collections::{BTreeMap, BTreeSet};

use anju_domain::import::Import;
use anju_domain::region::{Level, Region, RegionCode};
use anju_domain::registered::{Effect, LastImport};
use anju_import::columns::Column;
use anju_import::piece::{RegionEntry, Transfer};
use anju_import::problem::{Code, Problem};

use crate::handler::Context;
use crate::moving;
use crate::piece::ApplyError;
use crate::report::{Did, Report};

/// Applies the regions of a piece, in order: each may need those before it.
pub async fn apply(
    context: &Context,
    import: &Import,
    entries: &[&RegionEntry],
    report: &mut Report,
) -> Result<(), ApplyError> {
    let needed = entries.iter().copied().flat_map(needed);
    let mut known = context.registry.regions_now(needed).await?;
    let mut changed_above = BTreeSet::new();
    for entry in entries {
        if let Err((column, code)) = check(entry, &known) {
            report.reject(1, [problem(entry, column, code)]);
            continue;
        }
        let did = name(context, import, entry, &mut known).await?;
        if did == Did::Effect(Effect::Created) {
            changed_above.extend(entry.code.ancestors());
        }
        let moved = match &entry.households {
            None => 0,
            Some(transfer) => {
                let moved = moving::transfer(context, import, entry, transfer, report).await?;
                if let Transfer::Into(_) = transfer {
                    changed_above.extend(entry.code.ancestors());
                }
                moved
            }
        };
        match did {
            Did::Nothing if moved > 0 => report.totals.applied += 1,
            did => report.take(1, did),
        }
        report.totals.moved += moved;
    }
    if !import.dry_run {
        count_below(context, &changed_above).await?;
    }
    Ok(())
}

/// Regions that a row is about.
fn needed(entry: &RegionEntry) -> Vec<RegionCode> {
    let other = match &entry.households {
        Some(Transfer::Into(village) | Transfer::From(village, _)) => Some(village.region().clone()),
        None => None,
    };
    [Some(entry.code.clone()), entry.code.parent(), other].into_iter().flatten().collect()
}

fn check(entry: &RegionEntry, known: &BTreeMap<RegionCode, Region>) -> Result<(), (Column, Code)> {
    if entry.code.parent().is_some_and(|parent| !known.contains_key(&parent)) {
        return Err((Column::Code, Code::ParentUnknown));
    }
    match &entry.households {
        Some(Transfer::Into(target)) if !known.contains_key(target.region()) => {
            Err((Column::MergedInto, Code::MergeTargetUnknown))
        }
        Some(Transfer::From(source, _)) if !known.contains_key(source.region()) => {
            Err((Column::SplitFrom, Code::SplitSourceUnknown))
        }
        _ => Ok(()),
    }
}

/// A problem of a region's row.
pub fn problem(entry: &RegionEntry, column: Column, code: Code) -> Problem {
    let value = match (&entry.households, column) {
        (
            Some(Transfer::Into(village) | Transfer::From(village, _)),
            Column::MergedInto | Column::SplitFrom,
        ) => village.to_string(),
        _ => entry.code.to_string(),
    };
    Problem { row: Some(entry.row), about: entry.code.to_string(), column: Some(column), value, code }
}

/// Writes name and phone where they changed.
async fn name(
    context: &Context,
    import: &Import,
    entry: &RegionEntry,
    known: &mut BTreeMap<RegionCode, Region>,
) -> Result<Did, ApplyError> {
    let held = known.get(&entry.code);
    let mut region = held.cloned().unwrap_or_else(|| Region::named(entry.code.clone(), &entry.name));
    region.name.clone_from(&entry.name);
    if let Some(phone) = &entry.public_phone {
        region.public_phone = Some(phone.clone()).filter(|phone| !phone.is_empty());
    }
    if held == Some(&region) {
        let done = region.imported.filter(|last| last.id == import.id);
        return Ok(done.map_or(Did::Nothing, |last| Did::Effect(last.did)));
    }
    let did = if held.is_some() { Effect::Changed } else { Effect::Created };
    region.imported = Some(LastImport { id: import.id, did });
    if !import.dry_run {
        context.pace.turn().await;
        context.registry.name_region(&region).await?;
    }
    known.insert(entry.code.clone(), region);
    Ok(Did::Effect(did))
}

/// Counts anew how many regions lie below these, from the lowest up: by what is there, not by what was added.
async fn count_below(context: &Context, regions: &BTreeSet<RegionCode>) -> Result<(), ApplyError> {
    let mut upward: Vec<&RegionCode> = regions.iter().collect();
    upward.sort_by_key(|code| std::cmp::Reverse(code.level()));
    for code in upward {
        let mut below: BTreeMap<Level, u64> = BTreeMap::new();
        for child in context.registry.regions_below(code).await? {
            *below.entry(child.code.level()).or_default() += 1;
            for (level, count) in child.below {
                *below.entry(level).or_default() += count;
            }
        }
        context.registry.note_below(code, &below).await?;
    }
    Ok(())
}
