//! Changes of reports: each in one transaction with its household, once, decided anew when somebody else
//! was faster.

use anju_domain::change::{Actor, ChangeKind};
use anju_domain::feedback::{Feedback, Handling, Official, Report, Reported, Urge};
use anju_domain::household::Household;
use anju_domain::ids::{FeedbackId, HouseholdId};
use anju_domain::text::Note;
use anju_store::household::Transition;
use anju_store::{Registry, StoreError};
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::auth::Caller;
use crate::error::ApiError;
use crate::feedback::form::HandleForm;
use crate::write::{ATTEMPTS, Once, pause};

/// The caller, as reports name those who act on them.
pub fn official(caller: &Caller) -> Result<Official, ApiError> {
    let profile = caller.account.profile.as_ref().ok_or(ApiError::ProfileIncomplete)?;
    Ok(Official {
        account: caller.region().to_string(),
        name: profile.name.clone(),
        position: profile.position.clone(),
    })
}

/// Reports a problem of a household: the household itself, or the officer whose account this is.
pub async fn report(
    registry: &Registry,
    household: &HouseholdId,
    report: Report,
    officer: Option<&Caller>,
    once: &Once<'_>,
) -> Result<Reported, ApiError> {
    let account = officer.map(|caller| caller.region().to_string());
    let by = account.clone().map_or(Actor::Household, Actor::Account);
    for attempt in 0..ATTEMPTS {
        if let Some(answered) = once.answered().await? {
            return earlier(registry, answered.reference.as_deref()).await;
        }
        let before = registry.household(household).await?.ok_or(ApiError::NotFound)?;
        let now = Timestamp::now();
        let id = FeedbackId::new(household.clone(), Uuid::now_v7().as_u128());
        let after = Feedback::report(&before, id, report.clone(), account.clone(), now)?;
        let remember = once.remember(Some(after.feedback.id.to_string()), now)?;
        let recorded = json!({
            "feedback_id": after.feedback.id, "type": report.kind, "source": after.feedback.source,
            "content": report.content,
        });
        let mut with = registry.feedback_writes(None, &after.feedback)?;
        with.extend(remember);
        let transition = Transition {
            before: Some(&before),
            after: after.household,
            kind: ChangeKind::FeedbackReported,
            by: by.clone(),
            recorded,
            photo: None,
            with,
        };
        if let Some(reported) = committed(registry, transition, after.feedback, attempt).await? {
            return Ok(reported);
        }
    }
    Err(ApiError::Busy)
}

/// The report with its household as committed; none where others were faster, after a pause.
async fn committed(
    registry: &Registry,
    transition: Transition<'_>,
    feedback: Feedback,
    attempt: u32,
) -> Result<Option<Reported>, ApiError> {
    match registry.commit(transition).await {
        Ok(household) => Ok(Some(Reported { household, feedback })),
        Err(StoreError::Conflict) => {
            pause(attempt).await;
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// What was reported before under the same key.
async fn earlier(registry: &Registry, reference: Option<&str>) -> Result<Reported, ApiError> {
    let id: FeedbackId = reference.and_then(|id| id.parse().ok()).ok_or(ApiError::NotFound)?;
    find(registry, &id).await
}

/// The report and its household.
pub async fn find(registry: &Registry, id: &FeedbackId) -> Result<Reported, ApiError> {
    let found = registry.feedback_with_households(std::slice::from_ref(id)).await?;
    let (feedback, household) = found.into_iter().next().ok_or(ApiError::NotFound)?;
    Ok(Reported { household, feedback })
}

/// Handles a report.
pub async fn handle(
    registry: &Registry,
    by: &Official,
    id: &FeedbackId,
    form: &HandleForm,
    once: &Once<'_>,
) -> Result<Reported, ApiError> {
    change(registry, by, id, once, ChangeKind::FeedbackHandled, |held, now| {
        let handling = Handling { by: by.clone(), at: now, opinion: form.opinion.clone() };
        let after = held.feedback.handle(held.household, held.all, handling, form.reopen)?;
        let reopened = after.household.state() != held.household.state();
        let recorded = json!({"feedback_id": id, "opinion": form.opinion, "verification_reopened": reopened});
        Ok((after, recorded))
    })
    .await
}

/// Urges those below to handle a report.
pub async fn urge(
    registry: &Registry,
    by: &Official,
    id: &FeedbackId,
    note: &Note,
    once: &Once<'_>,
) -> Result<Reported, ApiError> {
    change(registry, by, id, once, ChangeKind::FeedbackUrged, |held, now| {
        let urge = Urge { by: by.clone(), at: now, note: note.clone() };
        let after = held.feedback.urge(held.household, urge)?;
        Ok((after, json!({"feedback_id": id, "note": note})))
    })
    .await
}

/// A report as it is, before a decision about it.
struct Held<'a> {
    household: &'a Household,
    feedback: &'a Feedback,
    all: &'a [Feedback],
}

async fn change(
    registry: &Registry,
    by: &Official,
    id: &FeedbackId,
    once: &Once<'_>,
    kind: ChangeKind,
    decide: impl Fn(Held<'_>, Timestamp) -> Result<(Reported, Value), ApiError>,
) -> Result<Reported, ApiError> {
    for attempt in 0..ATTEMPTS {
        let again = once.answered().await?.is_some();
        let before = registry.household(id.household()).await?.ok_or(ApiError::NotFound)?;
        // Read after the household: a report that changes in between moved the household's revision.
        let all = registry.feedback_of(id.household()).await?;
        let feedback = all.iter().find(|feedback| feedback.id == *id).ok_or(ApiError::NotFound)?;
        if again {
            return Ok(Reported { household: before, feedback: feedback.clone() });
        }
        let now = Timestamp::now();
        let (after, recorded) = decide(Held { household: &before, feedback, all: &all }, now)?;
        let mut with = registry.feedback_writes(Some(feedback), &after.feedback)?;
        with.extend(once.remember(None, now)?);
        let transition = Transition {
            before: Some(&before),
            after: after.household,
            kind,
            by: Actor::Account(by.account.clone()),
            recorded,
            photo: None,
            with,
        };
        if let Some(reported) = committed(registry, transition, after.feedback, attempt).await? {
            return Ok(reported);
        }
    }
    Err(ApiError::Busy)
}
