//! What lists ask of the outside. Each call is one request to the database, per hundred keys or
//! megabyte.

use std::collections::BTreeMap;
use std::future::Future;

use anju_counters::bucket::{Bucket, BucketId};
use anju_counters::region::RegionCounts;
use anju_domain::household::Household;
use anju_domain::id_number::IdNumber;
use anju_domain::ids::HouseholdId;
use anju_domain::region::{RegionCode, VillageCode};
use anju_domain::summary::Summary;

pub use anju_counters::ports::Unavailable;

/// The counts, which lead to the households.
pub trait Index: Sync {
    /// The items of these regions, as far as they were ever written.
    fn regions(
        &self,
        codes: &[RegionCode],
    ) -> impl Future<Output = Result<BTreeMap<RegionCode, RegionCounts>, Unavailable>> + Send;

    /// These buckets, as far as they were ever written.
    fn buckets(
        &self,
        ids: &[BucketId],
    ) -> impl Future<Output = Result<BTreeMap<BucketId, Bucket>, Unavailable>> + Send;
}

/// The register of households, as it is now.
pub trait Register: Sync {
    /// The summaries of all households of a village by their number.
    fn summaries(
        &self,
        village: &VillageCode,
    ) -> impl Future<Output = Result<BTreeMap<u32, Summary>, Unavailable>> + Send;

    /// These households, a hundred at most, in order of their ids.
    fn households(
        &self,
        ids: &[HouseholdId],
    ) -> impl Future<Output = Result<Vec<Household>, Unavailable>> + Send;

    /// Households of a region after `after` that have somebody like this, from the first on.
    fn pointed(
        &self,
        sought: &Sought,
        within: &RegionCode,
        after: Option<&HouseholdId>,
    ) -> impl Future<Output = Result<Pointed, Unavailable>> + Send;
}

/// Whom a household is searched by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sought {
    /// As what.
    pub role: Role,
    /// By what.
    pub by: By,
}

/// What somebody is in the household.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// 户主.
    Head,
    /// 家庭成员, without the head.
    Member,
}

/// What somebody is searched by. Matches exactly.
#[derive(Clone, PartialEq, Eq)]
pub enum By {
    /// Their name.
    Name(String),
    /// Their ID number, in any of its forms.
    IdNumber(IdNumber),
}

/// Personal data: never printed by accident.
impl std::fmt::Debug for By {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            By::Name(_) => "Name(…)",
            By::IdNumber(_) => "IdNumber(…)",
        })
    }
}

/// What one reading of pointers gives.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pointed {
    /// The households, in order and each once.
    pub households: Vec<HouseholdId>,
    /// Up to which household everything was read; none where that was all.
    pub until: Option<HouseholdId>,
}

impl<I: Index> Index for &I {
    async fn regions(&self, codes: &[RegionCode]) -> Result<BTreeMap<RegionCode, RegionCounts>, Unavailable> {
        (**self).regions(codes).await
    }

    async fn buckets(&self, ids: &[BucketId]) -> Result<BTreeMap<BucketId, Bucket>, Unavailable> {
        (**self).buckets(ids).await
    }
}
