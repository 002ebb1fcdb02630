//! Search pointers: exact names and ID numbers, findable without standing in a key.

use std::collections::BTreeSet;

use anju_domain::household::Household;
use anju_domain::id_number::IdNumber;
use anju_domain::ids::HouseholdId;
use anju_domain::region::RegionCode;
use anju_domain::summary::State;
use anju_query::ports::{By, Pointed, Role, Sought};
use hmac::{Hmac, KeyInit, Mac};
use serde::Serialize;
use sha2::Sha256;

use crate::item::{self, Item, text};
use crate::keys::{self, Key};
use crate::transaction::Write;
use crate::{Registry, StoreError};

/// Pointers that are read at once.
const AT_ONCE: i32 = 1000;

/// Pointers that are read where the first ones do: those of all that are remembered as sharing an ID
/// number, and of some who stand in two roles.
const FIRST: i32 = 64;

/// The secret that keys of search pointers are made with.
#[derive(Clone)]
pub struct PointerKey(Vec<u8>);

impl PointerKey {
    /// The key with these bytes.
    pub fn new(secret: impl Into<Vec<u8>>) -> Self {
        PointerKey(secret.into())
    }

    fn digest(&self, kind: Kind, value: &str) -> Result<String, StoreError> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0)
            .map_err(|_| StoreError::NotConfigured("the key of the search pointers"))?;
        mac.update(kind.name().as_bytes());
        mac.update(&[0]);
        mac.update(value.as_bytes());
        Ok(hex::encode(mac.finalize().into_bytes()))
    }
}

/// A secret: never printed.
impl std::fmt::Debug for PointerKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("PointerKey(…)")
    }
}

/// The head, as a pointer's key has it.
const HEAD: &str = "head";
/// A member, as a pointer's key has it.
const MEMBER: &str = "member";

/// What a pointer finds by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Id,
    Name,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Id => "ID",
            Kind::Name => "NAME",
        }
    }
}

/// A pointer before its value is hidden.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Pointer {
    kind: Kind,
    value: String,
    role: &'static str,
    n: usize,
}

impl Pointer {
    fn key(&self, key: &PointerKey, id: &HouseholdId) -> Result<Key, StoreError> {
        Ok(keys::pointer(self.kind.name(), &key.digest(self.kind, &self.value)?, id, self.role, self.n))
    }
}

#[derive(Serialize)]
struct PointerItem<'a> {
    household: &'a HouseholdId,
}

/// All that a household can be found by: names and ID numbers of head and members, the head's
/// corrected number too. One that left is found no more.
fn pointers(household: &Household) -> BTreeSet<Pointer> {
    if household.state() == State::Left {
        return BTreeSet::new();
    }
    let corrected = household.form().and_then(|form| form.correction.id_number.as_ref());
    let head = [household.head.id_number.valid(), corrected];
    let mut found: BTreeSet<Pointer> = head.into_iter().flatten().map(|id| by_id(id, HEAD, 0)).collect();
    found.extend(by_name(&household.head.name, HEAD, 0));
    for (n, member) in household.members.iter().enumerate() {
        found.extend(member.id_number.valid().map(|id| by_id(id, MEMBER, n)));
        found.extend(by_name(&member.name, MEMBER, n));
    }
    found
}

/// The ID numbers that a household can be found by, in the form that comparisons use.
pub(crate) fn id_numbers(household: &Household) -> BTreeSet<String> {
    let by_id = pointers(household).into_iter().filter(|pointer| pointer.kind == Kind::Id);
    by_id.map(|pointer| pointer.value).collect()
}

fn by_id(id: &IdNumber, role: &'static str, n: usize) -> Pointer {
    Pointer { kind: Kind::Id, value: id.normalized(), role, n }
}

fn by_name(name: &str, role: &'static str, n: usize) -> Option<Pointer> {
    let value = name.trim().to_owned();
    (!value.is_empty()).then_some(Pointer { kind: Kind::Name, value, role, n })
}

impl Registry {
    /// Households of a region, behind `after`, that have somebody like this.
    pub(crate) async fn pointers_to(
        &self,
        sought: &Sought,
        within: &RegionCode,
        after: Option<&HouseholdId>,
    ) -> Result<Pointed, StoreError> {
        let (targets, is_cut) = self.targets(&sought.by, within, after).await?;
        Ok(pointed(targets, sought.role, is_cut))
    }

    /// Households of a region that have somebody like this, as head or member: the first `limit`.
    pub async fn households_with(
        &self,
        by: &By,
        within: &RegionCode,
        limit: usize,
    ) -> Result<BTreeSet<HouseholdId>, StoreError> {
        let mut found = BTreeSet::new();
        let mut after: Option<HouseholdId> = None;
        loop {
            let (targets, is_cut) = self.targets(by, within, after.as_ref()).await?;
            after = targets.last().map(|(id, _)| id.clone());
            found.extend(targets.into_iter().map(|(id, _)| id));
            if !is_cut || found.len() >= limit {
                return Ok(found.into_iter().take(limit).collect());
            }
        }
    }

    /// Households of a region with somebody of this ID number, as [`id_numbers`] has it: as many of the
    /// first as one request reads.
    pub(crate) async fn first_with_id_number(
        &self,
        id_number: &str,
        within: &RegionCode,
    ) -> Result<BTreeSet<HouseholdId>, StoreError> {
        let (found, _) = self.pointed_at(Kind::Id, id_number, within, None, FIRST).await?;
        Ok(found.into_iter().map(|(id, _)| id).collect())
    }

    /// Where the pointers to somebody like this lead within a region, behind `after`, in order; and
    /// whether there are more.
    async fn targets(
        &self,
        by: &By,
        within: &RegionCode,
        after: Option<&HouseholdId>,
    ) -> Result<(Vec<(HouseholdId, Role)>, bool), StoreError> {
        let (kind, value) = match by {
            By::Name(name) => (Kind::Name, name.trim().to_owned()),
            By::IdNumber(id) => (Kind::Id, id.normalized()),
        };
        self.pointed_at(kind, &value, within, after, AT_ONCE).await
    }

    /// Where the pointers to a value lead within a region, behind `after`, in order, `limit` at most; and
    /// whether there are more.
    async fn pointed_at(
        &self,
        kind: Kind,
        value: &str,
        within: &RegionCode,
        after: Option<&HouseholdId>,
        limit: i32,
    ) -> Result<(Vec<(HouseholdId, Role)>, bool), StoreError> {
        let key = self.pointer_key.as_ref();
        let key = key.ok_or(StoreError::NotConfigured("the key of the search pointers"))?;
        let (first, last) = keys::pointers_within(within, after);
        if first > last {
            return Ok((Vec::new(), false));
        }
        let found = (self.client.query().table_name(&self.table))
            .key_condition_expression("PK = :pk AND SK BETWEEN :first AND :last")
            .expression_attribute_values(":pk", text(keys::pointers(kind.name(), &key.digest(kind, value)?)))
            .expression_attribute_values(":first", text(first))
            .expression_attribute_values(":last", text(last))
            .projection_expression("PK, SK")
            .consistent_read(true)
            .limit(limit)
            .send()
            .await
            .map_err(StoreError::sdk("Query"))?;
        let is_cut = found.last_evaluated_key.is_some();
        let targets: Result<Vec<_>, StoreError> =
            found.items.unwrap_or_default().iter().map(target).collect();
        Ok((targets?, is_cut))
    }
}

/// Where a pointer leads, and the role that it was found in.
fn target(item: &Item) -> Result<(HouseholdId, Role), StoreError> {
    let sk = item.get(keys::SK).and_then(|value| value.as_s().ok());
    let target = sk.and_then(|sk| keys::pointer_target(sk));
    let target = target.and_then(|(id, role)| match role {
        HEAD => Some((id, Role::Head)),
        MEMBER => Some((id, Role::Member)),
        _ => None,
    });
    target.ok_or_else(|| StoreError::corrupt(item::describe(item), "not a pointer's key"))
}

/// What pointers in order of their keys give. Where the reading was cut short, more pointers of the
/// last household may follow: it belongs to the next reading.
fn pointed(mut targets: Vec<(HouseholdId, Role)>, role: Role, is_cut: bool) -> Pointed {
    if is_cut && let Some((last, _)) = targets.pop() {
        targets.retain(|(id, _)| *id != last);
    }
    let until = targets.last().filter(|_| is_cut).map(|(id, _)| id.clone());
    let in_role = targets.into_iter().filter(|(_, found)| *found == role);
    let households: BTreeSet<HouseholdId> = in_role.map(|(id, _)| id).collect();
    Pointed { households: households.into_iter().collect(), until }
}

/// The writes that make the pointers of `before` those of `after`.
pub(crate) fn pointer_writes(
    table: &str,
    key: Option<&PointerKey>,
    before: Option<&Household>,
    after: &Household,
) -> Result<Vec<Write>, StoreError> {
    let (old, new) = (before.map(pointers).unwrap_or_default(), pointers(after));
    if old == new {
        return Ok(Vec::new());
    }
    let key = key.ok_or(StoreError::NotConfigured("the key of the search pointers"))?;
    let gone = old.difference(&new).map(|pointer| Write::delete(table, &pointer.key(key, &after.id)?));
    let come = new.difference(&old).map(|pointer| {
        let item = item::write(&pointer.key(key, &after.id)?, &PointerItem { household: &after.id })?;
        Write::put(table, item)
    });
    gone.chain(come).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u32) -> HouseholdId {
        HouseholdId::new("530627101203".parse().unwrap(), number)
    }

    #[test]
    fn a_reading_that_was_cut_short_leaves_its_last_household_to_the_next() {
        let targets =
            vec![(id(1), Role::Head), (id(2), Role::Head), (id(3), Role::Head), (id(3), Role::Member)];
        let cut = pointed(targets.clone(), Role::Head, true);
        assert_eq!(cut, Pointed { households: vec![id(1), id(2)], until: Some(id(2)) });
        let whole = pointed(targets, Role::Member, false);
        assert_eq!(whole, Pointed { households: vec![id(3)], until: None });
    }

    #[test]
    fn a_household_with_two_people_of_one_name_is_found_once() {
        let targets = vec![(id(1), Role::Head), (id(1), Role::Member), (id(1), Role::Member)];
        assert_eq!(pointed(targets, Role::Member, false).households, [id(1)]);
    }
}
