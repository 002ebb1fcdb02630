//! Statistics as clients see them.

use std::collections::BTreeMap;

use anju_domain::count::{Counts, Works};
use anju_domain::draft::{GuaranteeChoice, ResultChoice};
use anju_domain::region::RegionCode;
use anju_domain::region_alert::{AnyAlertKind, RegionAlertKind};
use anju_domain::summary::{AlertKind, Detail, State, WorkKind};
use anju_domain::time::DateTime;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// The statistics of a region.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Statistics")]
pub struct StatisticsView {
    region: RegionCode,
    #[schemars(with = "DateTime")]
    as_of: Timestamp,
    pub(crate) total: Row,
    pub(crate) children: Vec<Row>,
}

/// One row: a region's counts.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "StatisticsRow")]
pub struct Row {
    code: RegionCode,
    pub(crate) name: String,
    pub(crate) households: u64,
    people: u64,
    pub(crate) verified: u64,
    pub(crate) unverified: u64,
    draft: u64,
    secured: u64,
    unsecured: u64,
    pub(crate) appraised: u64,
    pub(crate) renovated: u64,
    pub(crate) sheltered: u64,
    pub(crate) completion_rate: String,
    #[schemars(with = "BTreeMap<Detail, u64>")]
    details: BTreeMap<&'static str, u64>,
    feedback_open: u64,
    feedback_handled: u64,
    surveys: u64,
    alerts: BTreeMap<AnyAlertKind, u64>,
    remaining_works: BTreeMap<WorkKind, Works>,
}

impl StatisticsView {
    /// `total` is the region's own row.
    pub fn new(total: Row, children: Vec<Row>, as_of: Timestamp) -> Self {
        StatisticsView { region: total.code.clone(), as_of, total, children }
    }
}

impl Row {
    /// The counts of a region. Every detail, alert and work is there, zeros too. Of alerts of regions, it is
    /// those of this region itself, which are `raised`, that are counted, and none of those below.
    pub fn new(code: RegionCode, name: String, counts: &Counts, raised: &[RegionAlertKind]) -> Self {
        let of_households = AlertKind::ALL
            .iter()
            .map(|kind| (AnyAlertKind::OfHousehold(*kind), counts.alerts.get(kind).copied().unwrap_or(0)));
        let of_region = RegionAlertKind::ALL
            .iter()
            .map(|kind| (AnyAlertKind::OfRegion(*kind), u64::from(raised.contains(kind))));
        let details =
            Detail::ALL.iter().filter_map(|detail| Some((detail.key()?, counts.with_detail(*detail))));
        Row {
            code,
            name,
            households: counts.households(),
            people: counts.people,
            verified: counts.verified(),
            unverified: counts.unverified(),
            draft: counts.in_state(State::Draft),
            secured: counts.with_result(ResultChoice::Secured),
            unsecured: counts.with_result(ResultChoice::Unsecured),
            appraised: counts.with_guarantee(GuaranteeChoice::Appraised),
            renovated: counts.with_guarantee(GuaranteeChoice::Renovated),
            sheltered: counts.with_guarantee(GuaranteeChoice::Sheltered),
            completion_rate: counts.completion_rate(),
            details: details.collect(),
            feedback_open: counts.feedback_open,
            feedback_handled: counts.feedback_handled,
            surveys: counts.surveys,
            alerts: of_households.chain(of_region).collect(),
            remaining_works: WorkKind::ALL
                .iter()
                .map(|kind| (*kind, counts.works.get(kind).copied().unwrap_or_default()))
                .collect(),
        }
    }
}
