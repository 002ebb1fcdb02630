//! Summaries and villages to play with.

use anju_domain::region::VillageCode;
use anju_domain::summary::{AlertKind, Detail, Packed, State, Summary, WorkKind};

/// Villages of three townships in two provinces.
pub(super) fn villages() -> Vec<VillageCode> {
    ["530627101201", "530627101202", "530627102201", "520502100201"]
        .into_iter()
        .map(|code| code.parse().unwrap())
        .collect()
}

/// Numbers of households in three buckets.
pub(super) const NUMBERS: [u32; 6] = [1, 2, 63, 64, 65, 130];

/// The summary that these choices make; different choices rarely make the same.
pub(super) fn summary(mut below: impl FnMut(usize) -> usize) -> Packed {
    let mut number = || below(5);
    let (feedback_open, feedback_handled, surveys) = (number() as u16, number() as u16, number() as u16);
    let people = number() as u8;
    let state = [State::Pending, State::Draft, State::Completed, State::Completed, State::Left][number()];
    let works = WorkKind::ALL.iter().take(below(3)).map(|kind| (*kind, below(2) == 0)).collect();
    let alerts = AlertKind::ALL.iter().skip(below(10)).take(below(2)).copied().collect();
    let detail = Detail::ALL[below(Detail::ALL.len())];
    Summary { state, detail, people, feedback_open, feedback_handled, surveys, alerts, works }.pack()
}
