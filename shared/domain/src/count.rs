//! Counting as state, not as a sum of events: the counts of a region are the fold of its children's
//! latest values, and of two values of one child the one with the higher version is the latest.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::draft::{GuaranteeChoice, ResultChoice};
use crate::summary::{AlertKind, Detail, State, Summary, WorkKind};

/// Orders the values of one child. The epoch is raised after the register was restored to an earlier
/// point in time, so that its values win over those counted before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Version {
    /// Which life of the register the value is from, from 1.
    pub epoch: u32,
    /// Within an epoch: a household's revision, or how often a counter item was written.
    pub n: u64,
}

impl Version {
    /// Decimal digits that [`Version::to_number`] leaves for `n`.
    const N_LIMIT: u64 = 1_000_000_000_000;

    /// The version after this one, written by somebody who lives in `epoch`. Never lower than this.
    pub fn next(self, epoch: u32) -> Version {
        if epoch > self.epoch {
            Version { epoch, n: 1 }
        } else {
            Version { epoch: self.epoch, n: self.n + 1 }
        }
    }

    /// One number with the same order, legible in a console: `<epoch><n in 12 digits>`.
    pub fn to_number(self) -> u64 {
        u64::from(self.epoch) * Self::N_LIMIT + self.n.min(Self::N_LIMIT - 1)
    }

    /// The version that [`Version::to_number`] made this number of.
    pub fn from_number(number: u64) -> Version {
        let epoch = u32::try_from(number / Self::N_LIMIT).unwrap_or(u32::MAX);
        Version { epoch, n: number % Self::N_LIMIT }
    }
}

/// A value and the version that it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Versioned<T> {
    /// Its version.
    pub version: Version,
    /// The value.
    pub value: T,
}

/// Which of two values at the same version is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnEqual {
    /// What is there stays: it is the same value, delivered twice.
    Keep,
    /// What comes replaces a wrong value: `recount` repairs so.
    Replace,
}

/// Takes over `new` into `rows` where it is newer. Says whether anything changed.
pub fn merge<K: Ord, T: PartialEq>(
    rows: &mut BTreeMap<K, Versioned<T>>,
    key: K,
    new: Versioned<T>,
    on_equal: OnEqual,
) -> bool {
    match rows.get(&key) {
        Some(held) if held.version > new.version => false,
        Some(held)
            if held.version == new.version && (on_equal == OnEqual::Keep || held.value == new.value) =>
        {
            false
        }
        _ => {
            rows.insert(key, new);
            true
        }
    }
}

/// A cell of the counts: where households stand and what their form says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    /// Never [`State::Left`], which isn't counted.
    pub state: State,
    /// What the form says so far.
    pub detail: Detail,
}

impl Cell {
    /// Its stored code: 32 x state + detail.
    pub fn code(self) -> u8 {
        let state = match self.state {
            State::Pending => 0,
            State::Draft => 1,
            State::Completed => 2,
            State::Left => 3,
        };
        state * 32 + self.detail as u8
    }

    /// The cell with this code.
    pub fn from_code(code: u8) -> Option<Cell> {
        let state = match code / 32 {
            0 => State::Pending,
            1 => State::Draft,
            2 => State::Completed,
            _ => return None,
        };
        Detail::from_code(code % 32).map(|detail| Cell { state, detail })
    }
}

/// How many works of a kind there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Works {
    /// All of them.
    pub total: u64,
    /// Those not yet closed.
    pub open: u64,
}

/// The counts of any set of households. Cells, alerts and works of zero are left out, so that equal
/// counts are equal values.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    /// Households by where they stand and what their form says.
    pub cells: BTreeMap<Cell, u64>,
    /// Heads and members.
    pub people: u64,
    /// Reports not yet handled.
    pub feedback_open: u64,
    /// Reports handled.
    pub feedback_handled: u64,
    /// Field surveys.
    pub surveys: u64,
    /// Households with an alert of the kind.
    pub alerts: BTreeMap<AlertKind, u64>,
    /// Remaining works.
    pub works: BTreeMap<WorkKind, Works>,
}

impl Counts {
    /// The counts of one household; nothing for one that left.
    pub fn of(summary: &Summary) -> Counts {
        if summary.state == State::Left {
            return Counts::default();
        }
        Counts {
            cells: BTreeMap::from([(Cell { state: summary.state, detail: summary.detail }, 1)]),
            people: summary.people.into(),
            feedback_open: summary.feedback_open.into(),
            feedback_handled: summary.feedback_handled.into(),
            surveys: summary.surveys.into(),
            alerts: summary.alerts.iter().map(|kind| (*kind, 1)).collect(),
            works: summary
                .works
                .iter()
                .map(|(kind, open)| (*kind, Works { total: 1, open: u64::from(*open) }))
                .collect(),
        }
    }

    /// The counts of all the children together.
    pub fn fold<'a>(children: impl IntoIterator<Item = &'a Counts>) -> Counts {
        let mut total = Counts::default();
        for child in children {
            total += child;
        }
        total
    }

    /// Households for which `test` holds.
    pub fn households_where(&self, test: impl Fn(&Cell) -> bool) -> u64 {
        self.cells.iter().filter(|(cell, _)| test(cell)).map(|(_, count)| count).sum()
    }

    /// 建档立卡户: all of them.
    pub fn households(&self) -> u64 {
        self.households_where(|_| true)
    }

    /// Households that stand there.
    pub fn in_state(&self, state: State) -> u64 {
        self.households_where(|cell| cell.state == state)
    }

    /// 已核验: completed, secured or not.
    pub fn verified(&self) -> u64 {
        self.in_state(State::Completed)
    }

    /// 未核验: all others, drafts too.
    pub fn unverified(&self) -> u64 {
        self.households() - self.verified()
    }

    /// Completed with this result.
    pub fn with_result(&self, result: ResultChoice) -> u64 {
        self.households_where(|cell| {
            cell.state == State::Completed
                && (cell.detail == Detail::Unsecured) == (result == ResultChoice::Unsecured)
        })
    }

    /// Completed as secured in this way.
    pub fn with_guarantee(&self, guarantee: GuaranteeChoice) -> u64 {
        self.households_where(|cell| {
            cell.state == State::Completed && cell.detail.guarantee() == Some(guarantee)
        })
    }

    /// Completed with this detail.
    pub fn with_detail(&self, detail: Detail) -> u64 {
        self.households_where(|cell| cell.state == State::Completed && cell.detail == detail)
    }

    /// 核准率: percent with two decimals.
    pub fn completion_rate(&self) -> String {
        percent(self.verified(), self.households())
    }
}

/// `part / whole` in percent, rounded to two decimals, but `100.00` only when nothing is missing
/// (domain.md); `0.00` of nothing.
pub fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "0.00".to_owned();
    }
    let (part, whole) = (u128::from(part), u128::from(whole));
    let hundredths = (part * 20_000 + whole) / (2 * whole);
    let shown = if part < whole { hundredths.min(9_999) } else { hundredths };
    format!("{}.{:02}", shown / 100, shown % 100)
}

impl AddAssign<&Counts> for Counts {
    fn add_assign(&mut self, other: &Counts) {
        for (cell, count) in &other.cells {
            *self.cells.entry(*cell).or_default() += count;
        }
        for (kind, count) in &other.alerts {
            *self.alerts.entry(*kind).or_default() += count;
        }
        for (kind, works) in &other.works {
            let held = self.works.entry(*kind).or_default();
            held.total += works.total;
            held.open += works.open;
        }
        self.people += other.people;
        self.feedback_open += other.feedback_open;
        self.feedback_handled += other.feedback_handled;
        self.surveys += other.surveys;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::summary::tests::any_summary;

    #[test]
    fn a_rate_is_one_hundred_only_when_all_are_verified() {
        assert_eq!(percent(118_096, 118_097), "99.99");
        assert_eq!(percent(118_097, 118_097), "100.00");
        assert_eq!(percent(0, 0), "0.00");
        assert_eq!(percent(1, 147), "0.68");
        assert_eq!(percent(1, 3), "33.33");
        assert_eq!(percent(2, 3), "66.67");
        assert_eq!(percent(1, 20_000), "0.01");
        assert_eq!(percent(0, 5), "0.00");
    }

    #[test]
    fn a_household_that_left_counts_nothing() {
        let left = Summary { state: State::Left, ..Summary::pending(3) };
        assert_eq!(Counts::of(&left), Counts::default());
    }

    #[test]
    fn a_raised_epoch_wins_over_any_n() {
        let before = Version { epoch: 1, n: 900 };
        assert!(before.next(2) > before && before.next(1) > before);
        assert_eq!(before.next(2), Version { epoch: 2, n: 1 });
        assert_eq!(Version { epoch: 2, n: 5 }.next(1), Version { epoch: 2, n: 6 });
    }

    proptest! {
        #[test]
        fn verified_and_unverified_are_all(summaries in prop::collection::vec(any_summary(), 0..40)) {
            let each: Vec<Counts> = summaries.iter().map(Counts::of).collect();
            let counts = Counts::fold(&each);
            let counted = summaries.iter().filter(|summary| summary.state != State::Left).count() as u64;
            prop_assert_eq!(counts.households(), counted);
            prop_assert_eq!(counts.verified() + counts.unverified(), counted);
            let results = counts.with_result(ResultChoice::Secured) + counts.with_result(ResultChoice::Unsecured);
            prop_assert_eq!(results, counts.verified());
        }

        #[test]
        fn folding_in_any_grouping_gives_the_same(
            summaries in prop::collection::vec(any_summary(), 0..40), split in 0_usize..40,
        ) {
            let each: Vec<Counts> = summaries.iter().map(Counts::of).collect();
            let (one, other) = each.split_at(split.min(each.len()));
            prop_assert_eq!(Counts::fold(&[Counts::fold(other), Counts::fold(one)]), Counts::fold(&each));
        }

        #[test]
        fn merging_in_any_order_with_duplicates_gives_the_highest(
            versions in prop::collection::vec((1_u32..3, 0_u64..9), 1..20), seed in any::<prop::sample::Index>(),
        ) {
            let values: Vec<Versioned<u64>> = versions
                .iter()
                .map(|(epoch, n)| Versioned { version: Version { epoch: *epoch, n: *n }, value: u64::from(*epoch) * 100 + n })
                .collect();
            let mut rows = BTreeMap::new();
            let turned = seed.index(values.len());
            for value in values[turned..].iter().chain(&values[..turned]).chain(&values) {
                merge(&mut rows, (), *value, OnEqual::Keep);
            }
            let highest = values.iter().map(|value| value.version).max();
            prop_assert_eq!(rows.get(&()).map(|held| held.version), highest);
        }

        #[test]
        fn version_numbers_keep_the_order(one in (1_u32..9, 0_u64..1_000_000), other in (1_u32..9, 0_u64..1_000_000)) {
            let [one, other] = [one, other].map(|(epoch, n)| Version { epoch, n });
            prop_assert_eq!(one.cmp(&other), one.to_number().cmp(&other.to_number()));
            prop_assert_eq!(Version::from_number(one.to_number()), one);
        }

        #[test]
        fn cells_survive_their_code(state in 0_u8..3, detail in 0_u8..22) {
            let cell = Cell::from_code(state * 32 + detail).unwrap();
            prop_assert_eq!(cell.code(), state * 32 + detail);
        }
    }
}
