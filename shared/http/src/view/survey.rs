//! Field surveys as officials and officers see them.

use anju_domain::household::Household;
use anju_domain::ids::{HouseholdId, PhotoId, SurveyId};
use anju_domain::region::RegionCode;
use anju_domain::survey::{Survey, Touch};
use anju_domain::time::{DateTime, VisitTime};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::view::region::VillageView;

/// Whose household it is. Numbers are in its record.
#[derive(Debug, Serialize, JsonSchema)]
struct SurveyedHead {
    name: String,
}

/// An account that entered or edited it, and when.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Touch")]
struct TouchView {
    account: RegionCode,
    #[schemars(with = "DateTime")]
    at: Timestamp,
}

impl From<&Touch> for TouchView {
    fn from(touch: &Touch) -> Self {
        TouchView { account: touch.by.clone(), at: touch.at }
    }
}

/// A survey, in a list and by itself.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Survey")]
pub struct SurveyView {
    id: SurveyId,
    version: u64,
    household_id: HouseholdId,
    region: VillageView,
    head: SurveyedHead,
    surveyor: String,
    surveyed_at: VisitTime,
    public: bool,
    opinion: String,
    finding: String,
    photo_ids: Vec<PhotoId>,
    created: TouchView,
    #[serde(skip_serializing_if = "Option::is_none")]
    edited: Option<TouchView>,
}

impl SurveyView {
    /// The survey of a household in the village `region`.
    pub fn new(survey: &Survey, household: &Household, region: VillageView) -> Self {
        let form = &survey.form;
        SurveyView {
            id: survey.id.clone(),
            version: survey.version,
            household_id: household.id.clone(),
            region,
            head: SurveyedHead { name: household.head.name.clone() },
            surveyor: form.surveyor.to_string(),
            surveyed_at: form.surveyed_at,
            public: form.public,
            opinion: form.opinion.to_string(),
            finding: form.finding.to_string(),
            photo_ids: form.photo_ids.clone(),
            created: (&survey.created).into(),
            edited: survey.edited.as_ref().map(TouchView::from),
        }
    }
}
