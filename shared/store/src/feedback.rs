//! Reports: the items, and their entries in the lists of the regions above them.

use anju_domain::feedback::{Feedback, FeedbackType};
use anju_domain::household::Household;
use anju_domain::ids::{FeedbackId, HouseholdId};
use anju_domain::region::{Level, RegionCode};
use serde::Serialize;

use crate::children::Child;
use crate::item;
use crate::keys::{self, Key};
use crate::timeline;
use crate::transaction::Write;
use crate::{Registry, StoreError};

/// Attribute of entries that lists are filtered by.
pub(crate) const TYPE: &str = "type";

#[derive(Serialize)]
struct Entry<'a> {
    id: &'a FeedbackId,
    #[serde(rename = "type")]
    kind: FeedbackType,
}

impl Child for Feedback {
    type Id = FeedbackId;
    const PREFIX: &str = keys::FEEDBACK_PREFIX;

    fn id(&self) -> &FeedbackId {
        &self.id
    }

    fn household(id: &FeedbackId) -> &HouseholdId {
        id.household()
    }

    fn key(id: &FeedbackId) -> Key {
        keys::feedback(id)
    }
}

impl Registry {
    /// The report as it is now.
    pub async fn feedback(&self, id: &FeedbackId) -> Result<Option<Feedback>, StoreError> {
        self.child(id).await
    }

    /// All reports of a household, oldest first.
    pub async fn feedback_of(&self, household: &HouseholdId) -> Result<Vec<Feedback>, StoreError> {
        self.children(household).await
    }

    /// These reports in this order, each with its household; those that don't exist are left out.
    pub async fn feedback_with_households(
        &self,
        ids: &[FeedbackId],
    ) -> Result<Vec<(Feedback, Household)>, StoreError> {
        self.children_with_households(ids).await
    }

    /// The writes that make `before`, none for a new one, `after`: for the transaction of its household,
    /// whose revision guards the report as well.
    pub fn feedback_writes(
        &self,
        before: Option<&Feedback>,
        after: &Feedback,
    ) -> Result<Vec<Write>, StoreError> {
        let table = self.table.as_str();
        let item = item::write(&keys::feedback(&after.id), after)?;
        let mut writes = vec![match before {
            Some(_) => Write::overwrite(table, item)?,
            None => Write::insert(table, item)?,
        }];
        let old = before.map(entries).unwrap_or_default();
        let new = entries(after);
        let entry = Entry { id: &after.id, kind: after.kind };
        for key in old.iter().filter(|key| !new.contains(key)) {
            writes.push(Write::delete(table, key)?);
        }
        for key in new.iter().filter(|key| !old.contains(key)) {
            writes.push(Write::put(table, item::write(key, &entry)?)?);
        }
        Ok(writes)
    }
}

/// Where a report is listed: by its status at the four levels that keep lists of their own, and while it
/// can go up, by when it does.
fn entries(feedback: &Feedback) -> Vec<Key> {
    let household = feedback.id.household();
    let status = feedback.status();
    let listed = |region: RegionCode| {
        let list = keys::feedback_list(&region, status);
        keys::entry(&list, feedback.reported_at, &feedback.id)
    };
    let mut entries: Vec<Key> = timeline::regions_of(household).map(listed).collect();
    let due = feedback.next_due().zip(household.village().region().at(Level::Province));
    entries
        .extend(due.map(|(at, province)| keys::entry(&keys::feedback_due_list(&province), at, &feedback.id)));
    entries
}

#[cfg(test)]
mod tests {
    use anju_domain::feedback::{FeedbackSource, Handling, Official};
    use jiff::{SignedDuration, Timestamp};

    use super::*;

    const REPORTED: Timestamp = Timestamp::UNIX_EPOCH;

    fn report() -> Feedback {
        Feedback {
            id: FeedbackId::new("530627101203-1".parse().unwrap(), 7),
            kind: FeedbackType::Subsidy,
            source: FeedbackSource::Household,
            content: "补助未到".parse().unwrap(),
            reported_at: REPORTED,
            reported_by: None,
            escalated_to: None,
            urges: Vec::new(),
            handling: None,
        }
    }

    fn lists(feedback: &Feedback) -> Vec<String> {
        entries(feedback).into_iter().map(|key| key.pk).collect()
    }

    #[test]
    fn an_open_report_is_listed_at_four_levels_and_by_when_it_goes_up() {
        let open =
            ["530627101203", "530627101", "530627", "53"].map(|code| format!("L#feedback#{code}#open"));
        assert_eq!(lists(&report())[..4], open);
        let due = &entries(&report())[4];
        assert_eq!(due.pk, "L#feedback#53#due");
        assert!(due.sk.starts_with("1970-01-04T00:00:00.000000Z#530627101203-1-"), "{}", due.sk);
        let escalated = Feedback { escalated_to: Some(Level::Township), ..report() };
        assert!(entries(&escalated)[4].sk.starts_with("1970-01-07"));
        let at_the_top = Feedback { escalated_to: Some(Level::Nation), ..report() };
        assert_eq!(lists(&at_the_top), open);
    }

    #[test]
    fn a_handled_report_is_listed_as_handled_only() {
        let by = Official {
            account: "530627101".to_owned(),
            name: "测试员".parse().unwrap(),
            position: "所长".parse().unwrap(),
        };
        let at = REPORTED + SignedDuration::from_hours(5);
        let handling = Some(Handling { by, at, opinion: "已补发".parse().unwrap() });
        let handled = Feedback { handling, ..report() };
        assert_eq!(lists(&handled).len(), 4);
        assert!(lists(&handled).iter().all(|list| list.ends_with("#handled")));
    }
}
