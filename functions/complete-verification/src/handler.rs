use std::sync::atomic::{AtomicBool, Ordering};

use anju_domain::access::Action;
use anju_domain::burst::{BurstLimit, Slot};
use anju_domain::change::ChangeKind;
use anju_domain::household::{Deadline, Household};
use anju_domain::ids::{HouseholdId, LookupToken};
use anju_domain::photo::Purpose;
use anju_domain::summary::State;
use anju_domain::violation::ViolationCode;
use anju_http::auth::FirstSignIn;
use anju_http::edit::{Decision, Edit, Edits};
use anju_http::request::{if_match, optional_json, path};
use anju_http::verification_form::{self, SentForm};
use anju_http::{Answer, ApiError};
use anju_metrics::{Metric, count};
use jiff::Timestamp;
use lambda_http::Request;
use tracing::error;

pub struct Context {
    pub edits: Edits,
    pub deadline: Deadline,
    pub burst_limit: BurstLimit,
}

pub async fn handle(context: &Context, request: Request) -> Answer {
    let caller = context.edits.auth.caller(&request, FirstSignIn::MustBeDone).await?;
    let id: HouseholdId = path(&request, "id")?;
    caller.may_with(Action::Verify, &id)?;
    let sent = optional_json(&request)?.map(verification_form::read).transpose()?;
    let if_match = if_match(&request)?;
    let complete = Complete { context, sent, visited: AtomicBool::new(false) };
    let household = context.edits.carry_out(&request, &caller, &id, if_match, &complete).await?;
    if complete.visited.into_inner() {
        count(Metric::VerificationsCompleted, 1);
    }
    context.edits.records.answer(&request, &caller, &household).await
}

/// Completes with the form that was sent, or with the draft as it is.
struct Complete<'a> {
    context: &'a Context,
    sent: Option<SentForm>,
    /// Whether this was a visit and no correction. What was answered before isn't decided again.
    visited: AtomicBool,
}

impl Edit for Complete<'_> {
    async fn decide(&self, household: &Household, now: Timestamp) -> Result<Decision, ApiError> {
        let stored = || household.form().cloned().map(SentForm::stored);
        let form = self.sent.clone().or_else(stored);
        let form = form.ok_or_else(|| ApiError::invalid("", ViolationCode::Required))?;
        let of_photos = self
            .context
            .edits
            .records
            .check_photos(household, Purpose::Verification, form.photo_ids())
            .await?;
        let (draft, complete) = form.into_complete(household, of_photos, now)?;
        let recorded = serde_json::to_value(&draft).map_err(ApiError::internal)?;
        let token = LookupToken::from_random(rand::random());
        let after = household.complete(draft, complete, token, &self.context.deadline, now)?;
        let corrected = household.state() == State::Completed;
        self.visited.store(!corrected, Ordering::Relaxed);
        // A correction is no visit.
        let after = if corrected { after } else { self.noted_visit(after, now).await };
        let kind = if corrected { ChangeKind::Corrected } else { ChangeKind::Completed };
        Ok(Decision { after, kind, recorded })
    }
}

impl Complete<'_> {
    /// Notes the visit, and flags the household where too many were visited within an hour. An alert
    /// never stands in the way of a completion: what can't be noted flags nothing.
    async fn noted_visit(&self, household: Household, now: Timestamp) -> Household {
        let Some(visited_at) = household.verification().map(|verification| verification.visited_at) else {
            return household;
        };
        let account = household.id.village().region();
        let (control, limit) = (&self.context.edits.control, self.context.burst_limit);
        let noted = control.note_visit(account, &household.id, Slot::of(visited_at, now), limit, now).await;
        let in_a_burst = noted.unwrap_or_else(|cause| {
            error!(%cause, "a visit could not be noted");
            false
        });
        household.visited(in_a_burst)
    }
}
