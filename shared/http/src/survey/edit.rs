//! Entering and editing surveys: each in one transaction with its household, once, decided anew when
//! somebody else was faster.

use anju_domain::access::permit_survey_edit;
use anju_domain::change::ChangeKind;
use anju_domain::household::Household;
use anju_domain::ids::{HouseholdId, SurveyId};
use anju_domain::photo::Purpose;
use anju_domain::survey::{Survey, SurveyForm, Surveyed};
use jiff::Timestamp;
use lambda_http::Request;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::auth::Caller;
use crate::edit::{Act, Decision, Deed, Done, Edits};
use crate::error::ApiError;
use crate::request::IfMatch;
use crate::survey::form::SentSurvey;
use crate::survey::listing::{find, view};

/// Enters a survey of a household.
pub async fn conduct(
    edits: &Edits,
    request: &Request,
    caller: &Caller,
    household: &HouseholdId,
    sent: SentSurvey,
) -> Result<Surveyed, ApiError> {
    let act = Conduct { edits, caller, sent };
    outcome(edits, edits.perform(request, caller, household, IfMatch::Any, &act).await?).await
}

/// Replaces what a survey says, if it is still the version that `if_match` asks for.
pub async fn edit(
    edits: &Edits,
    request: &Request,
    caller: &Caller,
    survey: &SurveyId,
    if_match: IfMatch,
    sent: SentSurvey,
) -> Result<Surveyed, ApiError> {
    let act = Rewrite { edits, caller, id: survey, if_match, sent };
    outcome(edits, edits.perform(request, caller, survey.household(), IfMatch::Any, &act).await?).await
}

/// The survey that was entered or edited, now or by an earlier request under the same key, as it is now.
async fn outcome(edits: &Edits, done: Done) -> Result<Surveyed, ApiError> {
    let id = done.reference.and_then(|id| id.parse::<SurveyId>().ok()).ok_or(ApiError::NotFound)?;
    find(&edits.records.registry, &id).await
}

/// The form, if every rule holds, those of its photos too.
async fn checked(
    edits: &Edits,
    household: &Household,
    sent: &SentSurvey,
    now: Timestamp,
) -> Result<SurveyForm, ApiError> {
    let of_photos = edits.records.check_photos(household, Purpose::Survey, sent.photo_ids()).await?;
    sent.clone().into_complete(of_photos, now)
}

struct Conduct<'a> {
    edits: &'a Edits,
    caller: &'a Caller,
    sent: SentSurvey,
}

impl Act for Conduct<'_> {
    async fn act(&self, household: &Household, now: Timestamp) -> Result<Deed, ApiError> {
        let form = checked(self.edits, household, &self.sent, now).await?;
        let id = SurveyId::new(household.id.clone(), Uuid::now_v7().as_u128());
        let by = self.caller.region().clone();
        let Surveyed { household: after, survey } = Survey::conduct(household, id, form, by, now)?;
        let with = self.edits.records.registry.new_survey_writes(&survey)?;
        let kind = ChangeKind::SurveyConducted;
        Ok(Deed {
            decision: Decision { after, kind, recorded: recorded(&survey)? },
            with,
            reference: Some(survey.id.to_string()),
        })
    }
}

struct Rewrite<'a> {
    edits: &'a Edits,
    caller: &'a Caller,
    id: &'a SurveyId,
    if_match: IfMatch,
    sent: SentSurvey,
}

impl Act for Rewrite<'_> {
    async fn act(&self, household: &Household, now: Timestamp) -> Result<Deed, ApiError> {
        let registry = &self.edits.records.registry;
        let before = registry.survey(self.id).await?.ok_or(ApiError::NotFound)?;
        permit_survey_edit(self.caller.region(), &before.created.by)?;
        if !self.if_match.accepts(before.version) {
            return Err(stale(self.edits, household, before).await?);
        }
        let form = checked(self.edits, household, &self.sent, now).await?;
        let by = self.caller.region().clone();
        let Surveyed { household: after, survey } = before.edit(household, form, by, now);
        let with = vec![registry.edited_survey_write(&survey)?];
        let kind = ChangeKind::SurveyEdited;
        Ok(Deed {
            decision: Decision { after, kind, recorded: recorded(&survey)? },
            with,
            reference: Some(survey.id.to_string()),
        })
    }
}

/// The answer to an edit of what is no longer current: with what is.
async fn stale(edits: &Edits, household: &Household, now: Survey) -> Result<ApiError, ApiError> {
    let surveyed = Surveyed { household: household.clone(), survey: now };
    let view = view(&edits.records.registry, &surveyed).await?;
    let current = serde_json::to_value(view).map_err(ApiError::internal)?;
    Ok(ApiError::Stale { current: Box::new(current) })
}

/// What the history records: the survey as it is now.
fn recorded(survey: &Survey) -> Result<Value, ApiError> {
    let mut recorded = serde_json::to_value(&survey.form).map_err(ApiError::internal)?;
    recorded["survey_id"] = json!(survey.id);
    recorded["survey_version"] = survey.version.into();
    Ok(recorded)
}
