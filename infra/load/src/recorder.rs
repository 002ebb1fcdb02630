//! What happened, and how long it took.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anju_domain::ids::HouseholdId;
use hdrhistogram::Histogram;

use crate::api::Failure;

/// What an officer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Signs in.
    SignIn,
    /// Asks for the next access token.
    Refresh,
    /// Asks for a page of households that nobody has verified.
    List,
    /// Opens a household.
    Record,
    /// Saves a draft.
    Draft,
    /// Asks where a photo goes.
    Announce,
    /// Uploads the photo.
    Upload,
    /// Completes the verification.
    Complete,
    /// Reports a problem for the household.
    Feedback,
    /// A household from the intended start to the answer to its completion.
    Visit,
}

impl Step {
    /// All of them, in the order of a visit.
    pub const ALL: [Step; 10] = [
        Step::SignIn,
        Step::Refresh,
        Step::List,
        Step::Record,
        Step::Draft,
        Step::Announce,
        Step::Upload,
        Step::Complete,
        Step::Feedback,
        Step::Visit,
    ];

    /// What reports call it.
    pub fn name(self) -> &'static str {
        match self {
            Step::SignIn => "sign in",
            Step::Refresh => "refresh the session",
            Step::List => "list",
            Step::Record => "open the record",
            Step::Draft => "save a draft",
            Step::Announce => "announce a photo",
            Step::Upload => "upload the photo",
            Step::Complete => "complete",
            Step::Feedback => "report a problem",
            Step::Visit => "whole visit",
        }
    }
}

/// What the API said it did. It must be there at the end.
#[derive(Debug, Clone, Default)]
pub struct Acknowledged {
    /// Households whose completion was answered with success.
    pub completed: Vec<HouseholdId>,
    /// Reported problems, by the account that reported.
    pub feedback: Vec<(String, String)>,
}

/// All that was measured.
#[derive(Debug)]
pub struct Measured {
    /// When it began.
    pub began: Instant,
    /// Durations in microseconds.
    pub steps: BTreeMap<Step, Histogram<u64>>,
    /// Failures by step and kind; one that a retry made good is counted here too.
    pub failures: BTreeMap<(Step, Failure), u64>,
    /// What must be there at the end.
    pub acknowledged: Acknowledged,
    /// When each completion was answered, in their order.
    pub completed_at: Vec<Instant>,
    /// Durations of completions by seconds since the start: microseconds.
    pub completions: Vec<(f64, u64)>,
}

/// Takes in what officers measure, from many tasks.
#[derive(Debug)]
pub struct Recorder(Mutex<Measured>);

impl Default for Recorder {
    fn default() -> Self {
        Recorder(Mutex::new(Measured {
            began: Instant::now(),
            steps: BTreeMap::new(),
            failures: BTreeMap::new(),
            acknowledged: Acknowledged::default(),
            completed_at: Vec::new(),
            completions: Vec::new(),
        }))
    }
}

/// Longer than anything can take.
const LONGEST_MICROSECONDS: u64 = 24 * 3600 * 1_000_000;

impl Recorder {
    /// What was measured so far.
    pub fn measured(&self) -> MutexGuard<'_, Measured> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A step that went well, which was to start at `intended`.
    pub fn took(&self, step: Step, intended: Instant) {
        let now = Instant::now();
        let took = now.duration_since(intended).as_micros().try_into().unwrap_or(LONGEST_MICROSECONDS);
        let mut measured = self.measured();
        if let Some(histogram) = measured.steps.get_mut(&step) {
            histogram.saturating_record(took);
        } else if let Ok(mut histogram) = Histogram::new_with_bounds(1, LONGEST_MICROSECONDS, 3) {
            histogram.saturating_record(took);
            measured.steps.insert(step, histogram);
        }
        if step == Step::Complete {
            let at = now.duration_since(measured.began).as_secs_f64();
            measured.completions.push((at, took));
        }
    }

    /// A step that failed.
    pub fn failed(&self, step: Step, failure: &Failure) {
        *self.measured().failures.entry((step, failure.clone())).or_default() += 1;
    }

    /// A completion that the API answered with success.
    pub fn completed(&self, household: &HouseholdId) {
        let mut measured = self.measured();
        measured.acknowledged.completed.push(household.clone());
        measured.completed_at.push(Instant::now());
    }

    /// A reported problem that the API answered with success.
    pub fn reported(&self, account: &str, feedback: String) {
        self.measured().acknowledged.feedback.push((account.to_owned(), feedback));
    }
}

impl Measured {
    /// How long ago a counter that shows `shown` completions should have gone on: zero where it shows all that
    /// were answered.
    pub fn lag_of(&self, shown: usize, now: Instant) -> Duration {
        self.completed_at
            .get(shown)
            .map_or(Duration::ZERO, |first_missing| now.duration_since(*first_missing))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_lags_by_the_age_of_the_first_completion_that_it_misses() {
        let recorder = Recorder::default();
        for number in 1..=2 {
            recorder.completed(&HouseholdId::new("530627101203".parse().unwrap(), number));
        }
        let measured = recorder.measured();
        let now = measured.completed_at[1] + Duration::from_secs(3);
        assert_eq!(measured.lag_of(2, now), Duration::ZERO);
        assert_eq!(measured.lag_of(1, now), Duration::from_secs(3));
        assert!(measured.lag_of(0, now) >= Duration::from_secs(3));
    }

    #[test]
    fn what_waited_for_its_turn_took_as_long_as_its_caller_waited() {
        let recorder = Recorder::default();
        let intended = Instant::now().checked_sub(Duration::from_secs(2)).unwrap();
        recorder.took(Step::Visit, intended);
        assert!(recorder.measured().steps[&Step::Visit].max() >= 2_000_000);
    }
}
