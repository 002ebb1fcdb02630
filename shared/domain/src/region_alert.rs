//! Data alerts (数据预警) that concern a region and no household. They are no bits of a household's
//! summary, hence a type of their own.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::{AlertId, InvalidId};
use crate::region::RegionCode;
use crate::schedule::Verdict;
use crate::string_newtype::string_newtype;
use crate::summary::AlertKind;
use crate::text::Note;
use crate::time::{DateTime, china_date};

/// Kinds of alerts that a region can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RegionAlertKind {
    /// Its pace misses the deadline.
    BehindSchedule,
}

impl RegionAlertKind {
    /// All kinds.
    pub const ALL: [RegionAlertKind; 1] = [RegionAlertKind::BehindSchedule];

    /// Its name in the contract, in keys and in ids.
    pub fn name(self) -> &'static str {
        match self {
            RegionAlertKind::BehindSchedule => "behind_schedule",
        }
    }
}

/// A kind of either sort, as lists are asked for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum AnyAlertKind {
    /// Of households.
    OfHousehold(AlertKind),
    /// Of regions.
    OfRegion(RegionAlertKind),
}

/// No alert has this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no kind of alert")]
pub struct UnknownAlertKind;

impl FromStr for AnyAlertKind {
    type Err = UnknownAlertKind;

    fn from_str(name: &str) -> Result<Self, UnknownAlertKind> {
        let of_household = AlertKind::ALL.into_iter().find(|kind| kind.name() == name);
        let of_region = RegionAlertKind::ALL.into_iter().find(|kind| kind.name() == name);
        let any = of_household.map(AnyAlertKind::OfHousehold).or(of_region.map(AnyAlertKind::OfRegion));
        any.ok_or(UnknownAlertKind)
    }
}

/// A region's alert: `<region>-<kind>-<day that raised it, 8 digits>`. A region is looked at once a day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegionAlertId {
    /// The region that it flags.
    pub region: RegionCode,
    /// What it says.
    pub kind: RegionAlertKind,
    /// The day in China that raised it.
    pub day: Date,
}

impl FromStr for RegionAlertId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let mut parts = text.split('-');
        let (Some(region), Some(kind), Some(day), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(InvalidId);
        };
        let region = region.parse().map_err(|_| InvalidId)?;
        let kind = RegionAlertKind::ALL.into_iter().find(|known| known.name() == kind).ok_or(InvalidId)?;
        let digits = day.len() == 8 && day.bytes().all(|byte| byte.is_ascii_digit());
        let day = Date::strptime("%Y%m%d", day).ok().filter(|_| digits).ok_or(InvalidId)?;
        Ok(RegionAlertId { region, kind, day })
    }
}

impl fmt::Display for RegionAlertId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{}-{}", self.region, self.kind.name(), self.day.strftime("%Y%m%d"))
    }
}

string_newtype!(
    RegionAlertId,
    "A region's alert: its region, kind and the day that raised it.",
    r"^(0|[1-9]\d(\d{2}(\d{2}(\d{3}(\d{3})?)?)?)?)-[a-z_]+-\d{8}$",
    "530627101-behind_schedule-20200614"
);

/// The id of an alert of either sort.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum AnyAlertId {
    /// A household's.
    OfHousehold(AlertId),
    /// A region's.
    OfRegion(RegionAlertId),
}

impl FromStr for AnyAlertId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let of_region = || text.parse().map(AnyAlertId::OfRegion);
        text.parse().map(AnyAlertId::OfHousehold).or_else(|_| of_region())
    }
}

/// Who dismissed an alert, when and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Dismissal {
    /// The account.
    pub by: String,
    /// When.
    #[schemars(with = "DateTime")]
    pub at: Timestamp,
    /// Why.
    pub reason: Note,
}

/// A region that is behind schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delay {
    /// Since when, by the morning that found it.
    pub raised_at: Timestamp,
    /// Whether somebody dismissed the alert. It stays so until the region has caught up.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dismissed: bool,
}

impl Delay {
    /// The id of a region's alert that says so.
    pub fn alert_of(&self, region: &RegionCode) -> RegionAlertId {
        let kind = RegionAlertKind::BehindSchedule;
        RegionAlertId { region: region.clone(), kind, day: china_date(self.raised_at) }
    }
}

/// Which of the regions below a region are behind schedule.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Delays {
    /// Moves with every write.
    pub revision: u64,
    /// By region.
    #[serde(default)]
    pub behind: BTreeMap<RegionCode, Delay>,
}

impl Delays {
    /// Whether a region has an alert that isn't dismissed.
    pub fn is_raised(&self, region: &RegionCode) -> bool {
        self.behind.get(region).is_some_and(|delay| !delay.dismissed)
    }

    /// Takes in what is said of some regions now. None where nothing changes.
    pub fn judged(
        &self,
        verdicts: impl IntoIterator<Item = (RegionCode, Verdict)>,
        now: Timestamp,
    ) -> Option<Delays> {
        let mut behind = self.behind.clone();
        for (region, verdict) in verdicts {
            match verdict {
                Verdict::InTime => drop(behind.remove(&region)),
                Verdict::Behind => {
                    behind.entry(region).or_insert(Delay { raised_at: now, dismissed: false });
                }
                Verdict::Open => {}
            }
        }
        self.next(behind)
    }

    /// Dismisses an alert. None where it is not raised any more.
    pub fn dismiss(&self, id: &RegionAlertId) -> Option<Delays> {
        let mut behind = self.behind.clone();
        let delay = behind.get_mut(&id.region).filter(|delay| !delay.dismissed)?;
        if delay.alert_of(&id.region) != *id {
            return None;
        }
        delay.dismissed = true;
        self.next(behind)
    }

    fn next(&self, behind: BTreeMap<RegionCode, Delay>) -> Option<Delays> {
        (behind != self.behind).then_some(Delays { revision: self.revision + 1, behind })
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    fn region(code: &str) -> RegionCode {
        code.parse().unwrap()
    }

    fn morning(day: i64) -> Timestamp {
        let first: Timestamp = "2020-06-11T05:00:00+08:00".parse().unwrap();
        first + SignedDuration::from_hours(24 * day)
    }

    fn judged(delays: &Delays, verdict: Verdict, day: i64) -> Delays {
        let next = delays.judged([(region("530627"), verdict)], morning(day));
        next.unwrap_or_else(|| delays.clone())
    }

    #[test]
    fn an_alert_stays_the_same_until_the_region_catches_up() {
        let none = Delays::default();
        let late = judged(&none, Verdict::Behind, 0);
        assert!(late.is_raised(&region("530627")) && !late.is_raised(&region("530628")));
        assert_eq!(judged(&judged(&late, Verdict::Behind, 1), Verdict::Open, 2), late, "nothing is written");
        assert!(!judged(&late, Verdict::InTime, 3).is_raised(&region("530627")));
        assert_eq!(judged(&none, Verdict::Open, 0), none);
    }

    #[test]
    fn a_dismissed_one_stays_dismissed_until_the_region_caught_up_and_fell_behind_again() {
        let late = judged(&Delays::default(), Verdict::Behind, 0);
        let id: RegionAlertId = "530627-behind_schedule-20200611".parse().unwrap();
        let dismissed = late.dismiss(&id).unwrap();
        assert!(dismissed.dismiss(&id).is_none() && !dismissed.is_raised(&region("530627")));
        assert_eq!(judged(&dismissed, Verdict::Behind, 1), dismissed);
        let again = judged(&judged(&dismissed, Verdict::InTime, 1), Verdict::Behind, 2);
        assert!(again.is_raised(&region("530627")));
        assert!(again.dismiss(&id).is_none(), "that was another one");
    }

    #[test]
    fn an_id_is_region_kind_and_day_and_never_a_household_s() {
        let id: RegionAlertId = "0-behind_schedule-20200611".parse().unwrap();
        assert_eq!((id.region.as_str(), id.to_string().as_str()), ("0", "0-behind_schedule-20200611"));
        for wrong in [
            "530627-behind_schedule-2020611",
            "530627-behind_schedule-+0200611",
            "530627-behind_schedule-20200631",
            "530627-burst-20200611",
            "530627101203-1-behind_schedule-20200611",
            "530627-behind_schedule",
            "behind_schedule-20200611",
        ] {
            assert!(wrong.parse::<AnyAlertId>().is_err(), "{wrong}");
        }
        let of_household: AnyAlertId = "530627101203-1-burst-7".parse().unwrap();
        assert!(matches!(of_household, AnyAlertId::OfHousehold(_)));
        assert_eq!(
            "530627-behind_schedule-20200611".parse(),
            Ok(AnyAlertId::OfRegion(RegionAlertId { region: region("530627"), ..id }))
        );
    }

    #[test]
    fn every_kind_has_a_name_of_its_own() {
        for kind in AlertKind::ALL {
            assert_eq!(kind.name().parse(), Ok(AnyAlertKind::OfHousehold(kind)));
        }
        for kind in RegionAlertKind::ALL {
            assert_eq!(kind.name().parse(), Ok(AnyAlertKind::OfRegion(kind)));
        }
        assert_eq!("flood".parse::<AnyAlertKind>(), Err(UnknownAlertKind));
    }
}
