//! Reports: the items, and their entries in the lists of the regions above them.

use std::collections::BTreeMap;

use anju_domain::feedback::{Feedback, FeedbackType};
use anju_domain::household::Household;
use anju_domain::ids::{FeedbackId, HouseholdId};
use anju_domain::region::{Level, RegionCode};
use serde::Serialize;

use crate::batch_get::{Reading, batch_get};
use crate::item::{self, text};
use crate::keys::{self, Key};
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

impl Registry {
    /// The report as it is now.
    pub async fn feedback(&self, id: &FeedbackId) -> Result<Option<Feedback>, StoreError> {
        let got = (self.client.get_item().table_name(&self.table))
            .set_key(Some(keys::feedback(id).attributes()))
            .consistent_read(true)
            .send()
            .await
            .map_err(StoreError::sdk("GetItem"))?;
        got.item.map(item::read).transpose()
    }

    /// All reports of a household, oldest first.
    pub async fn feedback_of(&self, household: &HouseholdId) -> Result<Vec<Feedback>, StoreError> {
        let query = (self.client.query().table_name(&self.table))
            .key_condition_expression("PK = :pk AND begins_with(SK, :prefix)")
            .expression_attribute_values(":pk", text(keys::children(household)))
            .expression_attribute_values(":prefix", text(keys::FEEDBACK_PREFIX))
            .consistent_read(true);
        let items: Result<Vec<_>, _> = query.into_paginator().items().send().collect().await;
        items.map_err(StoreError::sdk("Query"))?.into_iter().map(item::read).collect()
    }

    /// These reports in this order, each with its household; those that don't exist are left out.
    pub async fn feedback_with_households(
        &self,
        ids: &[FeedbackId],
    ) -> Result<Vec<(Feedback, Household)>, StoreError> {
        let keys: Vec<Key> = ids.iter().map(keys::feedback).collect();
        let reports = batch_get(&self.client, &self.table, &keys, Reading::Consistent).await?;
        let reports = reports.into_iter().map(item::read::<Feedback>);
        let mut reports: BTreeMap<FeedbackId, Feedback> =
            reports.map(|read| read.map(|report| (report.id.clone(), report))).collect::<Result<_, _>>()?;
        let households = self.households_at(ids.iter().map(|id| id.household().clone())).await?;
        let with_household = |id: &FeedbackId| {
            let report = reports.remove(id)?;
            Some((report, households.get(id.household())?.clone()))
        };
        Ok(ids.iter().filter_map(with_household).collect())
    }

    /// These households by their ids.
    pub async fn households_at(
        &self,
        ids: impl IntoIterator<Item = HouseholdId>,
    ) -> Result<BTreeMap<HouseholdId, Household>, StoreError> {
        let ids: std::collections::BTreeSet<HouseholdId> = ids.into_iter().collect();
        let keys: Vec<Key> = ids.iter().map(keys::household).collect();
        let households = batch_get(&self.client, &self.table, &keys, Reading::Consistent).await?;
        let households = households.into_iter().map(item::read::<Household>);
        households.map(|read| read.map(|household| (household.id.clone(), household))).collect()
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
    let village = feedback.id.household().village().region();
    let region = |level| village.at(level);
    let levels = [Level::Village, Level::Township, Level::County, Level::Province];
    let status = feedback.status();
    let listed = |region: RegionCode| {
        let list = keys::feedback_list(&region, status);
        keys::feedback_entry(&list, feedback.reported_at, &feedback.id)
    };
    let mut entries: Vec<Key> = levels.into_iter().filter_map(region).map(listed).collect();
    let due = feedback.next_due().zip(region(Level::Province));
    entries.extend(
        due.map(|(at, province)| keys::feedback_entry(&keys::feedback_due_list(&province), at, &feedback.id)),
    );
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
