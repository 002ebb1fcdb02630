//! The verification form of the contract.

use anju_domain::draft::{CompleteForm, Draft, VerifierDraft};
use anju_domain::household::Household;
use anju_domain::ids::PhotoId;
use anju_domain::person::Correction;
use anju_domain::violation::{Violation, ViolationCode};
use jiff::Timestamp;
use serde_json::Value;

use crate::error::ApiError;
use crate::form::{self, Fields};

/// Photos that one verification may refer to.
const MAX_PHOTOS: usize = 9;

/// A form as it was sent, and what is wrong with its fields one by one.
#[derive(Debug, Clone)]
pub struct SentForm {
    draft: Draft,
    broken: Vec<Violation>,
}

/// Reads the form field by field.
pub fn read(body: Value) -> Result<SentForm, ApiError> {
    let (draft, broken) = form::read_leniently(body, form_fields)?;
    Ok(SentForm { draft, broken })
}

/// The form's fields.
pub fn form_fields(fields: &mut Fields) -> Draft {
    Draft {
        verifier: fields.object("verifier", verifier).unwrap_or_default(),
        verified_at: fields.visit_time("verified_at"),
        correction: fields.object("correction", correction).unwrap_or_default(),
        result: fields.choice("result"),
        guarantee: fields.choice("guarantee"),
        grade: fields.choice("grade"),
        renovation: fields.choice("renovation"),
        method: fields.choice("method"),
        shelter: fields.choice("shelter"),
        note: fields.text("note"),
        explanation: fields.text("explanation"),
        photo_ids: fields.list("photo_ids", MAX_PHOTOS, ViolationCode::PhotoUnknown),
    }
}

impl SentForm {
    /// The form of a draft that is stored already: nothing is wrong with its fields.
    pub fn stored(draft: Draft) -> Self {
        SentForm { draft, broken: Vec::new() }
    }

    /// The form as a draft: incomplete perhaps, but nothing in it malformed, contradictory or unknown,
    /// and not empty.
    pub fn into_draft(self, now: Timestamp) -> Result<Draft, ApiError> {
        let rules = self.draft.violations(now);
        let draft = self.checked(rules)?;
        if draft.is_empty() { Err(ApiError::invalid("", ViolationCode::Required)) } else { Ok(draft) }
    }

    /// The photos that it refers to.
    pub fn photo_ids(&self) -> &[PhotoId] {
        &self.draft.photo_ids
    }

    /// The form as a complete one of this household, or every rule that it breaks, those of its photos
    /// too.
    pub fn into_complete(
        self,
        household: &Household,
        of_photos: Vec<Violation>,
        now: Timestamp,
    ) -> Result<(Draft, CompleteForm), ApiError> {
        match household.check(&self.draft, now) {
            Ok(complete) => Ok((self.checked(of_photos)?, complete)),
            Err(mut rules) => {
                rules.extend(of_photos);
                Err(ApiError::Invalid(form::all_broken(self.broken, rules)))
            }
        }
    }

    fn checked(self, rules: Vec<Violation>) -> Result<Draft, ApiError> {
        if self.broken.is_empty() && rules.is_empty() {
            return Ok(self.draft);
        }
        Err(ApiError::Invalid(form::all_broken(self.broken, rules)))
    }
}

fn verifier(fields: &mut Fields) -> VerifierDraft {
    VerifierDraft {
        name: fields.text("name"),
        position: fields.text("position"),
        phone: fields.phone("phone"),
    }
}

fn correction(fields: &mut Fields) -> Correction {
    Correction { id_number: fields.id_number("id_number"), phone: fields.phone("phone") }
}
