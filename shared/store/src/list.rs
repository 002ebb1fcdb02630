//! Lists of households, with the counts as their index: villages without a match are not read.

use anju_counters::region::ChildKey;
use anju_domain::count::{Cell, Counts};
use anju_domain::household::Household;
use anju_domain::ids::HouseholdId;
use anju_domain::region::{RegionCode, VillageCode};
use anju_domain::summary::State;

use crate::item::{self, text};
use crate::keys::{self, HOUSEHOLD_PREFIX};
use crate::{CounterTable, Registry, StoreError};

/// Which households a list is to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HouseholdFilter {
    /// Only those that stand there. Households that left are never listed.
    pub state: Option<State>,
}

impl HouseholdFilter {
    fn accepts(&self, cell: &Cell) -> bool {
        self.state.is_none_or(|state| state == cell.state)
    }

    /// How many of the counted households match.
    pub fn count(&self, counts: &Counts) -> u64 {
        counts.households_where(|cell| self.accepts(cell))
    }
}

/// A part of a list.
#[derive(Debug)]
pub struct HouseholdPage {
    /// The households, in order of village and number.
    pub households: Vec<Household>,
    /// The last one, where more follow.
    pub next: Option<HouseholdId>,
    /// How many match in the whole region, as far as the counts have come.
    pub total: u64,
}

/// Lists of the registry, led by the counters.
#[derive(Debug, Clone)]
pub struct HouseholdLists {
    /// The households.
    pub registry: Registry,
    /// The counts.
    pub counters: CounterTable,
}

impl HouseholdLists {
    /// Up to `limit` households of a region that match, after `after`.
    pub async fn page(
        &self,
        region: &RegionCode,
        filter: HouseholdFilter,
        after: Option<&HouseholdId>,
        limit: usize,
    ) -> Result<HouseholdPage, StoreError> {
        let mut total = 0;
        let mut households = Vec::new();
        let mut ahead = vec![region.clone()];
        while let Some(next) = ahead.pop() {
            if households.len() > limit {
                break;
            }
            let is_whole = next == *region;
            match VillageCode::try_from(next.clone()) {
                Ok(village) if !is_whole => {
                    self.add_village(&village, filter, after, limit, &mut households).await?;
                }
                Ok(village) => {
                    total = self.count(&next, filter).await?;
                    self.add_village(&village, filter, after, limit, &mut households).await?;
                }
                Err(_) => {
                    let Some(counts) = self.counters.counts_of(&next).await? else { continue };
                    if is_whole {
                        total = filter.count(&counts.total());
                    }
                    let children = counts.rows().iter().rev().filter(|(_, row)| filter.count(&row.value) > 0);
                    ahead.extend(children.filter_map(|(child, _)| match child {
                        ChildKey::Region(code) if !is_before(code, after) => Some(code.clone()),
                        ChildKey::Region(_) | ChildKey::Bucket(_) => None,
                    }));
                }
            }
        }
        let more = households.len() > limit;
        households.truncate(limit);
        let next = households.last().filter(|_| more).map(|household: &Household| household.id.clone());
        Ok(HouseholdPage { households, next, total })
    }

    async fn count(&self, region: &RegionCode, filter: HouseholdFilter) -> Result<u64, StoreError> {
        Ok(self.counters.counts_of(region).await?.map_or(0, |counts| filter.count(&counts.total())))
    }

    /// Adds a village's matches until there is one more than `limit`.
    async fn add_village(
        &self,
        village: &VillageCode,
        filter: HouseholdFilter,
        after: Option<&HouseholdId>,
        limit: usize,
        households: &mut Vec<Household>,
    ) -> Result<(), StoreError> {
        let mut start =
            after.filter(|after| after.village() == village).map(|after| keys::household(after).attributes());
        while households.len() <= limit {
            let wanted = limit + 1 - households.len();
            let mut query = (self.registry.client.query().table_name(&self.registry.table))
                .key_condition_expression("PK = :pk AND begins_with(SK, :prefix)")
                .expression_attribute_values(":pk", text(keys::village(village)))
                .expression_attribute_values(":prefix", text(HOUSEHOLD_PREFIX))
                .expression_attribute_names("#progress", "progress")
                .expression_attribute_names("#state", "state")
                .consistent_read(true)
                .set_exclusive_start_key(start.take());
            query = match filter.state {
                // Nearly all match: no more is read than asked for.
                None => query
                    .filter_expression("#progress.#state <> :state")
                    .expression_attribute_values(":state", text(state_name(State::Left)))
                    .limit(i32::try_from(wanted).unwrap_or(i32::MAX)),
                Some(state) => query
                    .filter_expression("#progress.#state = :state")
                    .expression_attribute_values(":state", text(state_name(state))),
            };
            let found = query.send().await.map_err(StoreError::sdk("Query"))?;
            for item in found.items.unwrap_or_default().into_iter().take(wanted) {
                households.push(item::read(item)?);
            }
            start = found.last_evaluated_key;
            if start.is_none() {
                return Ok(());
            }
        }
        Ok(())
    }
}

/// Whether a region lies wholly before the village of `after`.
fn is_before(region: &RegionCode, after: Option<&HouseholdId>) -> bool {
    after.is_some_and(|after| {
        let village = after.village().region();
        !region.contains(village) && region.as_str() < village.as_str()
    })
}

/// A state as it is stored: its name in the contract.
fn state_name(state: State) -> &'static str {
    match state {
        State::Pending => "pending",
        State::Draft => "draft",
        State::Completed => "completed",
        State::Left => "left",
    }
}
