use anju_domain::access::Action;
use anju_domain::change::ChangeKind;
use anju_domain::household::Household;
use anju_domain::ids::AlertId;
use anju_domain::region_alert::{AnyAlertId, RegionAlertId};
use anju_domain::text::Note;
use anju_http::auth::{Caller, FirstSignIn};
use anju_http::edit::{Decision, Edit, Edits};
use anju_http::form;
use anju_http::request::{IfMatch, json, path};
use anju_http::respond::json_answer;
use anju_http::view::alert::AlertView;
use anju_http::write::Once;
use anju_http::{Answer, ApiError, region_alert};
use jiff::Timestamp;
use lambda_http::Request;
use lambda_http::http::StatusCode;

pub type Context = Edits;

pub async fn handle(context: &Context, request: Request) -> Answer {
    let caller = context.auth.caller(&request, FirstSignIn::MustBeDone).await?;
    match path(&request, "id")? {
        AnyAlertId::OfHousehold(id) => of_household(context, &request, &caller, id).await,
        AnyAlertId::OfRegion(id) => of_region(context, &request, &caller, &id).await,
    }
}

async fn of_household(context: &Context, request: &Request, caller: &Caller, id: AlertId) -> Answer {
    caller.may_with(Action::DismissAlert, &id.household)?;
    let reason = form::read(json(request)?, form::reason)?;
    let household = id.household.clone();
    let dismiss = Dismiss { id, reason };
    let after = context.carry_out(request, caller, &household, IfMatch::Any, &dismiss).await?;
    context.records.answer(request, caller, &after).await
}

async fn of_region(context: &Context, request: &Request, caller: &Caller, id: &RegionAlertId) -> Answer {
    caller.may_in(Action::DismissAlert, &id.region)?;
    let reason = form::read(json(request)?, form::reason)?;
    let once = Once::of(request, caller.region(), &context.control)?;
    let registry = &context.records.registry;
    let alert = region_alert::dismiss(registry, caller, &once, id, reason).await?;
    json_answer(StatusCode::OK, &AlertView::of_region(registry, alert).await?)
}

struct Dismiss {
    id: AlertId,
    reason: Note,
}

impl Edit for Dismiss {
    async fn decide(&self, household: &Household, now: Timestamp) -> Result<Decision, ApiError> {
        let after = household.dismiss(self.id.kind, self.id.revision, now).ok_or(ApiError::NotFound)?;
        let recorded = serde_json::json!({"alert": self.id, "reason": self.reason});
        Ok(Decision { after, kind: ChangeKind::AlertDismissed, recorded })
    }
}
