//! What somebody fills in who surveyed a household.

use anju_domain::ids::PhotoId;
use anju_domain::survey::{MAX_PHOTOS, SurveyDraft, SurveyForm};
use anju_domain::violation::{Violation, ViolationCode};
use jiff::Timestamp;
use serde_json::Value;

use crate::error::ApiError;
use crate::form::{self, Fields};

/// A form as it was sent, and what is wrong with its fields one by one.
#[derive(Debug, Clone)]
pub struct SentSurvey {
    draft: SurveyDraft,
    broken: Vec<Violation>,
}

/// Reads the form field by field.
pub fn read(body: Value) -> Result<SentSurvey, ApiError> {
    let (draft, broken) = form::read_leniently(body, form_fields)?;
    Ok(SentSurvey { draft, broken })
}

/// The form's fields.
pub fn form_fields(fields: &mut Fields) -> SurveyDraft {
    let (surveyor, surveyed_at) = (fields.text("surveyor"), fields.visit_time("surveyed_at"));
    let public = fields.flag("public");
    let (opinion, finding) = (fields.text("opinion"), fields.text("finding"));
    SurveyDraft {
        surveyor: fields.require("surveyor", surveyor),
        surveyed_at: fields.require("surveyed_at", surveyed_at),
        public: fields.require("public", public),
        opinion: fields.require("opinion", opinion),
        finding: fields.require("finding", finding),
        photo_ids: fields.list("photo_ids", MAX_PHOTOS, ViolationCode::PhotoUnknown),
    }
}

impl SentSurvey {
    /// The photos that it refers to.
    pub fn photo_ids(&self) -> &[PhotoId] {
        &self.draft.photo_ids
    }

    /// The form as a complete one, or every rule that it breaks, those of its photos too.
    pub fn into_complete(self, of_photos: Vec<Violation>, now: Timestamp) -> Result<SurveyForm, ApiError> {
        let (form, mut rules) = match self.draft.complete(now) {
            Ok(form) => (Some(form), Vec::new()),
            Err(rules) => (None, rules),
        };
        rules.extend(of_photos);
        match form.filter(|_| self.broken.is_empty() && rules.is_empty()) {
            Some(form) => Ok(form),
            None => Err(ApiError::Invalid(form::all_broken(self.broken, rules))),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn now() -> Timestamp {
        "2020-06-03T04:00:00Z".parse().unwrap()
    }

    #[test]
    fn everything_wrong_with_a_survey_is_said_at_once() {
        let body = json!({
            "surveyor": " ", "surveyed_at": "2020-06-05", "public": "yes", "opinion": "可".repeat(1001),
            "photo_ids": ["x"], "colour": "red",
        });
        let of_photos = vec![Violation::new("/photo_ids/1", ViolationCode::PhotoNotUploaded)];
        let Err(ApiError::Invalid(broken)) = read(body).unwrap().into_complete(of_photos, now()) else {
            panic!("accepted")
        };
        let mut found: Vec<_> = broken.into_iter().map(|one| (one.pointer, one.code)).collect();
        found.sort();
        let expected = [
            ("/colour", ViolationCode::Unknown),
            ("/finding", ViolationCode::Required),
            ("/opinion", ViolationCode::TooLong),
            ("/photo_ids/0", ViolationCode::PhotoUnknown),
            ("/photo_ids/1", ViolationCode::PhotoNotUploaded),
            ("/public", ViolationCode::WrongType),
            ("/surveyed_at", ViolationCode::InFuture),
            ("/surveyor", ViolationCode::Required),
        ];
        assert_eq!(found, expected.map(|(pointer, code)| (pointer.to_owned(), code)));
    }

    #[test]
    fn a_form_without_photos_is_complete() {
        let body = json!({
            "surveyor": "调研员", "surveyed_at": "2020-06-03", "public": false, "opinion": "同意", "finding": "安全",
        });
        let form = read(body).unwrap().into_complete(Vec::new(), now()).unwrap();
        assert!(!form.public && form.photo_ids.is_empty());
    }
}
