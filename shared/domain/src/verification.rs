//! The verification (核验): what was found at the house. Combinations that domain.md's table
//! forbids can't be built.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::PhotoId;
use crate::phone::Phone;
use crate::text::{Name, Note, Position};
use crate::time::VisitTime;

/// 核验结果 and everything that it asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// 住房安全有保障.
    Secured(Guarantee),
    /// 住房安全未保障, with what and why.
    Unsecured {
        /// 未保障情况说明.
        explanation: Note,
        /// Photos are welcome, not required.
        photos: Vec<PhotoId>,
    },
}

/// 保障方式: how the household's housing is safe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Guarantee {
    /// 鉴定安全: the original house was appraised or assessed safe.
    Appraised {
        /// 鉴定等级.
        grade: Grade,
        /// Optional.
        note: Option<Note>,
        /// The front panorama, required.
        photos: Evidence,
    },
    /// 改造安全: a dangerous house made safe by a project.
    Renovated {
        /// The project.
        renovation: Renovation,
        /// The front panorama, required.
        photos: Evidence,
    },
    /// 保障安全: lives in someone else's safe house.
    Sheltered {
        /// Whose house.
        shelter: Shelter,
        /// The safe house's address, and for relatives how it was arranged: required.
        note: Note,
        /// Optional.
        photos: Vec<PhotoId>,
    },
}

/// The project that made a house safe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Renovation {
    /// 农村危房改造.
    DilapidatedHouse {
        /// 改造方式.
        method: Method,
        /// Optional.
        note: Option<Note>,
    },
    /// One of the resettlement projects.
    Relocation {
        /// Which.
        relocation: Relocation,
        /// Optional.
        note: Option<Note>,
    },
    /// 其他: must be explained.
    Other {
        /// Required.
        note: Note,
    },
}

/// At least one photo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence(Vec<PhotoId>);

impl Evidence {
    /// None where there is no photo.
    pub fn new(photos: Vec<PhotoId>) -> Option<Self> {
        (!photos.is_empty()).then_some(Evidence(photos))
    }

    /// The photos, one at least.
    pub fn photos(&self) -> &[PhotoId] {
        &self.0
    }
}

/// 鉴定等级 of a house appraised as safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// A级.
    A,
    /// B级.
    B,
}

/// 改造方式 of the rural dilapidated-house renovation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// 维修加固.
    Reinforced,
    /// 拆除重建.
    Rebuilt,
    /// 无房新建.
    NewlyBuilt,
}

/// Resettlement projects that count as renovation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relocation {
    /// 易地扶贫搬迁.
    PovertyRelocation,
    /// 生态移民.
    EcologicalMigration,
    /// 水库移民.
    ReservoirMigration,
    /// 避险搬迁.
    HazardRelocation,
}

/// Whose safe house a sheltered household lives in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Shelter {
    /// 集体公租房.
    CollectiveRental,
    /// 幸福大院.
    HappinessCompound,
    /// 敬(养)老院.
    CareHome,
    /// 投亲靠友.
    Relatives,
    /// 租住、借住其他安全房屋.
    RentedOrBorrowed,
    /// 其他.
    Other,
}

/// 核验人: who verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verifier {
    /// Name.
    pub name: Name,
    /// 核验人职务.
    pub position: Position,
    /// 核验人联系电话.
    pub phone: Phone,
}

/// A complete verification: every rule of domain.md holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// Who verified.
    pub verifier: Verifier,
    /// When they were there.
    pub visited_at: VisitTime,
    /// What they found.
    pub finding: Finding,
    /// When it was first completed or last completed again, by the server's clock.
    pub completed_at: Timestamp,
    /// Completed after the deadline (accepted and flagged).
    pub late: bool,
}

impl Finding {
    /// The photos that support it.
    pub fn photos(&self) -> &[PhotoId] {
        match self {
            Finding::Unsecured { photos, .. } | Finding::Secured(Guarantee::Sheltered { photos, .. }) => {
                photos
            }
            Finding::Secured(Guarantee::Appraised { photos, .. } | Guarantee::Renovated { photos, .. }) => {
                photos.photos()
            }
        }
    }
}
