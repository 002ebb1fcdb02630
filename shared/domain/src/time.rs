//! China time: people see it, the system works in UTC.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// China Standard Time, UTC+8 all year.
pub fn china() -> TimeZone {
    TimeZone::fixed(Offset::constant(8))
}

/// The date that people in China read on their calendar at this instant.
pub fn china_date(at: Timestamp) -> Date {
    at.to_zoned_datetime(china()).date()
}

/// `2020-06-03 10:22:31` in China time.
pub fn china_clock(at: Timestamp) -> String {
    at.to_zoned_datetime(china()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// How a [`Timestamp`] is described to clients: `#[schemars(with = "DateTime")]`.
pub struct DateTime;

impl JsonSchema for DateTime {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "DateTime".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "format": "date-time"})
    }
}

/// When a verification took place, as precisely as the officer said it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum VisitTime {
    /// A day in China.
    Day(Date),
    /// An instant.
    Instant(Timestamp),
}

/// The text is neither a date nor a time with offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a date like 2020-06-03 or a time with offset like 2020-06-03T10:22:31+08:00")]
pub struct InvalidVisitTime;

/// How far ahead a phone's clock may run before its time counts as the future, in seconds.
const CLOCK_TOLERANCE_SECONDS: i64 = 300;

impl VisitTime {
    /// Whether it lies after `now`, for days after today in China.
    pub fn is_after(&self, now: Timestamp) -> bool {
        match self {
            VisitTime::Day(day) => *day > china_date(now),
            VisitTime::Instant(instant) => instant.as_second() > now.as_second() + CLOCK_TOLERANCE_SECONDS,
        }
    }

    /// The day in China.
    pub fn day(&self) -> Date {
        match self {
            VisitTime::Day(day) => *day,
            VisitTime::Instant(instant) => china_date(*instant),
        }
    }
}

impl JsonSchema for VisitTime {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "VisitTime".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A day in China, or a time with its offset.",
            "examples": ["2020-06-03", "2020-06-03T10:22:31+08:00"],
            "anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}],
        })
    }
}

impl std::str::FromStr for VisitTime {
    type Err = InvalidVisitTime;

    fn from_str(text: &str) -> Result<Self, InvalidVisitTime> {
        let instant = || text.parse().map(VisitTime::Instant);
        let day = || text.parse().map(VisitTime::Day);
        let parsed = if text.len() == 10 { day() } else { instant() };
        parsed.map_err(|_: jiff::Error| InvalidVisitTime)
    }
}

impl TryFrom<String> for VisitTime {
    type Error = InvalidVisitTime;

    fn try_from(text: String) -> Result<Self, InvalidVisitTime> {
        text.parse()
    }
}

impl From<VisitTime> for String {
    fn from(time: VisitTime) -> String {
        match time {
            VisitTime::Day(day) => day.to_string(),
            VisitTime::Instant(instant) => instant.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_a_day_in_china() {
        let now: Timestamp = "2020-06-03T17:00:00Z".parse().unwrap(); // already June 4 in China
        assert!(!"2020-06-04".parse::<VisitTime>().unwrap().is_after(now));
        assert!("2020-06-05".parse::<VisitTime>().unwrap().is_after(now));
        assert!("2020-06-04T02:00:00+08:00".parse::<VisitTime>().unwrap().is_after(now));
        assert!(!"2020-06-04T01:04:00+08:00".parse::<VisitTime>().unwrap().is_after(now));
        assert_eq!(china_clock(now), "2020-06-04 01:00:00");
    }

    #[test]
    fn a_time_without_offset_is_refused() {
        for text in ["2020-06-03T10:22:31", "2020-13-03", "yesterday", "", "20200603"] {
            assert!(text.parse::<VisitTime>().is_err(), "{text}");
        }
    }
}
