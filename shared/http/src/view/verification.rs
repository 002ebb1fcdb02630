//! A verification as clients see it.

use anju_domain::draft::{Draft, GuaranteeChoice, RenovationChoice, ResultChoice, VerifierDraft};
use anju_domain::household::Household;
use anju_domain::ids::PhotoId;
use anju_domain::text::Note;
use anju_domain::time::{DateTime, VisitTime};
use anju_domain::verification::{Grade, Method, Shelter};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// The form as far as it is filled in, with the time of completion. The correction stands beside it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Verification")]
pub struct VerificationView {
    #[serde(skip_serializing_if = "Option::is_none")]
    verifier: Option<VerifierDraft>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verified_at: Option<VisitTime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<ResultChoice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    guarantee: Option<GuaranteeChoice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    grade: Option<Grade>,
    #[serde(skip_serializing_if = "Option::is_none")]
    renovation: Option<RenovationChoice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<Method>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shelter: Option<Shelter>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<Note>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<Note>,
    photo_ids: Vec<PhotoId>,
    /// When it was completed, by the server's clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<DateTime>")]
    completed_at: Option<Timestamp>,
}

impl VerificationView {
    /// The household's form.
    pub fn new(household: &Household, form: &Draft) -> Self {
        let Draft { verifier, photo_ids, note, explanation, .. } = form.clone();
        VerificationView {
            verifier: (verifier != VerifierDraft::default()).then_some(verifier),
            verified_at: form.verified_at,
            result: form.result,
            guarantee: form.guarantee,
            grade: form.grade,
            renovation: form.renovation,
            method: form.method,
            shelter: form.shelter,
            note,
            explanation,
            photo_ids,
            completed_at: household.verification().map(|verification| verification.completed_at),
        }
    }
}
