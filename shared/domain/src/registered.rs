//! What the national register changes of a household that is here already: people, address, remaining works, and
//! where it belongs. What was verified here stays.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::household::{Household, Progress, Registered};
use crate::ids::HouseholdId;
use crate::import::ImportId;
use crate::summary::{AlertKind, State};

/// Which import last changed a household, so that the same one, applied again after a crash, knows what it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastImport {
    /// The import.
    pub id: ImportId,
    /// What it did.
    pub did: Effect,
}

/// What an import does with a household.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// It is new here.
    Created,
    /// People, address or works changed.
    Changed,
    /// It came from another village.
    Moved,
    /// It ended.
    Left,
}

impl Household {
    /// The household as the register has it now; none where that changes nothing. One that had ended comes back
    /// as nobody has looked at.
    ///
    /// The alert `id_invalid` is raised where ID numbers changed and one isn't valid, and cleared where all are: one
    /// that was dismissed stays so while the numbers stay.
    pub fn registered_again(&self, register: &Registered, by: ImportId, now: Timestamp) -> Option<Household> {
        let Registered { head, members, address, works, .. } = register;
        let is_back = self.state() == State::Left;
        let same = self.head == *head && self.members == *members && self.address == *address;
        if same && self.works == *works && !is_back {
            return None;
        }
        let numbers_changed = self.head.id_number != head.id_number
            || self.members.len() != members.len()
            || self.members.iter().zip(members).any(|(old, new)| old.id_number != new.id_number);
        let mut next = self.edited(now);
        next.head = head.clone();
        next.members = members.clone();
        next.address = address.clone();
        next.works = works.clone();
        next.imported = Some(LastImport { id: by, did: Effect::Changed });
        next.erased_at = None;
        if is_back {
            next.progress = Progress::Pending;
        }
        if !next.has_invalid_id_number() {
            next.alerts.remove(&AlertKind::IdInvalid);
        } else if numbers_changed || is_back {
            next.raise(AlertKind::IdInvalid);
        }
        Some(next)
    }

    /// Whether the register holds an ID number of head or member that isn't valid.
    pub fn has_invalid_id_number(&self) -> bool {
        self.head.id_number.is_invalid() || self.members.iter().any(|member| member.id_number.is_invalid())
    }

    /// The household after it moved to `to`, or ended. It leaves the counts, and what is known of it stays.
    /// None where it has left already.
    pub fn departed(&self, to: Option<&HouseholdId>, by: ImportId, now: Timestamp) -> Option<Household> {
        if self.state() == State::Left {
            return None;
        }
        let mut next = self.edited(now);
        let did = if to.is_some() { Effect::Moved } else { Effect::Left };
        next.progress = Progress::Left;
        next.returned = None;
        next.alerts.clear();
        next.moved_to = to.cloned();
        next.imported = Some(LastImport { id: by, did });
        Some(next)
    }

    /// The same household in the same house, under another village's code: its verification, photos and public page
    /// go with it, reports and surveys stay where they were entered. Gives what stays and what is new; none where
    /// it has left already.
    pub fn recoded(&self, id: HouseholdId, by: ImportId, now: Timestamp) -> Option<(Household, Household)> {
        let mut left = self.departed(Some(&id), by, now)?;
        left.lookup = None;
        Some((left, self.under_another_id(id, by, now)))
    }

    fn under_another_id(&self, id: HouseholdId, by: ImportId, now: Timestamp) -> Household {
        let register = Registered {
            id,
            head: self.head.clone(),
            members: self.members.clone(),
            address: self.address.clone(),
            works: self.works.clone(),
        };
        let mut next = Household::registered(register, now);
        next.progress = self.progress.clone();
        next.returned = self.returned.clone();
        next.location = self.location;
        next.evidence = self.evidence.clone();
        next.lookup = self.lookup.clone();
        for kind in self.alerts.keys().filter(|kind| is_about_the_verification(**kind)) {
            next.raise(*kind);
        }
        if !self.alerts.contains_key(&AlertKind::IdInvalid) {
            next.alerts.remove(&AlertKind::IdInvalid);
        }
        next.formerly = self.formerly.iter().cloned().chain([self.id.clone()]).collect();
        next.moved_from = Some(self.id.clone());
        next.imported = Some(LastImport { id: by, did: Effect::Moved });
        next
    }

    /// A household that came from another place into another house: nobody has looked at that one yet.
    pub fn arrived(register: Registered, from: &HouseholdId, by: ImportId, now: Timestamp) -> Household {
        let mut next = Household::registered(register, now);
        next.moved_from = Some(from.clone());
        next.imported = Some(LastImport { id: by, did: Effect::Moved });
        next
    }

    /// Orders the writings of its page: by its revisions, and by the ids that it had before.
    pub fn page_order(&self) -> u64 {
        ((self.formerly.len() as u64) << 32) + self.revision
    }

    /// Whether a photo was taken of this household's house, under this code or an earlier one.
    pub fn owns_photos_of(&self, household: &HouseholdId) -> bool {
        self.id == *household || self.formerly.contains(household)
    }

    /// What the history records of a household as the register has it.
    pub fn registration(&self) -> serde_json::Value {
        let mut recorded = serde_json::json!({"register": {
            "head": self.head, "members": self.members, "address": self.address,
        }, "works": self.works});
        let links = [("moved_from", &self.moved_from), ("moved_to", &self.moved_to)];
        for (name, link) in links {
            if let Some(link) = link {
                recorded[name] = link.to_string().into();
            }
        }
        recorded
    }
}

/// Alerts that speak of the verification and its photos, which go with a household that only gets another code. The
/// others are found anew, or are about what stays behind.
fn is_about_the_verification(kind: AlertKind) -> bool {
    match kind {
        AlertKind::Unsecured
        | AlertKind::PhotoRejected
        | AlertKind::PhotoReused
        | AlertKind::PhotoFar
        | AlertKind::PhotoTimeOdd
        | AlertKind::GuaranteeChanged
        | AlertKind::Burst => true,
        AlertKind::FeedbackOverdue | AlertKind::IdInvalid | AlertKind::IdDuplicate => false,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::draft::Draft;
    use crate::household::{Deadline, LateRule};
    use crate::person::{Head, Member};
    use crate::summary::WorkKind;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn import() -> ImportId {
        ImportId::new(7)
    }

    fn registered(id_number: &str) -> Registered {
        Registered {
            id: "530627101203-1".parse().unwrap(),
            head: Head {
                name: "测试户".to_owned(),
                id_number: id_number.to_owned().into(),
                phone: "16000000001".to_owned().into(),
            },
            members: vec![Member {
                name: "测试员".to_owned(),
                id_number: String::new().into(),
                relation: "配偶".to_owned(),
            }],
            address: "一组".to_owned(),
            works: BTreeMap::from([(WorkKind::Task2020, true)]),
        }
    }

    const VALID: &str = "11010519491231002X";
    const INVALID: &str = "110105194912310021";

    fn completed() -> Household {
        let household = Household::registered(registered(VALID), NOW);
        let draft: Draft = serde_json::from_value(serde_json::json!({
            "verifier": {"name": "测试员", "position": "村支书", "phone": "16000000001"},
            "verified_at": "1970-01-01", "result": "unsecured", "explanation": "漏水",
        }))
        .unwrap();
        let complete = draft.complete(NOW).unwrap();
        let token = crate::ids::LookupToken::from_random([1; 15]);
        let deadline = Deadline { day: "2020-06-30".parse().unwrap(), late: LateRule::Accept };
        household.complete(draft, complete, token, &deadline, NOW).unwrap()
    }

    #[test]
    fn a_register_that_says_the_same_changes_nothing() {
        let household = completed();
        assert_eq!(household.registered_again(&registered(VALID), import(), NOW), None);
    }

    #[test]
    fn a_changed_register_moves_the_version_and_leaves_the_verification() {
        let household = completed();
        let mut register = registered(VALID);
        register.members.clear();
        register.works = BTreeMap::from([(WorkKind::Task2020, false)]);
        let changed = household.registered_again(&register, import(), NOW).unwrap();
        assert_eq!((changed.version, changed.revision), (household.version + 1, household.revision + 1));
        assert_eq!(changed.progress, household.progress);
        assert_eq!((changed.people(), changed.works[&WorkKind::Task2020]), (1, false));
        assert_eq!(changed.lookup, household.lookup);
    }

    #[test]
    fn the_flag_of_an_invalid_number_follows_the_register_and_a_dismissed_one_stays_dismissed() {
        let invalid = Household::registered(registered(INVALID), NOW);
        let raised = invalid.alerts[&AlertKind::IdInvalid].revision;
        let dismissed = invalid.dismiss(AlertKind::IdInvalid, raised, NOW).unwrap();
        let moved_house = Registered { address: "二组".to_owned(), ..registered(INVALID) };
        let still = dismissed.registered_again(&moved_house, import(), NOW).unwrap();
        assert!(!still.alerts.contains_key(&AlertKind::IdInvalid));
        let other = still.registered_again(&registered("110105194912310022"), import(), NOW).unwrap();
        assert!(other.alerts.contains_key(&AlertKind::IdInvalid));
        let right = other.registered_again(&registered(VALID), import(), NOW).unwrap();
        assert!(!right.alerts.contains_key(&AlertKind::IdInvalid));
    }

    #[test]
    fn one_that_left_keeps_its_people_and_may_come_back() {
        let left = completed().departed(None, import(), NOW).unwrap();
        assert_eq!((left.state(), left.people()), (State::Left, 2));
        assert!(left.alerts.is_empty() && left.departed(None, import(), NOW).is_none());
        let back = left.registered_again(&registered(VALID), import(), NOW).unwrap();
        assert_eq!(back.state(), State::Pending);
    }

    #[test]
    fn another_code_for_the_same_house_takes_verification_page_and_photos_along() {
        let old = completed();
        let id: HouseholdId = "530627101204-9".parse().unwrap();
        let (left, new) = old.recoded(id.clone(), import(), NOW).unwrap();
        assert!(left.lookup.is_none() && new.page_order() > left.page_order());
        assert_eq!((new.state(), new.lookup.clone()), (State::Completed, old.lookup.clone()));
        assert!(new.alerts.contains_key(&AlertKind::Unsecured) && new.owns_photos_of(&old.id));
        assert_eq!((left.moved_to.as_ref(), new.moved_from.as_ref()), (Some(&id), Some(&old.id)));
        assert_eq!((new.revision, new.version), (1, 1));
    }

    #[test]
    fn a_family_that_moved_into_another_house_is_verified_there_anew() {
        let old = completed();
        let register = Registered { id: "530627101204-9".parse().unwrap(), ..registered(VALID) };
        let new = Household::arrived(register, &old.id, import(), NOW);
        assert_eq!((new.state(), new.lookup.is_none()), (State::Pending, true));
        assert!(!new.owns_photos_of(&old.id));
    }
}
