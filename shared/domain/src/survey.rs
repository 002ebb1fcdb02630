//! Field surveys (现场调研): what officials of townships and above found at a house.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::household::{Household, Refused};
use crate::ids::{PhotoId, SurveyId};
use crate::region::RegionCode;
use crate::summary::{AlertKind, State};
use crate::text::{Name, Note};
use crate::time::VisitTime;
use crate::violation::{Violation, ViolationCode};

/// Photos that one survey may refer to, as with a verification.
pub const MAX_PHOTOS: usize = 9;

/// The form as far as it is filled in, each value valid by itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "the fields are the form's, explained at `SurveyForm`")]
pub struct SurveyDraft {
    pub surveyor: Option<Name>,
    pub surveyed_at: Option<VisitTime>,
    pub public: Option<bool>,
    pub opinion: Option<Note>,
    pub finding: Option<Note>,
    pub photo_ids: Vec<PhotoId>,
}

/// A form that says everything it must (domain.md, field survey).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurveyForm {
    /// 调研人.
    pub surveyor: Name,
    /// When they were there.
    pub surveyed_at: VisitTime,
    /// 是否公开: whether the household's public page shows it.
    pub public: bool,
    /// 调研意见.
    pub opinion: Note,
    /// 住房安全有保障现场调研结果.
    pub finding: Note,
    /// Photos taken for a survey; none is fine.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub photo_ids: Vec<PhotoId>,
}

impl SurveyDraft {
    /// The complete form, or every rule that it breaks.
    pub fn complete(self, now: Timestamp) -> Result<SurveyForm, Vec<Violation>> {
        let mut broken = Vec::new();
        if self.surveyed_at.is_some_and(|time| time.is_after(now)) {
            broken.push(Violation::new("/surveyed_at", ViolationCode::InFuture));
        }
        if self.photo_ids.len() > MAX_PHOTOS {
            broken.push(Violation::new("/photo_ids", ViolationCode::OutOfRange));
        }
        let surveyor = required("/surveyor", self.surveyor, &mut broken);
        let surveyed_at = required("/surveyed_at", self.surveyed_at, &mut broken);
        // Said each time: whoever leaves it out must neither publish nor withdraw by it.
        let public = required("/public", self.public, &mut broken);
        let opinion = required("/opinion", self.opinion, &mut broken);
        let finding = required("/finding", self.finding, &mut broken);
        match (surveyor, surveyed_at, public, opinion, finding) {
            (Some(surveyor), Some(surveyed_at), Some(public), Some(opinion), Some(finding))
                if broken.is_empty() =>
            {
                let photo_ids = self.photo_ids;
                Ok(SurveyForm { surveyor, surveyed_at, public, opinion, finding, photo_ids })
            }
            _ => Err(broken),
        }
    }
}

fn required<T>(pointer: &str, value: Option<T>, broken: &mut Vec<Violation>) -> Option<T> {
    if value.is_none() {
        broken.push(Violation::new(pointer, ViolationCode::Required));
    }
    value
}

/// Who did something to a survey, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touch {
    /// The account's region.
    pub by: RegionCode,
    /// When, by the server's clock.
    pub at: Timestamp,
}

/// A survey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Survey {
    /// Its id.
    pub id: SurveyId,
    /// Moves with every edit: what If-Match compares.
    pub version: u64,
    /// What it says.
    pub form: SurveyForm,
    /// Who entered it: their level and those above may edit it.
    pub created: Touch,
    /// The last edit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited: Option<Touch>,
}

/// A survey as it is to be, with its household.
#[derive(Debug, Clone, PartialEq)]
pub struct Surveyed {
    /// The household.
    pub household: Household,
    /// The survey.
    pub survey: Survey,
}

impl Survey {
    /// A new survey of a household, entered by the account of `by`.
    pub fn conduct(
        household: &Household,
        id: SurveyId,
        form: SurveyForm,
        by: RegionCode,
        now: Timestamp,
    ) -> Result<Surveyed, Refused> {
        if household.state() == State::Left {
            return Err(Refused::Left);
        }
        let mut next = household.touched(now);
        next.surveys = next.surveys.saturating_add(1);
        let survey = Survey { id, version: 1, form, created: Touch { by, at: now }, edited: None };
        Ok(Surveyed { household: next, survey })
    }

    /// The survey with another form. Of a household that left, too: what is public of it can still be
    /// withdrawn.
    pub fn edit(&self, household: &Household, form: SurveyForm, by: RegionCode, now: Timestamp) -> Surveyed {
        let edited = Some(Touch { by, at: now });
        let survey = Survey { version: self.version + 1, form, edited, ..self.clone() };
        Surveyed { household: household.touched(now), survey }
    }

    /// The household once a photo that was taken for a survey turned out unusable: with the alert, where
    /// one of `all`, its surveys, refers to it. The verification doesn't rest on it and stays as it is.
    pub fn photo_rejected(
        household: &Household,
        all: &[Survey],
        photo: &PhotoId,
        now: Timestamp,
    ) -> Household {
        let mut next = household.touched(now);
        if all.iter().any(|survey| survey.form.photo_ids.contains(photo)) {
            next.raise(AlertKind::PhotoRejected);
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::household::{Progress, Registered};
    use crate::person::Head;
    use crate::recorded::Recorded;

    fn now() -> Timestamp {
        "2020-06-03T04:00:00Z".parse().unwrap()
    }

    fn household() -> Household {
        let head =
            Head { name: "测试户".to_owned(), id_number: Recorded::Missing, phone: Recorded::Missing };
        let registered = Registered {
            id: "530627101203-1".parse().unwrap(),
            head,
            members: Vec::new(),
            address: String::new(),
            works: BTreeMap::new(),
        };
        Household::registered(registered, now())
    }

    fn draft() -> SurveyDraft {
        SurveyDraft {
            surveyor: Some("调研员".parse().unwrap()),
            surveyed_at: Some("2020-06-03".parse().unwrap()),
            public: Some(false),
            opinion: Some("同意".parse().unwrap()),
            finding: Some("房屋安全".parse().unwrap()),
            photo_ids: Vec::new(),
        }
    }

    fn township() -> RegionCode {
        "530627101".parse().unwrap()
    }

    fn survey(household: &Household) -> Surveyed {
        let form = draft().complete(now()).unwrap();
        Survey::conduct(household, SurveyId::new(household.id.clone(), 1), form, township(), now()).unwrap()
    }

    #[test]
    fn a_survey_says_who_when_public_or_not_opinion_and_finding_and_photos_are_optional() {
        let pointers = |draft: SurveyDraft| -> Vec<(String, ViolationCode)> {
            let broken = draft.complete(now()).unwrap_err();
            broken.into_iter().map(|violation| (violation.pointer, violation.code)).collect()
        };
        assert!(draft().complete(now()).is_ok());
        let all = ["/surveyor", "/surveyed_at", "/public", "/opinion", "/finding"];
        assert_eq!(
            pointers(SurveyDraft::default()),
            all.map(|pointer| (pointer.to_owned(), ViolationCode::Required))
        );
    }

    #[test]
    fn a_survey_lies_in_the_past_and_refers_to_nine_photos_at_most() {
        let photos = (0..10).map(|unique| PhotoId::new(household().id, unique)).collect();
        let wrong = SurveyDraft {
            surveyed_at: Some("2020-06-04".parse().unwrap()),
            photo_ids: photos,
            opinion: None,
            ..draft()
        };
        let expected = [
            Violation::new("/surveyed_at", ViolationCode::InFuture),
            Violation::new("/photo_ids", ViolationCode::OutOfRange),
            Violation::new("/opinion", ViolationCode::Required),
        ];
        assert_eq!(wrong.complete(now()), Err(expected.to_vec()));
    }

    #[test]
    fn a_survey_counts_for_its_household_and_never_moves_the_villages_version() {
        let Surveyed { household: surveyed, survey } = survey(&household());
        assert_eq!((surveyed.surveys, surveyed.revision, surveyed.version), (1, 2, 1));
        let county: RegionCode = "530627".parse().unwrap();
        let form = SurveyForm { public: true, ..survey.form.clone() };
        let edited = survey.edit(&surveyed, form, county.clone(), now());
        let household = &edited.household;
        assert_eq!((household.surveys, household.revision, household.version), (1, 3, 1));
        assert_eq!((edited.survey.version, edited.survey.form.public), (2, true));
        assert_eq!(edited.survey.created, survey.created, "who entered it stays");
        assert_eq!(edited.survey.edited, Some(Touch { by: county, at: now() }));
    }

    #[test]
    fn a_household_that_left_is_surveyed_no_more_but_what_was_said_of_it_can_be_withdrawn() {
        let Surveyed { household, survey } = survey(&household());
        let left = Household { progress: Progress::Left, ..household };
        let id = SurveyId::new(left.id.clone(), 2);
        let again = Survey::conduct(&left, id, survey.form.clone(), township(), now());
        assert_eq!(again, Err(Refused::Left));
        let edited = survey.edit(&left, survey.form.clone(), township(), now());
        assert_eq!(edited.household.state(), State::Left);
    }

    #[test]
    fn an_unusable_photo_is_flagged_where_a_survey_refers_to_it_and_reopens_nothing() {
        let Surveyed { household, mut survey } = survey(&household());
        let photo = PhotoId::new(household.id.clone(), 7);
        let flagged = |survey: &Survey| {
            let next = Survey::photo_rejected(&household, std::slice::from_ref(survey), &photo, now());
            assert_eq!((next.revision, next.version), (household.revision + 1, household.version));
            next.alerts.contains_key(&AlertKind::PhotoRejected)
        };
        assert!(!flagged(&survey));
        survey.form.photo_ids.push(photo.clone());
        assert!(flagged(&survey));
    }

    #[test]
    fn a_survey_survives_storage() {
        let Surveyed { household, survey } = survey(&household());
        let edited = survey.edit(&household, survey.form.clone(), township(), now()).survey;
        for survey in [survey, edited] {
            let stored = serde_json::to_value(&survey).unwrap();
            assert_eq!(serde_json::from_value::<Survey>(stored).unwrap(), survey);
        }
    }
}
