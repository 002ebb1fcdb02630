//! Reports of problems (反映问题): who reports, handles and urges them, and how they go up when nobody does.

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::household::{Household, Refused};
use crate::ids::FeedbackId;
use crate::region::Level;
use crate::summary::{AlertKind, State};
use crate::text::{Name, Note, Position};

/// What a report is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FeedbackType {
    /// 房屋质量问题.
    HouseQuality,
    /// 资金补助问题.
    Subsidy,
    /// 房屋验收问题.
    Acceptance,
    /// 其他.
    Other,
}

impl FeedbackType {
    /// All types, in the order of the form.
    pub const ALL: [FeedbackType; 4] =
        [FeedbackType::HouseQuality, FeedbackType::Subsidy, FeedbackType::Acceptance, FeedbackType::Other];

    /// Its name in the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            FeedbackType::HouseQuality => "house_quality",
            FeedbackType::Subsidy => "subsidy",
            FeedbackType::Acceptance => "acceptance",
            FeedbackType::Other => "other",
        }
    }
}

/// Who reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FeedbackSource {
    /// The household itself, on its public page.
    Household,
    /// The village officer.
    Officer,
}

/// Whether somebody has dealt with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FeedbackStatus {
    /// 未处理.
    Open,
    /// 已处理.
    Handled,
}

impl FeedbackStatus {
    /// Both.
    pub const ALL: [FeedbackStatus; 2] = [FeedbackStatus::Open, FeedbackStatus::Handled];

    /// Its name in the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            FeedbackStatus::Open => "open",
            FeedbackStatus::Handled => "handled",
        }
    }
}

/// The person behind an account who acted, as the profile named them then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Official {
    /// The account.
    pub account: String,
    /// Their name.
    pub name: Name,
    /// Their position.
    pub position: Position,
}

/// How a report was handled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handling {
    /// By whom.
    pub by: Official,
    /// When.
    pub at: Timestamp,
    /// 处理意见.
    pub opinion: Note,
}

/// Somebody above wants it handled (督促).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Urge {
    /// Who.
    pub by: Official,
    /// When.
    pub at: Timestamp,
    /// What they say.
    pub note: Note,
}

/// Urges that a report carries, the latest ones; the household's history has them all.
const URGES_KEPT: usize = 20;

/// How long a level has until a report goes to the next one up.
pub const STEP: SignedDuration = SignedDuration::from_hours(72);

/// The levels that an open report goes up, from the one that should have handled it.
const STEPS: [Level; 5] = [Level::Township, Level::County, Level::Prefecture, Level::Province, Level::Nation];

/// A report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feedback {
    /// Its id.
    pub id: FeedbackId,
    /// What it is about.
    #[serde(rename = "type")]
    pub kind: FeedbackType,
    /// Who reported.
    pub source: FeedbackSource,
    /// In their words.
    pub content: Note,
    /// When, by the server's clock.
    pub reported_at: Timestamp,
    /// The officer's account; none where the household reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reported_by: Option<String>,
    /// How far up it has gone so far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalated_to: Option<Level>,
    /// Urges, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub urges: Vec<Urge>,
    /// How it was handled, once it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handling: Option<Handling>,
}

/// What somebody reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What it is about.
    pub kind: FeedbackType,
    /// In their words.
    pub content: Note,
}

/// The level that a report of then has reached by now, while it is open: none within the first three
/// days, the township's after them, and one level up each three days more.
pub fn due_level(reported_at: Timestamp, now: Timestamp) -> Option<Level> {
    let steps = now.duration_since(reported_at).as_secs() / STEP.as_secs();
    let steps = usize::try_from(steps).unwrap_or(0).min(STEPS.len());
    steps.checked_sub(1).and_then(|step| STEPS.get(step).copied())
}

/// Reports until this time are overdue now, if they are open.
pub fn overdue_until(now: Timestamp) -> Timestamp {
    now.checked_sub(STEP).unwrap_or(Timestamp::MIN)
}

/// A report as it is to be, with its household.
#[derive(Debug, Clone, PartialEq)]
pub struct Reported {
    /// The household.
    pub household: Household,
    /// The report.
    pub feedback: Feedback,
}

impl Feedback {
    /// A new report of a household. `officer` is the account that reports, none for the household itself.
    pub fn report(
        household: &Household,
        id: FeedbackId,
        report: Report,
        officer: Option<String>,
        now: Timestamp,
    ) -> Result<Reported, Refused> {
        if household.state() == State::Left {
            return Err(Refused::Left);
        }
        let mut next = household.touched(now);
        next.feedback.open = next.feedback.open.saturating_add(1);
        let source = if officer.is_some() { FeedbackSource::Officer } else { FeedbackSource::Household };
        let Report { kind, content } = report;
        let feedback = Feedback {
            id,
            kind,
            source,
            content,
            reported_at: now,
            reported_by: officer,
            escalated_to: None,
            urges: Vec::new(),
            handling: None,
        };
        Ok(Reported { household: next, feedback })
    }

    /// Whether it was handled.
    pub fn status(&self) -> FeedbackStatus {
        if self.handling.is_some() { FeedbackStatus::Handled } else { FeedbackStatus::Open }
    }

    /// Whether it should have been handled by now.
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.handling.is_none() && due_level(self.reported_at, now).is_some()
    }

    /// When it goes up next, while it is open; none where it can't go further.
    pub fn next_due(&self) -> Option<Timestamp> {
        if self.handling.is_some() {
            return None;
        }
        let next = match self.escalated_to {
            None => 0,
            Some(level) => STEPS.iter().position(|step| *step == level)? + 1,
        };
        STEPS.get(next)?;
        let steps = i32::try_from(next + 1).ok()?;
        self.reported_at.checked_add(STEP.checked_mul(steps)?).ok()
    }

    /// Handles it, and opens the verification again where that is wanted and it is completed. `all` are
    /// the household's reports, this one among them or not.
    pub fn handle(
        &self,
        household: &Household,
        all: &[Feedback],
        handling: Handling,
        reopen: bool,
    ) -> Result<Reported, Refused> {
        if self.handling.is_some() {
            return Err(Refused::AlreadyHandled);
        }
        let mut next = household.touched(handling.at);
        next.feedback.open = next.feedback.open.saturating_sub(1);
        next.feedback.handled = next.feedback.handled.saturating_add(1);
        let still_open = all.iter().filter(|other| other.id != self.id && other.handling.is_none());
        // The nation is the least of the levels.
        next.feedback.escalated_to = still_open.filter_map(|other| other.escalated_to).min();
        if next.feedback.escalated_to.is_none() {
            next.alerts.remove(&AlertKind::FeedbackOverdue);
        }
        if reopen {
            next.reopen(handling.opinion.clone(), Some(handling.by.account.clone()));
        }
        Ok(Reported { household: next, feedback: Feedback { handling: Some(handling), ..self.clone() } })
    }

    /// Urges those below to handle it.
    pub fn urge(&self, household: &Household, urge: Urge) -> Result<Reported, Refused> {
        if self.handling.is_some() {
            return Err(Refused::AlreadyHandled);
        }
        let household = household.touched(urge.at);
        let mut urges = self.urges.clone();
        urges.push(urge);
        urges.drain(..urges.len().saturating_sub(URGES_KEPT));
        Ok(Reported { household, feedback: Feedback { urges, ..self.clone() } })
    }

    /// Lets it go up as far as is due by now, which raises the household's alert, or raises it anew where
    /// it has never been so high. None where nothing is due.
    pub fn escalate(&self, household: &Household, now: Timestamp) -> Option<Reported> {
        let due = due_level(self.reported_at, now).filter(|_| self.handling.is_none())?;
        if self.escalated_to.is_some_and(|reached| reached <= due) {
            return None;
        }
        let mut next = household.touched(now);
        let highest = next.feedback.escalated_to;
        if highest.is_none_or(|highest| due < highest) {
            next.feedback.escalated_to = Some(due);
            next.alerts.remove(&AlertKind::FeedbackOverdue);
            next.raise(AlertKind::FeedbackOverdue);
        }
        let feedback = Feedback { escalated_to: Some(due), ..self.clone() };
        Some(Reported { household: next, feedback })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::household::{FeedbackCounts, Progress, Registered};
    use crate::person::Head;
    use crate::recorded::Recorded;

    const DAY: i64 = 24 * 3600;

    /// So many days after the first report.
    fn after(days: i64) -> Timestamp {
        let start: Timestamp = "2020-06-03T04:00:00Z".parse().unwrap();
        start + SignedDuration::from_secs(days * DAY)
    }

    fn household() -> Household {
        let head =
            Head { name: "测试户".to_owned(), id_number: Recorded::Missing, phone: Recorded::Missing };
        let registered = Registered {
            id: "530627101203-1".parse().unwrap(),
            head,
            members: Vec::new(),
            address: String::new(),
            works: BTreeMap::new(),
        };
        Household::registered(registered, after(-30))
    }

    fn reported(household: &Household, unique: u128, now: Timestamp) -> Reported {
        let id = FeedbackId::new(household.id.clone(), unique);
        let report = Report { kind: FeedbackType::HouseQuality, content: "墙体开裂".parse().unwrap() };
        Feedback::report(household, id, report, None, now).unwrap()
    }

    fn official() -> Official {
        Official {
            account: "530627101".to_owned(),
            name: "测试员".parse().unwrap(),
            position: "所长".parse().unwrap(),
        }
    }

    fn handling(now: Timestamp) -> Handling {
        Handling { by: official(), at: now, opinion: "已联系施工队".parse().unwrap() }
    }

    #[test]
    fn a_report_moves_the_revision_and_not_the_version() {
        let Reported { household: after_report, feedback } = reported(&household(), 1, after(0));
        assert_eq!((after_report.revision, after_report.version), (2, 1));
        let counts = FeedbackCounts { open: 1, ..FeedbackCounts::default() };
        assert_eq!((after_report.feedback, feedback.status()), (counts, FeedbackStatus::Open));
        let urge = Urge { by: official(), at: after(1), note: "请尽快处理".parse().unwrap() };
        let urged = feedback.urge(&after_report, urge).unwrap();
        assert_eq!((urged.household.revision, urged.household.version), (3, 1));
        let handled = urged.feedback.handle(&urged.household, &[], handling(after(1)), false).unwrap();
        assert_eq!((handled.household.revision, handled.household.version), (4, 1));
        let counts = FeedbackCounts { handled: 1, ..FeedbackCounts::default() };
        assert_eq!(
            (handled.household.feedback, handled.feedback.status()),
            (counts, FeedbackStatus::Handled)
        );
    }

    #[test]
    fn a_household_that_left_reports_nothing() {
        let left = Household { progress: Progress::Left, ..household() };
        let report = Report { kind: FeedbackType::Other, content: "x".parse().unwrap() };
        let id = FeedbackId::new(left.id.clone(), 1);
        assert_eq!(Feedback::report(&left, id, report, None, after(0)), Err(Refused::Left));
    }

    #[test]
    fn a_report_is_handled_once_and_then_urged_no_more() {
        let Reported { household, feedback } = reported(&household(), 1, after(0));
        let handled = feedback.handle(&household, &[], handling(after(1)), false).unwrap();
        let again = handled.feedback.handle(&handled.household, &[], handling(after(2)), false);
        assert_eq!(again, Err(Refused::AlreadyHandled));
        let urge = Urge { by: official(), at: after(2), note: "请尽快处理".parse().unwrap() };
        assert_eq!(handled.feedback.urge(&handled.household, urge), Err(Refused::AlreadyHandled));
        assert_eq!(handled.feedback.escalate(&handled.household, after(30)), None);
        assert!(!handled.feedback.is_overdue(after(30)) && handled.feedback.next_due().is_none());
    }

    #[test]
    fn overdue_after_three_days_at_the_township_and_one_level_up_each_three_days_more() {
        let expected = [
            (0, None),
            (2, None),
            (3, Some(Level::Township)),
            (5, Some(Level::Township)),
            (6, Some(Level::County)),
            (9, Some(Level::Prefecture)),
            (12, Some(Level::Province)),
            (15, Some(Level::Nation)),
            (400, Some(Level::Nation)),
        ];
        for (days, level) in expected {
            assert_eq!(due_level(after(0), after(days)), level, "{days} days");
        }
        assert_eq!(due_level(after(0), after(-1)), None);
        assert_eq!(due_level(after(0), after(3) - SignedDuration::from_secs(1)), None);
        let feedback = reported(&household(), 1, after(0)).feedback;
        assert!(!feedback.is_overdue(after(2)) && feedback.is_overdue(after(3)));
    }

    #[test]
    fn each_step_up_raises_the_alert_anew_and_handling_clears_it() {
        let Reported { household, feedback } = reported(&household(), 1, after(0));
        let county = feedback.escalate(&household, after(7)).unwrap();
        assert_eq!(county.feedback.escalated_to, Some(Level::County), "missed runs are made up for");
        assert_eq!(county.household.feedback.escalated_to, Some(Level::County));
        let raised = county.household.alerts[&AlertKind::FeedbackOverdue];
        assert_eq!((raised.at, raised.revision), (after(7), 3));
        assert_eq!(county.feedback.escalate(&county.household, after(8)), None);

        let second = reported(&county.household, 2, after(7));
        let township = second.feedback.escalate(&second.household, after(10)).unwrap();
        assert_eq!(township.household.alerts[&AlertKind::FeedbackOverdue], raised, "it is higher already");
        let all = [county.feedback.clone(), township.feedback.clone()];
        let one_left = county.feedback.handle(&township.household, &all, handling(after(10)), false).unwrap();
        assert_eq!(one_left.household.feedback.escalated_to, Some(Level::Township));
        assert!(one_left.household.alerts.contains_key(&AlertKind::FeedbackOverdue));
        let all = [one_left.feedback, township.feedback.clone()];
        let none_left =
            township.feedback.handle(&one_left.household, &all, handling(after(10)), false).unwrap();
        assert!(none_left.household.alerts.is_empty());
    }

    #[test]
    fn reopening_a_verification_that_is_not_completed_changes_nothing_of_it() {
        let Reported { household, feedback } = reported(&household(), 1, after(0));
        let handled = feedback.handle(&household, &[], handling(after(1)), true).unwrap();
        assert_eq!((handled.household.state(), handled.household.version), (State::Pending, 1));
    }

    #[test]
    fn the_latest_urges_are_kept() {
        let mut now = reported(&household(), 1, after(0));
        for number in 0..30 {
            let urge = Urge { by: official(), at: after(number), note: "请尽快处理".parse().unwrap() };
            now = now.feedback.urge(&now.household, urge).unwrap();
        }
        assert_eq!(now.feedback.urges.len(), URGES_KEPT);
        assert_eq!(now.feedback.urges[URGES_KEPT - 1].at, after(29));
    }

    proptest! {
        #[test]
        fn escalating_whenever_it_is_due_ends_where_the_rule_says(hours in prop::collection::vec(0_i64..100, 1..40)) {
            let mut state = reported(&household(), 1, after(0));
            let mut now = after(0);
            for step in hours {
                now += SignedDuration::from_hours(step);
                let due = state.feedback.next_due().is_some_and(|due| due <= now);
                let escalated = state.feedback.escalate(&state.household, now);
                prop_assert_eq!(escalated.is_some(), due);
                state = escalated.unwrap_or(state);
                prop_assert_eq!(state.feedback.escalated_to, due_level(after(0), now));
                prop_assert_eq!(state.household.feedback.escalated_to, state.feedback.escalated_to);
                let alerted = state.household.alerts.contains_key(&AlertKind::FeedbackOverdue);
                prop_assert_eq!(alerted, state.feedback.escalated_to.is_some());
            }
        }

        #[test]
        fn counts_and_alert_follow_from_the_reports(steps in prop::collection::vec((0_u8..3, 0_usize..8, 0_i64..5), 1..60)) {
            let mut household = household();
            let mut reports: Vec<Feedback> = Vec::new();
            let mut now = after(0);
            for (step, place, days) in steps {
                now += SignedDuration::from_secs(days * DAY);
                let chosen = place % reports.len().max(1);
                let next = match (step, reports.get(chosen)) {
                    (1, Some(feedback)) => feedback.handle(&household, &reports, handling(now), false).ok(),
                    (2, Some(feedback)) => feedback.escalate(&household, now),
                    _ => Some(reported(&household, reports.len() as u128, now)),
                };
                let Some(Reported { household: next, feedback }) = next else { continue };
                prop_assert_eq!(next.revision, household.revision + 1);
                household = next;
                match reports.iter_mut().find(|report| report.id == feedback.id) {
                    Some(report) => *report = feedback,
                    None => reports.push(feedback),
                }
                let open = reports.iter().filter(|report| report.handling.is_none());
                let highest = open.clone().filter_map(|report| report.escalated_to).min();
                let expected = FeedbackCounts {
                    open: u16::try_from(open.count()).unwrap(),
                    handled: u16::try_from(reports.iter().filter(|report| report.handling.is_some()).count()).unwrap(),
                    escalated_to: highest,
                };
                prop_assert_eq!(household.feedback, expected);
                prop_assert_eq!(household.alerts.contains_key(&AlertKind::FeedbackOverdue), highest.is_some());
            }
        }
    }
}
