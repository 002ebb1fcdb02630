//! Erasure: what is known of a household's people goes, after its retention or on order; what counts of it, its
//! history's chain and that it was erased stay.

use jiff::Timestamp;

use crate::change::{Change, PersonalValue};
use crate::feedback::Feedback;
use crate::household::{Household, Progress};
use crate::person::{Correction, Head, Member};
use crate::recorded::Recorded;
use crate::survey::Survey;
use crate::text::{Note, Text};

/// What stands where something was erased.
pub const ERASED: &str = "已删除";

impl Household {
    /// The household without anything that is known of its people. It counts as before: how many they are, what was
    /// found, which alerts there are. None where it was erased already.
    pub fn erased(&self, now: Timestamp) -> Option<Household> {
        if self.erased_at.is_some() {
            return None;
        }
        let mut next = self.edited(now);
        let nobody = || Member { name: String::new(), id_number: Recorded::Missing, relation: String::new() };
        next.head = Head { name: String::new(), id_number: Recorded::Missing, phone: Recorded::Missing };
        next.members = self.members.iter().map(|_| nobody()).collect();
        next.address = String::new();
        next.location = None;
        next.evidence.clear();
        next.id_shared_with.clear();
        next.withdrawn.extend(next.lookup.take());
        if let Some(returned) = &mut next.returned {
            returned.reason = erased_text(&returned.reason);
        }
        match &mut next.progress {
            Progress::Draft(form) => {
                form.correction = Correction::default();
                form.note = form.note.as_ref().map(erased_text);
                form.explanation = form.explanation.as_ref().map(erased_text);
            }
            Progress::Completed(completed) => completed.erase(),
            Progress::Pending | Progress::Left => {}
        }
        next.erased_at = Some(now);
        Some(next)
    }
}

impl Change {
    /// The entry without personal values and their salts. Its digests stay, so that the chain is as sound as before.
    /// None where it holds none.
    pub fn erased(&self) -> Option<Change> {
        let holds = |value: &PersonalValue| value.value.is_some() || value.salt.is_some();
        if !self.personal.values().any(holds) {
            return None;
        }
        let mut erased = self.clone();
        for value in erased.personal.values_mut() {
            (value.value, value.salt) = (None, None);
        }
        Some(erased)
    }
}

impl Feedback {
    /// The report without anybody's words.
    pub fn erased(&self) -> Feedback {
        let mut erased = self.clone();
        erased.content = erased_text(&erased.content);
        for urge in &mut erased.urges {
            urge.note = erased_text(&urge.note);
        }
        if let Some(handling) = &mut erased.handling {
            handling.opinion = erased_text(&handling.opinion);
        }
        erased
    }
}

impl Survey {
    /// The survey without anybody's words.
    pub fn erased(&self) -> Survey {
        let mut erased = self.clone();
        erased.form.opinion = erased_text(&erased.form.opinion);
        erased.form.finding = erased_text(&erased.form.finding);
        erased
    }
}

/// What stands in place of a text. Every text may be as long.
pub(crate) fn erased_text<const MAX: usize>(text: &Text<MAX>) -> Text<MAX> {
    ERASED.parse().unwrap_or_else(|_| text.clone())
}

/// What an order to erase says, which the history keeps.
pub fn order(reason: &Note) -> serde_json::Value {
    serde_json::json!({"order": reason})
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::change::{Actor, ChangeKind, Hash, NewChange, check_history};
    use crate::draft::Draft;
    use crate::household::{Deadline, LateRule, Registered};
    use crate::ids::LookupToken;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn completed() -> Household {
        let register = Registered {
            id: "530627101203-1".parse().unwrap(),
            head: Head {
                name: "王小明".to_owned(),
                id_number: "11010519491231002X".to_owned().into(),
                phone: "16000000001".to_owned().into(),
            },
            members: vec![Member {
                name: "李红".to_owned(),
                id_number: "1".to_owned().into(),
                relation: "配偶".to_owned(),
            }],
            address: "一组12号".to_owned(),
            works: BTreeMap::new(),
        };
        let draft: Draft = serde_json::from_value(serde_json::json!({
            "verifier": {"name": "测试员", "position": "村支书", "phone": "16000000009"},
            "verified_at": "1970-01-01", "result": "secured", "guarantee": "sheltered", "shelter": "relatives",
            "note": "住在王大明家", "correction": {"phone": "16000000002"},
        }))
        .unwrap();
        let complete = draft.complete(NOW).unwrap();
        let deadline = Deadline { day: "2020-06-30".parse().unwrap(), late: LateRule::Accept };
        let token = LookupToken::from_random([1; 15]);
        Household::registered(register, NOW).complete(draft, complete, token, &deadline, NOW).unwrap()
    }

    #[test]
    fn nothing_of_its_people_is_left_and_it_counts_as_before() {
        let household = completed();
        let erased = household.erased(NOW).unwrap();
        let stored = serde_json::to_string(&erased).unwrap();
        for gone in ["王", "李红", "11010519491231002X", "16000000001", "16000000002", "一组"] {
            assert!(!stored.contains(gone), "{gone} in {stored}");
        }
        assert_eq!(erased.summary(), household.summary());
        assert!(erased.lookup.is_none() && erased.withdrawn.len() == 1);
        assert_eq!(serde_json::from_str::<Household>(&stored).unwrap(), erased, "it can still be read");
        assert_eq!(erased.erased(NOW), None);
    }

    #[test]
    fn an_erased_history_is_as_sound_as_before() {
        let mut previous = Hash::GENESIS;
        let history: Vec<Change> = (1..=3)
            .map(|revision| {
                let recorded = serde_json::json!({"register": {"head": {"name": "王小明"}}, "works": {}});
                let change = NewChange {
                    household: "530627101203-1".parse().unwrap(),
                    revision,
                    at: NOW,
                    by: Actor::System,
                    kind: ChangeKind::Imported,
                    recorded,
                }
                .chain(previous, [7; 16]);
                previous = change.hash;
                change.erased().unwrap()
            })
            .collect();
        assert_eq!(check_history(&history, previous), []);
        assert!(!serde_json::to_string(&history).unwrap().contains('王'));
        assert_eq!(history[0].erased(), None, "once is enough");
    }
}
