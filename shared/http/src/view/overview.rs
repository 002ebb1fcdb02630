//! The national board (全域视图) as everybody sees it.

use std::collections::BTreeMap;

use anju_counters::region::RegionCounts;
use anju_domain::count::{Counts, Works, percent};
use anju_domain::draft::GuaranteeChoice;
use anju_domain::region::{Level, Region, RegionCode};
use anju_domain::summary::WorkKind;
use anju_domain::time::DateTime;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// The campaign's dates, and when the board was read.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Campaign {
    /// Last day of verification, China time.
    pub verification_deadline: String,
    /// What the countdown runs to.
    pub countdown_to: String,
    /// When the figures were read.
    #[schemars(with = "DateTime")]
    pub as_of: Timestamp,
}

/// The board.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Overview")]
pub struct OverviewView {
    #[serde(flatten)]
    campaign: Campaign,
    regions: BTreeMap<Level, u64>,
    #[serde(flatten)]
    total: Progress,
    people: u64,
    shares: Shares,
    remaining_works: BTreeMap<WorkKind, Works>,
    provinces: Vec<Province>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Progress {
    households: u64,
    verified: u64,
    unverified: u64,
    completion_rate: String,
}

/// The three ways of guarantee, of all households guaranteed.
#[derive(Debug, Serialize, JsonSchema)]
struct Shares {
    appraised: Share,
    renovated: Share,
    sheltered: Share,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Share {
    households: u64,
    percent: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Province {
    code: RegionCode,
    name: String,
    #[serde(flatten)]
    progress: Progress,
    remaining_works_open: u64,
}

impl OverviewView {
    /// The nation's row, its provinces and its counts.
    pub fn new(
        campaign: Campaign,
        nation: Option<Region>,
        provinces: Vec<Region>,
        counted: Option<&RegionCounts>,
    ) -> Self {
        let total = counted.map(RegionCounts::total).unwrap_or_default();
        let nothing = Counts::default();
        let province = |region: Region| {
            let counts = counted.and_then(|counted| counted.below(&region.code)).unwrap_or(&nothing);
            Province {
                code: region.code,
                name: region.name,
                progress: Progress::of(counts),
                remaining_works_open: counts.works.values().map(|works| works.open).sum(),
            }
        };
        OverviewView {
            campaign,
            regions: nation.map(|nation| nation.below).unwrap_or_default(),
            total: Progress::of(&total),
            people: total.people,
            shares: Shares::of(&total),
            remaining_works: WorkKind::ALL
                .iter()
                .map(|kind| (*kind, total.works.get(kind).copied().unwrap_or_default()))
                .collect(),
            provinces: provinces.into_iter().map(province).collect(),
        }
    }
}

impl Progress {
    fn of(counts: &Counts) -> Self {
        Progress {
            households: counts.households(),
            verified: counts.verified(),
            unverified: counts.unverified(),
            completion_rate: counts.completion_rate(),
        }
    }
}

impl Shares {
    fn of(counts: &Counts) -> Self {
        let of = |guarantee| counts.with_guarantee(guarantee);
        let [appraised, renovated, sheltered] =
            [GuaranteeChoice::Appraised, GuaranteeChoice::Renovated, GuaranteeChoice::Sheltered].map(of);
        let all = appraised + renovated + sheltered;
        let share = |households| Share { households, percent: percent(households, all) };
        Shares { appraised: share(appraised), renovated: share(renovated), sheltered: share(sheltered) }
    }
}
