use anju_domain::access::Action;
use anju_domain::change::ChangeKind;
use anju_domain::draft::Draft;
use anju_domain::household::{Deadline, Household};
use anju_domain::ids::HouseholdId;
use anju_http::auth::FirstSignIn;
use anju_http::edit::{Decision, Edit, Edits};
use anju_http::request::{if_match, json, path};
use anju_http::verification_form;
use anju_http::{Answer, ApiError};
use jiff::Timestamp;
use lambda_http::Request;

pub struct Context {
    pub edits: Edits,
    pub deadline: Deadline,
}

pub async fn handle(context: &Context, request: Request) -> Answer {
    let caller = context.edits.auth.caller(&request, FirstSignIn::MustBeDone).await?;
    let id: HouseholdId = path(&request, "id")?;
    caller.may_with(Action::Verify, &id)?;
    let draft = verification_form::read(json(&request)?)?.into_draft(Timestamp::now())?;
    let if_match = if_match(&request)?;
    let household =
        context.edits.carry_out(&request, &caller, &id, if_match, &Save { context, draft }).await?;
    context.edits.records.answer(&request, &caller, &household).await
}

struct Save<'a> {
    context: &'a Context,
    draft: Draft,
}

impl Edit for Save<'_> {
    async fn decide(&self, household: &Household, now: Timestamp) -> Result<Decision, ApiError> {
        let after = household.save_draft(self.draft.clone(), &self.context.deadline, now)?;
        let broken = self.context.edits.records.check_draft_photos(household, &self.draft.photo_ids).await?;
        if !broken.is_empty() {
            return Err(ApiError::Invalid(broken));
        }
        let recorded = serde_json::to_value(&self.draft).map_err(ApiError::internal)?;
        Ok(Decision { after, kind: ChangeKind::DraftSaved, recorded })
    }
}
