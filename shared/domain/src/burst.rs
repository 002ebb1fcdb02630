//! The alert `burst`: more households verified within an hour than anybody can visit.
//!
//! Phones are offline for days and send a whole day's work at once in the evening, so what counts is
//! when a household was visited, as the form says, and not when the server heard of it. Only where the
//! form names a day without a time, the server's clock stands in.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;

use crate::household::Household;
use crate::summary::AlertKind;
use crate::time::{VisitTime, china};

/// Length of a slot, in minutes.
const SLOT_MINUTES: u8 = 10;
/// Slots of an hour.
const HOUR: u8 = 60 / SLOT_MINUTES;

/// Ten minutes of a day in China, in which a household was visited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    day: Date,
    index: u8,
}

impl Slot {
    /// That of a visit; of `now`, where only its day is known.
    pub fn of(visited_at: VisitTime, now: Timestamp) -> Slot {
        let at = match visited_at {
            VisitTime::Instant(at) => at,
            VisitTime::Day(_) => now,
        };
        let at = at.to_zoned_datetime(china());
        // Hours and minutes aren't negative.
        let minute = u16::from(at.hour().unsigned_abs()) * 60 + u16::from(at.minute().unsigned_abs());
        Slot { day: at.date(), index: (minute / u16::from(SLOT_MINUTES)) as u8 }
    }

    /// The day in China.
    pub fn day(self) -> Date {
        self.day
    }

    /// Which of the day's slots, from 0 to 143.
    pub fn index(self) -> u8 {
        self.index
    }
}

/// How many households somebody can visit within an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BurstLimit(pub u32);

/// The visits of an account on one day: numbers of households by slot. Numbers and not a count, so that
/// a completion that is tried again is no further visit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DayOfVisits(pub BTreeMap<u8, BTreeSet<u32>>);

impl DayOfVisits {
    /// Whether a visit in this slot is one of more than `limit` within an hour. Looks at all hours that
    /// begin at a slot of the day and hold this one.
    pub fn is_burst(&self, slot: Slot, limit: BurstLimit) -> bool {
        let first = slot.index.saturating_sub(HOUR - 1);
        (first..=slot.index).any(|start| self.visited_from(start) > limit.0 as usize)
    }

    /// How many households were visited in the hour that begins with this slot.
    fn visited_from(&self, start: u8) -> usize {
        let hour = self.0.range(start..start + HOUR);
        hour.flat_map(|(_, households)| households).collect::<BTreeSet<_>>().len()
    }
}

impl Household {
    /// Flags a household whose visit was part of a burst, and takes the flag off one that was visited
    /// anew and wasn't. To be asked of a verification that gets completed, not of a correction.
    #[must_use]
    pub fn visited(mut self, in_a_burst: bool) -> Household {
        if in_a_burst {
            self.raise(AlertKind::Burst);
        } else {
            self.alerts.remove(&AlertKind::Burst);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIMIT: BurstLimit = BurstLimit(30);

    fn at(text: &str) -> VisitTime {
        text.parse().unwrap()
    }

    fn evening() -> Timestamp {
        "2020-06-03T20:15:00+08:00".parse().unwrap()
    }

    /// The visits of a day, each at its minute.
    fn day(minutes: impl IntoIterator<Item = u16>) -> (DayOfVisits, Vec<Slot>) {
        let slot = |minute: u16| Slot {
            day: "2020-06-03".parse().unwrap(),
            index: (minute / u16::from(SLOT_MINUTES)) as u8,
        };
        let slots: Vec<Slot> = minutes.into_iter().map(slot).collect();
        let mut visits = DayOfVisits::default();
        for (number, slot) in (1..).zip(&slots) {
            visits.0.entry(slot.index).or_default().insert(number);
        }
        (visits, slots)
    }

    #[test]
    fn a_visit_counts_when_it_was_made_and_without_a_time_when_it_arrives() {
        let morning = Slot::of(at("2020-06-03T08:29:59+08:00"), evening());
        assert_eq!((morning.day().to_string().as_str(), morning.index()), ("2020-06-03", 50));
        let utc = Slot::of(at("2020-06-02T16:00:00Z"), evening());
        assert_eq!((utc.day().to_string().as_str(), utc.index()), ("2020-06-03", 0), "days are China's");
        let by_day = Slot::of(at("2020-06-01"), evening());
        assert_eq!((by_day.day().to_string().as_str(), by_day.index()), ("2020-06-03", 121));
    }

    #[test]
    fn a_whole_day_s_work_sent_at_once_in_the_evening_is_no_burst() {
        // 83 households a village and day, as in the pilots, over ten hours from 8 o'clock.
        let (visits, slots) = day((0..83).map(|n| 8 * 60 + n * 600 / 83));
        assert!(slots.into_iter().all(|slot| !visits.is_burst(slot, LIMIT)));
    }

    #[test]
    fn the_one_visit_too_many_is_a_burst_and_those_of_another_hour_are_not() {
        let (visits, slots) = day((0..30).map(|n| 9 * 60 + 2 * n).chain([14 * 60]));
        assert!(slots.iter().all(|slot| !visits.is_burst(*slot, LIMIT)));
        let (visits, slots) = day((0..31).map(|n| 9 * 60 + n).chain([14 * 60]));
        assert!(visits.is_burst(slots[30], LIMIT) && !visits.is_burst(slots[31], LIMIT));
    }

    #[test]
    fn a_household_that_is_tried_again_is_one_visit() {
        let mut visits = DayOfVisits::default();
        for slot in [60, 61] {
            visits.0.insert(slot, (1..=30).collect());
        }
        let slot = Slot { day: "2020-06-03".parse().unwrap(), index: 61 };
        assert!(!visits.is_burst(slot, LIMIT));
        visits.0.entry(62).or_default().insert(31);
        assert!(visits.is_burst(slot, LIMIT));
    }

    proptest! {
        #[test]
        fn visits_that_keep_their_distance_are_never_a_burst(
            limit in 1_u32..60, start in 0_u16..600, count in 0_u16..200,
        ) {
            // Exactly as many an hour as one can.
            let step = 60_u16.div_ceil(limit as u16);
            let minutes = (0..count).map(|n| start + n * step).take_while(|minute| *minute < 24 * 60);
            let (visits, slots) = day(minutes);
            prop_assert!(slots.into_iter().all(|slot| !visits.is_burst(slot, BurstLimit(limit))));
        }

        #[test]
        fn more_than_the_limit_within_fifty_minutes_is_always_a_burst(
            limit in 1_u32..60, minutes in prop::collection::vec(0_u16..50, 61..80), start in 0_u16..(23 * 60),
        ) {
            let (visits, slots) = day(minutes.into_iter().map(|minute| start + minute));
            prop_assert!(slots.into_iter().all(|slot| visits.is_burst(slot, BurstLimit(limit))));
        }
    }
}
