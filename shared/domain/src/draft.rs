//! The verification form as far as it is filled in, and the one place that decides whether it is
//! complete.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::PhotoId;
use crate::person::Correction;
use crate::phone::Phone;
use crate::text::{Name, Note, Position};
use crate::time::VisitTime;
use crate::verification::{
    Evidence, Finding, Grade, Guarantee, Method, Relocation, Renovation, Shelter, Verifier,
};
use crate::violation::{Violation, ViolationCode};

/// `result` of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ResultChoice {
    /// 住房安全有保障.
    Secured,
    /// 住房安全未保障.
    Unsecured,
}

/// `guarantee` of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GuaranteeChoice {
    /// 鉴定安全.
    Appraised,
    /// 改造安全.
    Renovated,
    /// 保障安全.
    Sheltered,
}

/// `renovation` of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RenovationChoice {
    /// 农村危房改造.
    DilapidatedHouseRenovation,
    /// 易地扶贫搬迁.
    PovertyRelocation,
    /// 生态移民.
    EcologicalMigration,
    /// 水库移民.
    ReservoirMigration,
    /// 避险搬迁.
    HazardRelocation,
    /// 其他.
    Other,
}

/// The verifier as far as given.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct VerifierDraft {
    /// Name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// 核验人职务.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// 核验人联系电话.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
}

impl VerifierDraft {
    fn is_empty(&self) -> bool {
        *self == VerifierDraft::default()
    }
}

/// The form: each value valid by itself, the whole possibly incomplete.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are the form's, explained in domain.md's table")]
pub struct Draft {
    #[serde(default, skip_serializing_if = "VerifierDraft::is_empty")]
    pub verifier: VerifierDraft,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified_at: Option<VisitTime>,
    #[serde(default, skip_serializing_if = "Correction::is_empty")]
    pub correction: Correction,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<ResultChoice>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guarantee: Option<GuaranteeChoice>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<Grade>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renovation: Option<RenovationChoice>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<Method>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shelter: Option<Shelter>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Note>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Note>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub photo_ids: Vec<PhotoId>,
}

/// A form that says everything it must, still without the register's and the clock's part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompleteForm {
    /// Who verified.
    pub verifier: Verifier,
    /// When they were there.
    pub visited_at: VisitTime,
    /// What they found.
    pub finding: Finding,
}

impl Draft {
    /// Whether nothing is filled in.
    pub fn is_empty(&self) -> bool {
        *self == Draft::default()
    }

    /// The rules that hold for a draft too: fields that don't apply, times in the future.
    pub fn violations(&self, now: Timestamp) -> Vec<Violation> {
        let mut broken: Vec<Violation> = self
            .inapplicable()
            .into_iter()
            .map(|field| Violation::new(format!("/{field}"), ViolationCode::NotApplicable))
            .collect();
        if self.verified_at.is_some_and(|time| time.is_after(now)) {
            broken.push(Violation::new("/verified_at", ViolationCode::InFuture));
        }
        broken
    }

    /// The complete form, or every rule it breaks.
    pub fn complete(&self, now: Timestamp) -> Result<CompleteForm, Vec<Violation>> {
        let mut broken = self.violations(now);
        let verifier = self.complete_verifier(&mut broken);
        let visited_at = required(self.verified_at, "/verified_at", &mut broken);
        let finding = self.complete_finding(&mut broken);
        match (verifier, visited_at, finding) {
            (Some(verifier), Some(visited_at), Some(finding)) if broken.is_empty() => {
                Ok(CompleteForm { verifier, visited_at, finding })
            }
            _ => Err(broken),
        }
    }

    fn complete_verifier(&self, broken: &mut Vec<Violation>) -> Option<Verifier> {
        let name = required(self.verifier.name.clone(), "/verifier/name", broken);
        let position = required(self.verifier.position.clone(), "/verifier/position", broken);
        let phone = required(self.verifier.phone.clone(), "/verifier/phone", broken);
        Some(Verifier { name: name?, position: position?, phone: phone? })
    }

    fn complete_finding(&self, broken: &mut Vec<Violation>) -> Option<Finding> {
        match required(self.result, "/result", broken)? {
            ResultChoice::Secured => self.complete_guarantee(broken).map(Finding::Secured),
            ResultChoice::Unsecured => {
                let explanation = self.explanation.clone();
                let explanation =
                    required_as(explanation, "/explanation", ViolationCode::ExplanationRequired, broken);
                Some(Finding::Unsecured { explanation: explanation?, photos: self.photo_ids.clone() })
            }
        }
    }

    fn complete_guarantee(&self, broken: &mut Vec<Violation>) -> Option<Guarantee> {
        match required(self.guarantee, "/guarantee", broken)? {
            GuaranteeChoice::Appraised => {
                let grade = required(self.grade, "/grade", broken);
                let photos = self.evidence(broken);
                Some(Guarantee::Appraised { grade: grade?, note: self.note.clone(), photos: photos? })
            }
            GuaranteeChoice::Renovated => {
                let renovation = self.complete_renovation(broken);
                let photos = self.evidence(broken);
                Some(Guarantee::Renovated { renovation: renovation?, photos: photos? })
            }
            GuaranteeChoice::Sheltered => {
                let shelter = required(self.shelter, "/shelter", broken);
                let note = self.required_note(broken);
                Some(Guarantee::Sheltered { shelter: shelter?, note: note?, photos: self.photo_ids.clone() })
            }
        }
    }

    fn complete_renovation(&self, broken: &mut Vec<Violation>) -> Option<Renovation> {
        let relocation = |relocation| Renovation::Relocation { relocation, note: self.note.clone() };
        Some(match required(self.renovation, "/renovation", broken)? {
            RenovationChoice::DilapidatedHouseRenovation => Renovation::DilapidatedHouse {
                method: required(self.method, "/method", broken)?,
                note: self.note.clone(),
            },
            RenovationChoice::PovertyRelocation => relocation(Relocation::PovertyRelocation),
            RenovationChoice::EcologicalMigration => relocation(Relocation::EcologicalMigration),
            RenovationChoice::ReservoirMigration => relocation(Relocation::ReservoirMigration),
            RenovationChoice::HazardRelocation => relocation(Relocation::HazardRelocation),
            RenovationChoice::Other => Renovation::Other { note: self.required_note(broken)? },
        })
    }

    fn evidence(&self, broken: &mut Vec<Violation>) -> Option<Evidence> {
        required_as(Evidence::new(self.photo_ids.clone()), "/photo_ids", ViolationCode::PhotoRequired, broken)
    }

    fn required_note(&self, broken: &mut Vec<Violation>) -> Option<Note> {
        required_as(self.note.clone(), "/note", ViolationCode::NoteRequired, broken)
    }

    /// The given fields that don't apply to what was chosen. A choice not yet made rules out nothing.
    fn inapplicable(&self) -> Vec<&'static str> {
        let result = |wanted| self.result.is_none_or(|chosen| chosen == wanted);
        let secured = result(ResultChoice::Secured);
        let guarantee = |wanted| secured && self.guarantee.is_none_or(|chosen| chosen == wanted);
        let renovated = guarantee(GuaranteeChoice::Renovated);
        let dilapidated =
            self.renovation.is_none_or(|chosen| chosen == RenovationChoice::DilapidatedHouseRenovation);
        [
            ("guarantee", self.guarantee.is_some(), secured),
            ("grade", self.grade.is_some(), guarantee(GuaranteeChoice::Appraised)),
            ("renovation", self.renovation.is_some(), renovated),
            ("method", self.method.is_some(), renovated && dilapidated),
            ("shelter", self.shelter.is_some(), guarantee(GuaranteeChoice::Sheltered)),
            ("note", self.note.is_some(), secured),
            ("explanation", self.explanation.is_some(), result(ResultChoice::Unsecured)),
        ]
        .into_iter()
        .filter_map(|(field, given, applies)| (given && !applies).then_some(field))
        .collect()
    }
}

fn required<T>(value: Option<T>, pointer: &str, broken: &mut Vec<Violation>) -> Option<T> {
    required_as(value, pointer, ViolationCode::Required, broken)
}

fn required_as<T>(
    value: Option<T>,
    pointer: &str,
    code: ViolationCode,
    broken: &mut Vec<Violation>,
) -> Option<T> {
    if value.is_none() {
        broken.push(Violation::new(pointer, code));
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2020-06-03T04:00:00Z";

    fn now() -> Timestamp {
        NOW.parse().unwrap()
    }

    fn filled(form: serde_json::Value) -> Draft {
        let mut whole = serde_json::json!({
            "verifier": {"name": "测试员", "position": "村支书", "phone": "13800000001"},
            "verified_at": "2020-06-03",
        });
        whole.as_object_mut().unwrap().extend(form.as_object().unwrap().clone());
        serde_json::from_value(whole).unwrap()
    }

    fn photo() -> String {
        format!("530627101203-1-{:032x}", 7)
    }

    fn codes(draft: &Draft) -> Vec<(String, ViolationCode)> {
        let broken = draft.complete(now()).unwrap_err();
        broken.into_iter().map(|violation| (violation.pointer, violation.code)).collect()
    }

    #[test]
    fn every_row_of_the_table_completes() {
        let rows = [
            serde_json::json!({"result": "secured", "guarantee": "appraised", "grade": "b", "photo_ids": [photo()]}),
            serde_json::json!({"result": "secured", "guarantee": "renovated", "renovation": "dilapidated_house_renovation",
                "method": "rebuilt", "note": "2019", "photo_ids": [photo()]}),
            serde_json::json!({"result": "secured", "guarantee": "renovated", "renovation": "hazard_relocation", "photo_ids": [photo()]}),
            serde_json::json!({"result": "secured", "guarantee": "renovated", "renovation": "other", "note": "x", "photo_ids": [photo()]}),
            serde_json::json!({"result": "secured", "guarantee": "sheltered", "shelter": "relatives", "note": "儿子家"}),
            serde_json::json!({"result": "unsecured", "explanation": "墙体开裂"}),
            serde_json::json!({"result": "unsecured", "explanation": "墙体开裂", "photo_ids": [photo()]}),
        ];
        for row in rows {
            assert!(filled(row.clone()).complete(now()).is_ok(), "{row}");
        }
    }

    #[test]
    fn all_broken_rules_are_listed_at_once() {
        let draft: Draft = serde_json::from_value(serde_json::json!({
            "result": "secured", "guarantee": "sheltered", "grade": "a", "explanation": "x", "verified_at": "2020-06-04"
        }))
        .unwrap();
        assert_eq!(
            codes(&draft),
            [
                ("/grade", ViolationCode::NotApplicable),
                ("/explanation", ViolationCode::NotApplicable),
                ("/verified_at", ViolationCode::InFuture),
                ("/verifier/name", ViolationCode::Required),
                ("/verifier/position", ViolationCode::Required),
                ("/verifier/phone", ViolationCode::Required),
                ("/shelter", ViolationCode::Required),
                ("/note", ViolationCode::NoteRequired),
            ]
            .map(|(pointer, code)| (pointer.to_owned(), code))
        );
    }

    #[test]
    fn photo_note_and_explanation_are_required_where_the_table_says_so() {
        let only = |form| {
            let broken = codes(&filled(form));
            assert_eq!(broken.len(), 1, "{broken:?}");
            broken[0].1
        };
        assert_eq!(
            only(serde_json::json!({"result": "secured", "guarantee": "appraised", "grade": "a"})),
            ViolationCode::PhotoRequired
        );
        assert_eq!(
            only(
                serde_json::json!({"result": "secured", "guarantee": "renovated", "renovation": "poverty_relocation"})
            ),
            ViolationCode::PhotoRequired
        );
        assert_eq!(
            only(
                serde_json::json!({"result": "secured", "guarantee": "renovated", "renovation": "other", "photo_ids": [photo()]})
            ),
            ViolationCode::NoteRequired
        );
        assert_eq!(
            only(serde_json::json!({"result": "secured", "guarantee": "sheltered", "shelter": "other"})),
            ViolationCode::NoteRequired
        );
        assert_eq!(only(serde_json::json!({"result": "unsecured"})), ViolationCode::ExplanationRequired);
    }

    #[test]
    fn a_draft_may_be_incomplete_but_not_contradictory() {
        let open: Draft = serde_json::from_value(serde_json::json!({"guarantee": "renovated"})).unwrap();
        assert!(open.violations(now()).is_empty());
        let contradictory: Draft = serde_json::from_value(
            serde_json::json!({"result": "unsecured", "note": "x", "method": "rebuilt"}),
        )
        .unwrap();
        let fields: Vec<String> =
            contradictory.violations(now()).into_iter().map(|broken| broken.pointer).collect();
        assert_eq!(fields, ["/method", "/note"]);
        let method: Draft = serde_json::from_value(
            serde_json::json!({"renovation": "poverty_relocation", "method": "rebuilt"}),
        )
        .unwrap();
        assert_eq!(method.violations(now()), [Violation::new("/method", ViolationCode::NotApplicable)]);
    }

    #[test]
    fn an_empty_form_is_known_as_such() {
        assert!(serde_json::from_str::<Draft>("{}").unwrap().is_empty());
        assert_eq!(serde_json::to_string(&Draft::default()).unwrap(), "{}");
    }
}
