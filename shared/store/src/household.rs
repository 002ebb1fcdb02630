//! Households: read one, change one in one transaction.

use anju_domain::change::{Actor, ChangeKind, Hash, NewChange};
use anju_domain::household::{Household, Raised};
use anju_domain::ids::{HouseholdId, LookupToken};
use anju_domain::photo::Photo;
use anju_domain::region::{Level, RegionCode};
use anju_domain::summary::{AlertKind, Packed};
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::item::{self, Item};
use crate::search::pointer_writes;
use crate::transaction::{Write, commit};
use crate::{Registry, StoreError, keys};

/// Attribute of household items that holds the packed summary, so that counting reads neither names
/// nor numbers.
pub(crate) const SUMMARY: &str = "summary";
/// Attribute that orders everything that follows from a household.
pub(crate) const REVISION: &str = "revision";

/// Writes that a transaction takes.
const MOST_WRITES: usize = 100;

/// A change of a household and what belongs into the same transaction.
#[derive(Debug)]
pub struct Transition<'a> {
    /// The household as it was read; none for a new one.
    pub before: Option<&'a Household>,
    /// The household as it is to be; its chain head is set by the commit.
    pub after: Household,
    /// What happens.
    pub kind: ChangeKind,
    /// Who does it.
    pub by: Actor,
    /// What the history records of it.
    pub recorded: serde_json::Value,
    /// A photo that changes with it.
    pub photo: Option<&'a Photo>,
    /// Further writes, such as an idempotency record.
    pub with: Vec<Write>,
}

#[derive(Serialize)]
struct AlertItem<'a> {
    household: &'a HouseholdId,
    kind: AlertKind,
    raised_at: Timestamp,
    open: bool,
}

/// An alert as lists have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertEntry {
    /// The household that it flags.
    pub household: HouseholdId,
    /// What it says.
    pub kind: AlertKind,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// The household's revision that raised it.
    pub revision: u64,
}

#[derive(Serialize, Deserialize)]
struct LookupItem {
    household: HouseholdId,
}

impl Registry {
    /// The household as it is now.
    pub async fn household(&self, id: &HouseholdId) -> Result<Option<Household>, StoreError> {
        let got = (self.client.get_item().table_name(&self.table))
            .set_key(Some(keys::household(id).attributes()))
            .consistent_read(true)
            .send()
            .await
            .map_err(StoreError::sdk("GetItem"))?;
        got.item.map(item::read).transpose()
    }

    /// The household that a lookup token leads to.
    pub async fn household_of_token(&self, token: &LookupToken) -> Result<Option<HouseholdId>, StoreError> {
        let got = (self.client.get_item().table_name(&self.table))
            .set_key(Some(keys::lookup(token).attributes()))
            .send()
            .await
            .map_err(StoreError::sdk("GetItem"))?;
        let found: Option<LookupItem> = got.item.map(item::read).transpose()?;
        Ok(found.map(|found| found.household))
    }

    /// Changes a household: the item, its history, its photo, alerts with their list entries, search
    /// pointers and lookup token, all or nothing. [`StoreError::Conflict`] where it was changed since
    /// it was read, or something in `with` was there already.
    pub async fn commit(&self, transition: Transition<'_>) -> Result<Household, StoreError> {
        let (after, writes) = self.writes_of(transition)?;
        commit(&self.client, writes).await?;
        Ok(after)
    }

    /// A household that gets another id: it leaves its old place and appears in the new one at the same moment.
    /// [`StoreError::Conflict`] as [`Registry::commit`]; [`StoreError::TooLarge`] where both together are more than
    /// one transaction takes.
    pub async fn commit_move(&self, left: Transition<'_>, new: Transition<'_>) -> Result<(), StoreError> {
        let (_, mut writes) = self.writes_of(left)?;
        writes.extend(self.writes_of(new)?.1);
        if writes.len() > MOST_WRITES {
            return Err(StoreError::TooLarge);
        }
        commit(&self.client, writes).await
    }

    fn writes_of(&self, transition: Transition<'_>) -> Result<(Household, Vec<Write>), StoreError> {
        let Transition { before, mut after, kind, by, recorded, photo, with } = transition;
        let previous = before.map_or(Hash::GENESIS, |before| before.chain_head);
        let new = NewChange {
            household: after.id.clone(),
            revision: after.revision,
            at: after.updated_at,
            by,
            kind,
            recorded,
        };
        let change = new.chain(previous, rand::random());
        after.chain_head = change.hash;

        let table = self.table.as_str();
        let mut writes = vec![match before {
            Some(before) => Write::replace(table, household_item(&after)?, REVISION, before.revision)?,
            None => Write::insert(table, household_item(&after)?)?,
        }];
        let change_item = item::write(&keys::change(&after.id, after.revision), &change)?;
        writes.push(Write::insert(table, change_item)?);
        if let Some(photo) = photo {
            writes.push(Write::overwrite(table, item::write(&keys::photo(&photo.id), photo)?)?);
        }
        writes.extend(alert_writes(table, before, &after)?);
        writes.extend(pointer_writes(table, self.pointer_key.as_ref(), before, &after)?);
        writes.extend(lookup_write(table, before, &after)?);
        writes.extend(with);
        Ok((after, writes))
    }
}

/// A household as it is stored: with its packed summary beside it.
fn household_item(household: &Household) -> Result<Item, StoreError> {
    let mut item = item::write(&keys::household(&household.id), household)?;
    let Packed(bytes) = household.summary().pack();
    item.insert(SUMMARY.to_owned(), AttributeValue::B(Blob::new(bytes)));
    Ok(item)
}

/// A new token's pointer.
fn lookup_write(
    table: &str,
    before: Option<&Household>,
    after: &Household,
) -> Result<Option<Write>, StoreError> {
    let Some(token) = &after.lookup else { return Ok(None) };
    if before.is_some_and(|before| before.lookup.as_ref() == Some(token)) {
        return Ok(None);
    }
    let item = item::write(&keys::lookup(token), &LookupItem { household: after.id.clone() })?;
    // A household under another code brings its page along: the token leads to it from now on.
    let is_brought = before.is_none() && !after.formerly.is_empty();
    let write = if is_brought { Write::overwrite(table, item) } else { Write::insert(table, item) };
    write.map(Some)
}

/// Alerts that were raised or cleared, each with its entries in the lists of three levels.
fn alert_writes(
    table: &str,
    before: Option<&Household>,
    after: &Household,
) -> Result<Vec<Write>, StoreError> {
    let mut writes = Vec::new();
    for kind in AlertKind::ALL {
        let old = before.and_then(|before| before.alerts.get(&kind));
        let new = after.alerts.get(&kind);
        if old == new {
            continue;
        }
        if let Some(raised) = old {
            writes.push(Write::put(table, alert_item(after, kind, *raised, false)?)?);
            for region in listing_regions(&after.id) {
                writes.push(Write::delete(table, &entry_key(&region, after, kind, *raised))?);
            }
        }
        if let Some(raised) = new {
            writes.push(Write::put(table, alert_item(after, kind, *raised, true)?)?);
            for region in listing_regions(&after.id) {
                let (raised_at, revision) = (raised.at, raised.revision);
                let entry = AlertEntry { household: after.id.clone(), kind, raised_at, revision };
                writes.push(Write::put(
                    table,
                    item::write(&entry_key(&region, after, kind, *raised), &entry)?,
                )?);
            }
        }
    }
    Ok(writes)
}

fn alert_item(
    household: &Household,
    kind: AlertKind,
    raised: Raised,
    open: bool,
) -> Result<Item, StoreError> {
    let alert = AlertItem { household: &household.id, kind, raised_at: raised.at, open };
    item::write(&keys::alert(&household.id, kind, raised.revision), &alert)
}

fn entry_key(region: &RegionCode, household: &Household, kind: AlertKind, raised: Raised) -> keys::Key {
    keys::alert_entry(region, kind, raised.at, &household.id)
}

/// The levels that keep lists of their own; prefecture and nation merge theirs.
fn listing_regions(id: &HouseholdId) -> impl Iterator<Item = RegionCode> {
    let village = id.village().region().clone();
    [Level::Township, Level::County, Level::Province].into_iter().filter_map(move |level| village.at(level))
}
