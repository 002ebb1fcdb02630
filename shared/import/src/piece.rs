//! A piece of a file: what stands in some of its rows, ready to be applied by itself, as often as need be.

use std::collections::BTreeMap;

use anju_domain::household::{Household, Registered};
use anju_domain::ids::HouseholdId;
use anju_domain::person::{Head, Member};
use anju_domain::region::{RegionCode, VillageCode};
use anju_domain::summary::WorkKind;
use serde::{Deserialize, Serialize};

use crate::columns::Column;
use crate::problem::Problem;
use crate::register::work_of;
use crate::seen::Numbers;

/// A piece.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Piece {
    /// What is to be applied.
    pub entries: Vec<Entry>,
    /// What was wrong with rows of it, or is worth a look, by the file alone.
    pub problems: Vec<Problem>,
    /// Rows, blank ones left out.
    pub rows: u64,
    /// Rows of these that were not taken.
    pub rejected: u64,
}

impl Piece {
    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.rows == 0 && self.entries.is_empty()
    }
}

/// What rows say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// A household.
    Household(HouseholdEntry),
    /// A region.
    Region(RegionEntry),
    /// An account.
    Account(AccountEntry),
    /// A village whose households the file has named: the others are missing.
    Village(VillageEntry),
}

/// A household as the file has it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct HouseholdEntry {
    /// Its id.
    pub id: HouseholdId,
    /// Its rows, by their numbers; the head's first.
    pub rows: Vec<u64>,
    /// 户主.
    pub head: Head,
    /// 家庭成员.
    pub members: Vec<Member>,
    /// 地址.
    pub address: String,
    /// Remaining works; `true` while open.
    pub works: BTreeMap<WorkKind, bool>,
    /// It is no longer in the register.
    pub ended: bool,
    /// Where it lived before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_from: Option<HouseholdId>,
    /// Columns that the file doesn't have: what is known stays.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unsaid: Vec<Column>,
}

/// Personal data: never printed by accident.
impl std::fmt::Debug for HouseholdEntry {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "HouseholdEntry({})", self.id)
    }
}

impl HouseholdEntry {
    /// What the register says of it; of what the file doesn't say, what is known of it so far.
    pub fn registered(&self, held: Option<&Household>) -> Registered {
        let mut registered = Registered {
            id: self.id.clone(),
            head: self.head.clone(),
            members: self.members.clone(),
            address: self.address.clone(),
            works: self.works.clone(),
        };
        let Some(held) = held else { return registered };
        for column in &self.unsaid {
            match column {
                Column::Phone => registered.head.phone = held.head.phone.clone(),
                Column::Address => registered.address.clone_from(&held.address),
                _ => {
                    let Some(kind) = work_of(*column) else { continue };
                    registered.works.extend(held.works.get(&kind).map(|open| (kind, *open)));
                }
            }
        }
        registered
    }

    /// Whether an ID number or the phone is not valid.
    pub fn is_flagged(&self) -> bool {
        let invalid = self.members.iter().any(|member| member.id_number.is_invalid());
        invalid || self.head.id_number.is_invalid() || self.head.phone.is_invalid()
    }
}

/// A region as the file has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegionEntry {
    /// Its row.
    pub row: u64,
    /// Its code.
    pub code: RegionCode,
    /// Its name.
    pub name: String,
    /// The public phone, empty where it has none; none where the file doesn't say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_phone: Option<String>,
    /// Households that change their village with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub households: Option<Transfer>,
}

/// Households that get another village's code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transfer {
    /// All of the row's village become part of this one.
    Into(VillageCode),
    /// The row's village takes these of another one, by ranges of their numbers; all where there are none.
    From(VillageCode, Vec<(u32, u32)>),
}

/// An account to be issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountEntry {
    /// Its row.
    pub row: u64,
    /// The region.
    pub region: RegionCode,
    /// With the well-known password instead of a random one.
    pub default_password: bool,
}

/// A village with the households that a file has named.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VillageEntry {
    /// The village.
    pub village: VillageCode,
    /// The numbers of its households that were named.
    pub named: Numbers,
}
