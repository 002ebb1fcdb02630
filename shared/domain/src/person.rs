//! The people of a household as the national register names them.

use serde::{Deserialize, Serialize};

use crate::id_number::IdNumber;
use crate::phone::Phone;
use crate::recorded::Recorded;

/// The head of a household (户主).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Name as in the register.
    pub name: String,
    /// 身份证号.
    pub id_number: Recorded<IdNumber>,
    /// 联系方式.
    pub phone: Recorded<Phone>,
}

/// Personal data or secrets: never printed by accident.
impl std::fmt::Debug for Head {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Head(…)")
    }
}

/// Another member of a household (家庭成员).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Name as in the register.
    pub name: String,
    /// 身份证号.
    pub id_number: Recorded<IdNumber>,
    /// Relation to the head: 配偶, 之子, 之女, 父亲, ….
    pub relation: String,
}

/// Personal data or secrets: never printed by accident.
impl std::fmt::Debug for Member {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Member(…)")
    }
}

/// What the verification form corrects: these two values only (domain.md).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Correction {
    /// The head's right ID number, of 18 or 20 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_number: Option<IdNumber>,
    /// The household's right phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
}

impl Correction {
    /// Whether it corrects nothing.
    pub fn is_empty(&self) -> bool {
        self.id_number.is_none() && self.phone.is_none()
    }
}
