//! What happens to a batch of stream records until each of them succeeded or was given up: retries, partial
//! responses, bisecting, age. No input or output, so that every path can be tested.

use std::collections::VecDeque;
use std::time::Duration;

use crate::dynamodb::{StreamRecord, public_sequence_number};

/// The mapping's rules.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    pub(super) bisect: bool,
    pub(super) maximum_retries: Option<u32>,
    pub(super) maximum_age: Option<Duration>,
}

/// A batch on its way, in parts that are delivered in order.
#[derive(Debug)]
pub(super) struct Delivery {
    rules: Rules,
    parts: VecDeque<Part>,
    /// Position of the last record that is dealt with.
    settled: Option<i64>,
    failures_in_a_row: u32,
}

#[derive(Debug)]
struct Part {
    records: Vec<StreamRecord>,
    /// Invocations that failed.
    attempts: u32,
}

/// What to do next.
#[derive(Debug, PartialEq)]
pub(super) enum Step {
    Invoke(Vec<StreamRecord>),
    GiveUp { records: Vec<StreamRecord>, condition: Condition, attempts: u32 },
}

/// Why records are given up, as the message about them says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Condition {
    RetryAttemptsExhausted,
    RecordAgeExceeded,
}

/// How a step went.
#[derive(Debug)]
pub(super) enum Outcome {
    Succeeded,
    Failed,
    /// Everything before the record with this sequence number succeeded.
    FailedFrom(String),
}

impl Delivery {
    pub(super) fn new(records: Vec<StreamRecord>, rules: Rules) -> Self {
        Self {
            rules,
            parts: VecDeque::from([Part { records, attempts: 0 }]),
            settled: None,
            failures_in_a_row: 0,
        }
    }

    pub(super) fn settled(&self) -> Option<i64> {
        self.settled
    }

    pub(super) fn failures_in_a_row(&self) -> u32 {
        self.failures_in_a_row
    }

    /// The next step, or `None` when all is done. A step to give up counts as taken once it was handed out.
    pub(super) fn next(&mut self, now_s: i64) -> Option<Step> {
        let mut part = self.parts.pop_front()?;
        let expired = part.records.iter().take_while(|record| self.is_too_old(record, now_s)).count();
        if expired > 0 {
            let rest = part.records.split_off(expired);
            self.settle(&part.records);
            let attempts = part.attempts;
            if !rest.is_empty() {
                self.parts.push_front(Part { records: rest, attempts });
            }
            let condition = Condition::RecordAgeExceeded;
            return Some(Step::GiveUp { records: part.records, condition, attempts });
        }
        if self.rules.maximum_retries.is_some_and(|maximum| part.attempts > maximum) {
            self.settle(&part.records);
            let condition = Condition::RetryAttemptsExhausted;
            return Some(Step::GiveUp { records: part.records, condition, attempts: part.attempts });
        }
        let records = part.records.clone();
        self.parts.push_front(part);
        Some(Step::Invoke(records))
    }

    /// Takes in how the last invocation went.
    pub(super) fn report(&mut self, outcome: Outcome) {
        let Some(part) = self.parts.pop_front() else {
            return;
        };
        match outcome {
            Outcome::Succeeded => {
                self.failures_in_a_row = 0;
                self.settle(&part.records);
            }
            Outcome::Failed => self.failed(part, None),
            Outcome::FailedFrom(sequence_number) => {
                let index = part
                    .records
                    .iter()
                    .position(|record| public_sequence_number(record.position) == sequence_number);
                self.failed(part, index);
            }
        }
    }

    fn failed(&mut self, mut part: Part, first_failed: Option<usize>) {
        self.failures_in_a_row += 1;
        match first_failed {
            // Some went through: what is left is tried anew, from the one that failed.
            Some(index) if index > 0 => {
                let rest = part.records.split_off(index);
                self.settle(&part.records);
                self.parts.push_front(Part { records: rest, attempts: 1 });
            }
            // To split a batch is no retry. A part whose first record is known to fail is split behind it.
            first_failed if self.rules.bisect && part.records.len() > 1 => {
                let half = if first_failed.is_some() { 1 } else { part.records.len() / 2 };
                let second = part.records.split_off(half);
                let attempts = part.attempts;
                self.parts.push_front(Part { records: second, attempts });
                self.parts.push_front(part);
            }
            _ => {
                part.attempts += 1;
                self.parts.push_front(part);
            }
        }
    }

    fn settle(&mut self, records: &[StreamRecord]) {
        self.settled = records.last().map(|record| record.position).or(self.settled);
    }

    fn is_too_old(&self, record: &StreamRecord, now_s: i64) -> bool {
        self.rules.maximum_age.is_some_and(|maximum| {
            i64::try_from(maximum.as_secs()).is_ok_and(|maximum| now_s - record.created_at_s > maximum)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    const NOW: i64 = 1_000_000;

    fn record(position: i64) -> StreamRecord {
        StreamRecord {
            position,
            event_id: position.to_string(),
            event_name: "INSERT".into(),
            created_at_s: NOW - 10,
            keys: Value::Null,
            new_image: None,
            old_image: None,
            size: 0,
            user_identity: None,
        }
    }

    fn rules() -> Rules {
        Rules { bisect: false, maximum_retries: None, maximum_age: None }
    }

    fn delivery(count: i64, rules: Rules) -> Delivery {
        Delivery::new((1..=count).map(record).collect(), rules)
    }

    /// Positions of the step's records, negative where they are given up.
    fn step(delivery: &mut Delivery) -> Vec<i64> {
        let positions = |records: Vec<StreamRecord>, sign: i64| {
            records.into_iter().map(|record| sign * record.position).collect()
        };
        match delivery.next(NOW) {
            None => Vec::new(),
            Some(Step::Invoke(records)) => positions(records, 1),
            Some(Step::GiveUp { records, .. }) => positions(records, -1),
        }
    }

    #[test]
    fn a_batch_that_succeeds_is_settled() {
        let mut delivery = delivery(3, rules());
        assert_eq!(step(&mut delivery), [1, 2, 3]);
        assert_eq!(delivery.settled(), None);
        delivery.report(Outcome::Succeeded);
        assert_eq!((delivery.settled(), step(&mut delivery).len()), (Some(3), 0));
    }

    #[test]
    fn a_batch_is_tried_for_ever_unless_the_rules_say_otherwise() {
        let mut endless = delivery(2, rules());
        for failures in 1..50 {
            assert_eq!(step(&mut endless), [1, 2]);
            endless.report(Outcome::Failed);
            assert_eq!((endless.settled(), endless.failures_in_a_row()), (None, failures));
        }
        let mut limited = delivery(2, Rules { maximum_retries: Some(1), ..rules() });
        for _ in 0..2 {
            assert_eq!(step(&mut limited), [1, 2]);
            limited.report(Outcome::Failed);
        }
        assert_eq!(step(&mut limited), [-1, -2]);
        assert_eq!((limited.settled(), step(&mut limited).len()), (Some(2), 0));
    }

    #[test]
    fn after_a_partial_failure_delivery_goes_on_from_the_record_that_failed() {
        let mut delivery = delivery(4, rules());
        step(&mut delivery);
        delivery.report(Outcome::FailedFrom(public_sequence_number(3)));
        assert_eq!(delivery.settled(), Some(2));
        assert_eq!(step(&mut delivery), [3, 4]);
    }

    #[test]
    fn an_unknown_sequence_number_fails_the_whole_batch() {
        let mut delivery = delivery(2, rules());
        step(&mut delivery);
        delivery.report(Outcome::FailedFrom("7".into()));
        assert_eq!((delivery.settled(), step(&mut delivery)), (None, vec![1, 2]));
    }

    #[test]
    fn bisecting_isolates_the_one_bad_record_and_delivers_all_others() {
        let mut delivery = delivery(7, Rules { bisect: true, maximum_retries: Some(2), ..rules() });
        let (mut delivered, mut given_up) = (Vec::new(), Vec::new());
        loop {
            let positions = step(&mut delivery);
            match positions.first() {
                None => break,
                Some(first) if *first < 0 => given_up.extend(positions),
                Some(_) if positions.contains(&5) => delivery.report(Outcome::Failed),
                Some(_) => {
                    delivered.extend(positions);
                    delivery.report(Outcome::Succeeded);
                }
            }
        }
        assert_eq!((delivered, given_up), (vec![1, 2, 3, 4, 6, 7], vec![-5]));
        assert_eq!(delivery.settled(), Some(7));
    }

    #[test]
    fn bisecting_splits_behind_a_first_record_that_is_known_to_fail() {
        let mut delivery = delivery(3, Rules { bisect: true, maximum_retries: Some(0), ..rules() });
        step(&mut delivery);
        delivery.report(Outcome::FailedFrom(public_sequence_number(1)));
        assert_eq!(step(&mut delivery), [1]);
        delivery.report(Outcome::Failed);
        assert_eq!(step(&mut delivery), [-1]);
        assert_eq!(step(&mut delivery), [2, 3]);
    }

    #[test]
    fn records_past_their_age_are_given_up_and_the_rest_goes_on() {
        let rules = Rules { maximum_age: Some(Duration::from_secs(60)), ..rules() };
        let old = StreamRecord { created_at_s: NOW - 61, ..record(1) };
        let mut delivery = Delivery::new(vec![old, record(2)], rules);
        assert_eq!(step(&mut delivery), [-1]);
        assert_eq!(delivery.settled(), Some(1));
        assert_eq!(step(&mut delivery), [2]);
    }
}
