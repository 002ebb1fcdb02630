//! Search pointers: exact names and ID numbers, findable without standing in a key.

use std::collections::BTreeSet;

use anju_domain::household::Household;
use anju_domain::id_number::IdNumber;
use anju_domain::ids::HouseholdId;
use anju_domain::region::RegionCode;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::item::{self, text};
use crate::keys::{self, Key};
use crate::transaction::Write;
use crate::{Registry, StoreError};

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

/// Somebody who is looked for: exactly, as head or member.
#[derive(Clone, PartialEq, Eq)]
pub enum Person {
    /// By name.
    Named(String),
    /// By ID number, in any of its forms.
    Numbered(IdNumber),
}

/// Personal data: never printed by accident.
impl std::fmt::Debug for Person {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Person(…)")
    }
}

impl Registry {
    /// Households of a region with such a person, in order of their ids, up to `limit`.
    pub async fn households_with(
        &self,
        person: &Person,
        within: &RegionCode,
        limit: usize,
    ) -> Result<BTreeSet<HouseholdId>, StoreError> {
        let key = self.pointer_key.as_ref();
        let key = key.ok_or(StoreError::NotConfigured("the key of the search pointers"))?;
        let (kind, digest) = match person {
            Person::Named(name) => (Kind::Name, key.digest(Kind::Name, name.trim())?),
            Person::Numbered(id) => (Kind::Id, key.digest(Kind::Id, &id.normalized())?),
        };
        let (first, last) = keys::pointers_in(within);
        let mut found = BTreeSet::new();
        let mut start = None;
        loop {
            let query = (self.client.query().table_name(&self.table))
                .key_condition_expression("PK = :pk AND SK BETWEEN :first AND :last")
                .expression_attribute_values(":pk", text(keys::pointers_to(kind.name(), &digest)))
                .expression_attribute_values(":first", text(&first))
                .expression_attribute_values(":last", text(&last))
                .set_exclusive_start_key(start.take());
            let read = query.send().await.map_err(StoreError::sdk("Query"))?;
            for item in read.items.unwrap_or_default() {
                let pointer: PointedItem = item::read(item)?;
                found.insert(pointer.household);
                if found.len() >= limit {
                    return Ok(found);
                }
            }
            start = read.last_evaluated_key;
            if start.is_none() {
                return Ok(found);
            }
        }
    }
}

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

#[derive(Deserialize)]
struct PointedItem {
    household: HouseholdId,
}

#[derive(Serialize)]
struct PointerItem<'a> {
    household: &'a HouseholdId,
}

/// All that a household can be found by: names and ID numbers of head and members, the head's
/// corrected number too.
fn pointers(household: &Household) -> BTreeSet<Pointer> {
    let corrected = household.form().and_then(|form| form.correction.id_number.as_ref());
    let head = [household.head.id_number.valid(), corrected];
    let mut found: BTreeSet<Pointer> = head.into_iter().flatten().map(|id| by_id(id, "head", 0)).collect();
    found.extend(by_name(&household.head.name, "head", 0));
    for (n, member) in household.members.iter().enumerate() {
        found.extend(member.id_number.valid().map(|id| by_id(id, "member", n)));
        found.extend(by_name(&member.name, "member", n));
    }
    found
}

fn by_id(id: &IdNumber, role: &'static str, n: usize) -> Pointer {
    Pointer { kind: Kind::Id, value: id.normalized(), role, n }
}

fn by_name(name: &str, role: &'static str, n: usize) -> Option<Pointer> {
    let value = name.trim().to_owned();
    (!value.is_empty()).then_some(Pointer { kind: Kind::Name, value, role, n })
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
