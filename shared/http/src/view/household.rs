//! Households as officers and officials see them. Numbers are full for village and township, masked
//! above.

use std::collections::{BTreeMap, BTreeSet};

use anju_domain::change::Hash;
use anju_domain::draft::{GuaranteeChoice, ResultChoice};
use anju_domain::household::{Household, Returned};
use anju_domain::id_number::IdNumber;
use anju_domain::ids::{HouseholdId, LookupToken};
use anju_domain::mask;
use anju_domain::person::Member;
use anju_domain::phone::Phone;
use anju_domain::photo::Location;
use anju_domain::recorded::Recorded;
use anju_domain::summary::{AlertKind, Detail, State, WorkKind};
use anju_domain::time::{DateTime, VisitTime};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::view::photo::{DoubtedView, PhotoView};
use crate::view::region::VillageView;
use crate::view::verification::VerificationView;

/// How much of numbers is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbers {
    /// As they are.
    Full,
    /// Masked.
    Masked,
}

impl Numbers {
    /// For somebody who sees them in full, or not.
    pub fn for_caller(sees_full_numbers: bool) -> Self {
        if sees_full_numbers { Numbers::Full } else { Numbers::Masked }
    }

    /// An ID number, as much of it as is shown.
    pub(crate) fn id_number(self, recorded: &Recorded<IdNumber>) -> Option<String> {
        match self {
            Numbers::Full => recorded.text(),
            Numbers::Masked => recorded.masked(mask::id_number),
        }
    }

    /// A phone, as much of it as is shown.
    pub(crate) fn phone(self, recorded: &Recorded<Phone>) -> Option<String> {
        match self {
            Numbers::Full => recorded.text(),
            Numbers::Masked => recorded.masked(mask::phone),
        }
    }
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Head")]
pub(crate) struct HeadView {
    pub(crate) name: String,
    pub(crate) id_number: Option<String>,
    pub(crate) phone: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Member")]
struct MemberView {
    name: String,
    id_number: Option<String>,
    relation: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Correction")]
struct CorrectionView {
    #[serde(skip_serializing_if = "Option::is_none")]
    id_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Lookup")]
struct LookupView {
    token: LookupToken,
    url: String,
    qr_svg_url: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "RemainingWork")]
struct WorkView {
    open: bool,
}

/// The whole record.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Household")]
pub struct HouseholdView {
    id: HouseholdId,
    version: u64,
    region: VillageView,
    head: HeadView,
    #[serde(skip_serializing_if = "Option::is_none")]
    correction: Option<CorrectionView>,
    members: Vec<MemberView>,
    address: String,
    state: State,
    #[serde(skip_serializing_if = "Option::is_none")]
    verification: Option<VerificationView>,
    photos: Vec<PhotoView>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    doubted_photos: Vec<DoubtedView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<Location>,
    feedback_open: u16,
    surveys: u16,
    alerts: Vec<AlertKind>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    id_shared_with: BTreeSet<HouseholdId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    returned: Option<Returned>,
    #[serde(skip_serializing_if = "Option::is_none")]
    late: Option<bool>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    remaining_work: BTreeMap<WorkKind, WorkView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lookup: Option<LookupView>,
    /// Where it came from, if it moved here or its village got another code.
    #[serde(skip_serializing_if = "Option::is_none")]
    moved_from: Option<HouseholdId>,
    /// Where it is now, if it moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    moved_to: Option<HouseholdId>,
    chain_head: Hash,
    #[schemars(with = "DateTime")]
    updated_at: Timestamp,
}

impl HouseholdView {
    /// The record, its village's path, its photos, as a caller reached at `base_url` sees it.
    pub fn new(
        household: &Household,
        region: VillageView,
        photos: Vec<PhotoView>,
        numbers: Numbers,
        base_url: &str,
    ) -> Self {
        let lookup = household.lookup.as_ref().map(|token| LookupView {
            token: token.clone(),
            url: format!("{base_url}/q/{token}"),
            qr_svg_url: format!("{base_url}/v1/households/{}/qr.svg", household.id),
        });
        HouseholdView {
            id: household.id.clone(),
            version: household.version,
            region,
            head: head(household, numbers),
            correction: correction(household, numbers),
            members: household.members.iter().map(|one| member(one, numbers)).collect(),
            address: household.address.clone(),
            state: household.state(),
            verification: household.form().map(|form| VerificationView::new(household, form)),
            photos,
            doubted_photos: household.doubted_photos().map(|doubted| DoubtedView::new(&doubted)).collect(),
            location: household.location,
            feedback_open: household.feedback.open,
            surveys: household.surveys,
            alerts: household.alerts.keys().copied().collect(),
            id_shared_with: household.id_shared_with.clone(),
            returned: household.returned.clone(),
            late: household.verification().map(|verification| verification.late),
            remaining_work: household
                .works
                .iter()
                .map(|(kind, open)| (*kind, WorkView { open: *open }))
                .collect(),
            lookup,
            moved_from: household.moved_from.clone(),
            moved_to: household.moved_to.clone(),
            chain_head: household.chain_head,
            updated_at: household.updated_at,
        }
    }
}

/// A row of the list.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HouseholdItem {
    pub(crate) id: HouseholdId,
    version: u64,
    pub(crate) region: VillageView,
    pub(crate) head: HeadView,
    pub(crate) members: Vec<String>,
    pub(crate) state: State,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) result: Option<ResultChoice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) guarantee: Option<GuaranteeChoice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Detail>")]
    pub(crate) detail: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) verified_at: Option<VisitTime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) returned: Option<Returned>,
    pub(crate) alerts: Vec<AlertKind>,
}

impl HouseholdItem {
    /// The household and its village's path.
    pub fn new(household: &Household, region: VillageView, numbers: Numbers) -> Self {
        let form = household.form();
        HouseholdItem {
            id: household.id.clone(),
            version: household.version,
            region,
            head: head(household, numbers),
            members: household.members.iter().map(|member| member.name.clone()).collect(),
            state: household.state(),
            result: form.and_then(|form| form.result),
            guarantee: form.and_then(|form| form.guarantee),
            detail: household.summary().detail.key(),
            verified_at: form.and_then(|form| form.verified_at),
            returned: household.returned.clone(),
            alerts: household.alerts.keys().copied().collect(),
        }
    }
}

fn head(household: &Household, numbers: Numbers) -> HeadView {
    HeadView {
        name: household.head.name.clone(),
        id_number: numbers.id_number(&household.head.id_number),
        phone: numbers.phone(&household.head.phone),
    }
}

fn member(member: &Member, numbers: Numbers) -> MemberView {
    MemberView {
        name: member.name.clone(),
        id_number: numbers.id_number(&member.id_number),
        relation: member.relation.clone(),
    }
}

fn correction(household: &Household, numbers: Numbers) -> Option<CorrectionView> {
    let correction = &household.form()?.correction;
    (!correction.is_empty()).then(|| CorrectionView {
        id_number: correction.id_number.clone().and_then(|id| numbers.id_number(&Recorded::Valid(id))),
        phone: correction.phone.clone().and_then(|phone| numbers.phone(&Recorded::Valid(phone))),
    })
}
