//! Reports as officials and officers see them, and as the household sees its own.

use anju_domain::feedback::{Feedback, FeedbackSource, FeedbackStatus, FeedbackType, Official};
use anju_domain::household::Household;
use anju_domain::ids::{FeedbackId, HouseholdId};
use anju_domain::recorded::Recorded;
use anju_domain::region::Level;
use anju_domain::time::DateTime;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::error::ApiError;
use crate::language::Language;
use crate::view::household::Numbers;
use crate::view::region::VillageView;

/// Somebody who acted.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Official")]
pub(crate) struct OfficialView {
    account: String,
    pub(crate) name: String,
    position: String,
}

impl From<&Official> for OfficialView {
    fn from(official: &Official) -> Self {
        OfficialView {
            account: official.account.clone(),
            name: official.name.to_string(),
            position: official.position.to_string(),
        }
    }
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "FeedbackHead")]
pub(crate) struct HeadView {
    pub(crate) name: String,
    pub(crate) id_number: Option<String>,
    pub(crate) phone: Option<String>,
}

impl HeadView {
    /// The head with the numbers that count: corrected ones before the register's.
    fn of(household: &Household, numbers: Numbers) -> Self {
        let id_number = household.effective_id_number().cloned().map(Recorded::Valid);
        let phone = household.effective_phone().cloned().map(Recorded::Valid);
        HeadView {
            name: household.head.name.clone(),
            id_number: numbers.id_number(id_number.as_ref().unwrap_or(&household.head.id_number)),
            phone: numbers.phone(phone.as_ref().unwrap_or(&household.head.phone)),
        }
    }
}

/// A row of the list.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FeedbackItem {
    pub(crate) id: FeedbackId,
    pub(crate) household_id: HouseholdId,
    pub(crate) region: VillageView,
    pub(crate) head: HeadView,
    #[serde(rename = "type")]
    pub(crate) kind: FeedbackType,
    pub(crate) source: FeedbackSource,
    pub(crate) status: FeedbackStatus,
    pub(crate) overdue: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) escalated_to: Option<Level>,
    #[schemars(with = "DateTime")]
    pub(crate) reported_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<DateTime>")]
    pub(crate) handled_at: Option<Timestamp>,
}

impl FeedbackItem {
    /// The report of a household in the village `region`.
    pub fn new(
        feedback: &Feedback,
        household: &Household,
        region: VillageView,
        numbers: Numbers,
        now: Timestamp,
    ) -> Self {
        FeedbackItem {
            id: feedback.id.clone(),
            household_id: household.id.clone(),
            region,
            head: HeadView::of(household, numbers),
            kind: feedback.kind,
            source: feedback.source,
            status: feedback.status(),
            overdue: feedback.is_overdue(now),
            escalated_to: feedback.escalated_to,
            reported_at: feedback.reported_at,
            handled_at: feedback.handling.as_ref().map(|handling| handling.at),
        }
    }
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Urge")]
pub(crate) struct UrgeView {
    by: OfficialView,
    #[schemars(with = "DateTime")]
    at: Timestamp,
    note: String,
}

/// A report with all that is known of it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Feedback")]
pub struct FeedbackView {
    #[serde(flatten)]
    pub(crate) item: FeedbackItem,
    pub(crate) address: String,
    pub(crate) content: String,
    pub(crate) urges: Vec<UrgeView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) opinion: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) handler: Option<OfficialView>,
}

impl FeedbackView {
    /// The report behind a row.
    pub fn new(item: FeedbackItem, feedback: &Feedback, household: &Household) -> Self {
        let urges = feedback.urges.iter().map(|urge| UrgeView {
            by: (&urge.by).into(),
            at: urge.at,
            note: urge.note.to_string(),
        });
        let handling = feedback.handling.as_ref();
        FeedbackView {
            item,
            address: household.address.clone(),
            content: feedback.content.to_string(),
            urges: urges.collect(),
            opinion: handling.map(|handling| handling.opinion.to_string()),
            handler: handling.map(|handling| (&handling.by).into()),
        }
    }
}

/// A report that was taken in.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "FeedbackReceipt")]
pub struct ReceiptView {
    /// Its id.
    pub feedback_id: FeedbackId,
}

/// A report that an officer made.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ReportedFeedback")]
pub struct ReportedView {
    /// Its id, as the public page's answer names it.
    pub feedback_id: FeedbackId,
    /// The report.
    #[serde(flatten)]
    pub feedback: FeedbackView,
}

/// What became of several reports.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "HandlingResults")]
pub struct ResultsView {
    /// In the order of the ids.
    pub results: Vec<ResultView>,
}

/// What became of one report.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "HandlingResult")]
pub struct ResultView {
    id: FeedbackId,
    handled: bool,
    /// Why it was not handled: a problem's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    /// The same for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'static str>,
}

impl ResultView {
    /// One that is handled.
    pub fn handled(id: FeedbackId) -> Self {
        ResultView { id, handled: true, code: None, detail: None }
    }

    /// One that could not be handled.
    pub fn failed(id: FeedbackId, cause: &ApiError, language: Language) -> Self {
        let (code, detail) = (cause.status().1, cause.words(language).1);
        ResultView { id, handled: false, code: Some(code), detail: Some(detail) }
    }
}

/// A household's own reports, the latest first.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "OwnFeedbackList")]
pub struct OwnFeedbackList {
    /// The reports.
    pub items: Vec<OwnFeedback>,
}

/// A household's own report. Who handled it is not for the public.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OwnFeedback {
    id: FeedbackId,
    #[serde(rename = "type")]
    kind: FeedbackType,
    content: String,
    status: FeedbackStatus,
    #[schemars(with = "DateTime")]
    reported_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<DateTime>")]
    handled_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    opinion: Option<String>,
}

impl OwnFeedback {
    /// The household's own ones among its reports, the latest first.
    pub fn among(reports: &[Feedback]) -> Vec<OwnFeedback> {
        let own = reports.iter().rev().filter(|report| report.source == FeedbackSource::Household);
        let view = |report: &Feedback| OwnFeedback {
            id: report.id.clone(),
            kind: report.kind,
            content: report.content.to_string(),
            status: report.status(),
            reported_at: report.reported_at,
            handled_at: report.handling.as_ref().map(|handling| handling.at),
            opinion: report.handling.as_ref().map(|handling| handling.opinion.to_string()),
        };
        own.map(view).collect()
    }
}
