//! The alert `behind_schedule`: a region that at its pace doesn't get done by the deadline.
//!
//! The pace is what was verified since the oldest of the last days' snapshots, which are taken each
//! morning. Returned verifications and households that leave count against it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::region::RegionCode;

/// How far back the pace looks, in days.
const WINDOW: i32 = 7;
/// How many days a pace must cover to say anything: a day off is no delay.
const LEAST: i32 = 3;

/// How many households were verified, morning by morning, in each of some regions.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Snapshots(BTreeMap<Date, BTreeMap<RegionCode, u64>>);

impl Snapshots {
    /// With this morning's, unless there is one already, and without those that no pace looks back to.
    #[must_use]
    pub fn with(mut self, today: Date, verified: BTreeMap<RegionCode, u64>) -> Snapshots {
        self.0.entry(today).or_insert(verified);
        self.0.retain(|day, _| days_between(*day, today) <= WINDOW);
        self
    }

    /// How fast a region has been by this morning; none where too little is known of it.
    pub fn pace(&self, region: &RegionCode, today: Date) -> Option<Pace> {
        let known = |(day, verified): (&Date, &BTreeMap<RegionCode, u64>)| {
            let days = days_between(*day, today);
            let verified = verified.get(region).filter(|_| (0..=WINDOW).contains(&days))?;
            Some((days, *verified))
        };
        let (_, now) = self.0.get_key_value(&today).and_then(known)?;
        let (days, then) = self.0.iter().find_map(known)?;
        let days = u32::try_from(days).ok().filter(|_| days >= LEAST)?;
        Some(Pace { gained: now.saturating_sub(then), days })
    }
}

fn days_between(from: Date, to: Date) -> i32 {
    to.duration_since(from).as_hours().div_euclid(24).try_into().unwrap_or(i32::MAX)
}

/// How fast a region is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Households verified.
    gained: u64,
    /// In so many days.
    days: u32,
}

/// What is to be said of a region this morning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It gets done by the deadline, or is done.
    InTime,
    /// It doesn't.
    Behind,
    /// There is nothing to say: too little is known of it, or the deadline is over.
    Open,
}

/// What is to be said of a region of which so many households are unverified this morning. The deadline
/// is the last day in China, and today counts as a day to work.
pub fn verdict(pace: Option<Pace>, unverified: u64, today: Date, deadline: Date) -> Verdict {
    if unverified == 0 {
        return Verdict::InTime;
    }
    let left = u128::try_from(days_between(today, deadline) + 1).unwrap_or(0);
    match pace {
        Some(Pace { gained, days }) if left > 0 => {
            let enough = u128::from(gained) * left >= u128::from(unverified) * u128::from(days);
            if enough { Verdict::InTime } else { Verdict::Behind }
        }
        _ => Verdict::Open,
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use proptest::prelude::*;

    use super::*;

    const DEADLINE: &str = "2020-06-30";

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn township() -> RegionCode {
        "530627101".parse().unwrap()
    }

    /// A morning's count on each of these days.
    fn mornings(counts: &[(Date, u64)]) -> Snapshots {
        let with = |snapshots: Snapshots, (day, verified): &(Date, u64)| {
            snapshots.with(*day, BTreeMap::from([(township(), *verified)]))
        };
        counts.iter().fold(Snapshots::default(), with)
    }

    fn said(counts: &[(&str, u64)], unverified: u64) -> Verdict {
        let counts: Vec<(Date, u64)> = counts.iter().map(|(day, count)| (date(day), *count)).collect();
        let today = counts.last().unwrap().0;
        verdict(mornings(&counts).pace(&township(), today), unverified, today, date(DEADLINE))
    }

    #[test]
    fn a_region_is_behind_when_its_pace_times_the_days_left_is_too_little() {
        // 10 a day, and 20 days with today's.
        let counts = [("2020-06-08", 0), ("2020-06-11", 30)];
        assert_eq!(said(&counts, 200), Verdict::InTime);
        assert_eq!(said(&counts, 201), Verdict::Behind);
        assert_eq!(said(&[("2020-06-08", 5), ("2020-06-11", 5)], 1), Verdict::Behind, "nothing happens");
        assert_eq!(said(&[("2020-06-08", 5), ("2020-06-11", 3)], 1), Verdict::Behind, "it goes backwards");
    }

    #[test]
    fn two_days_say_nothing_yet() {
        assert_eq!(said(&[("2020-06-09", 0), ("2020-06-11", 0)], 500), Verdict::Open);
        assert_eq!(said(&[("2020-06-11", 0)], 500), Verdict::Open);
    }

    #[test]
    fn the_pace_is_that_of_the_last_seven_days() {
        let busy = [("2020-06-03", 0), ("2020-06-04", 100), ("2020-06-11", 100)];
        assert_eq!(said(&busy, 1), Verdict::Behind);
        let resting = [("2020-06-03", 0), ("2020-06-04", 0), ("2020-06-11", 70)];
        assert_eq!(said(&resting, 200), Verdict::InTime);
    }

    #[test]
    fn after_the_deadline_only_what_is_done_is_said() {
        let counts = [("2020-06-28", 0), ("2020-07-01", 0)];
        assert_eq!(said(&counts, 9), Verdict::Open);
        assert_eq!(said(&counts, 0), Verdict::InTime);
        assert_eq!(said(&[("2020-06-27", 0), ("2020-06-30", 9)], 4), Verdict::Behind, "one day is left");
        assert_eq!(said(&[("2020-06-27", 0), ("2020-06-30", 9)], 3), Verdict::InTime);
    }

    #[test]
    fn the_first_count_of_a_morning_stays() {
        let twice = mornings(&[(date("2020-06-08"), 1), (date("2020-06-08"), 5)]);
        assert_eq!(twice, mornings(&[(date("2020-06-08"), 1)]));
    }

    #[test]
    fn snapshots_survive_storage() {
        let kept = mornings(&[(date("2020-06-08"), 1), (date("2020-06-09"), 5)]);
        let stored = serde_json::to_value(&kept).unwrap();
        assert_eq!(serde_json::from_value::<Snapshots>(stored).unwrap(), kept);
    }

    proptest! {
        #[test]
        fn who_keeps_an_even_pace_is_behind_just_when_it_does_not_suffice(
            pace in 0_u64..100, first in 0_i64..20, span in 3_i64..8, unverified in 1_u64..3000,
        ) {
            let start = date("2020-06-01") + first.days();
            let days = (0..=span).map(|day| (start + day.days(), pace * day as u64));
            let today = start + span.days();
            let snapshots = mornings(&days.collect::<Vec<_>>());
            let said = verdict(snapshots.pace(&township(), today), unverified, today, date(DEADLINE));
            let left = days_between(today, date(DEADLINE)) + 1;
            let done = unverified.saturating_sub(pace * u64::try_from(left).unwrap_or(0)) == 0;
            let expected = if left <= 0 { Verdict::Open } else if done { Verdict::InTime } else { Verdict::Behind };
            prop_assert_eq!(said, expected);
        }

        #[test]
        fn one_more_verified_never_makes_a_region_late(
            then in 0_u64..100, gained in 0_u64..100, unverified in 1_u64..500, day in 4_i64..30,
        ) {
            let today = date("2020-06-01") + day.days();
            let said = |gained, unverified| {
                let counts = [(today - 3.days(), then), (today, then + gained)];
                verdict(mornings(&counts).pace(&township(), today), unverified, today, date(DEADLINE))
            };
            if said(gained, unverified) == Verdict::InTime {
                prop_assert_eq!(said(gained + 1, unverified - 1), Verdict::InTime);
            }
        }

        #[test]
        fn no_more_than_a_week_and_today_is_kept(days in prop::collection::btree_set(0_i64..60, 1..40)) {
            let days: Vec<(Date, u64)> = days.into_iter().map(|day| (date("2020-06-01") + day.days(), 0)).collect();
            prop_assert!(mornings(&days).0.len() <= 8);
            prop_assert!(mornings(&days).0.contains_key(&days.last().unwrap().0));
        }
    }
}
