//! Saving, completing and returning verifications.

use anju_domain::household::Refused;
use anju_domain::ids::HouseholdId;
use anju_http::ApiError;
use anju_http::form;
use anju_http::verification_form::form_fields;
use anju_http::view::household::HouseholdView;
use serde_json::json;

use crate::operation::{Group, Operation};
use crate::samples;

pub(crate) const TAG: &str = "Verification";
const GROUP: Group = Group(TAG);

pub(crate) fn operations() -> Vec<Operation> {
    vec![
        GROUP
            .accounts("PUT /v1/households/{id}/verification", "save-verification", "Saves a draft")
            .note(
                "Replaces the draft as a whole. It may be incomplete, not malformed or empty. For the household's own \
                 village.",
            )
            .path::<HouseholdId>("id")
            .if_match()
            .once()
            .body(form_fields, json!({"result": "secured", "guarantee": "appraised"}))
            .by_level()
            .fails(&[
                ApiError::Refused(Refused::Completed),
                ApiError::Refused(Refused::Left),
                ApiError::Refused(Refused::DeadlineOver),
            ])
            .answers::<HouseholdView>(200, samples::household())
            .with_etag(),
        GROUP
            .accounts(
                "POST /v1/households/{id}/verification/complete",
                "complete-verification",
                "Completes a verification, or corrects a completed one",
            )
            .note(
                "Without a body the draft is completed. All broken rules are listed. Photos have to be uploaded, not \
                 yet processed. For the household's own village.",
            )
            .path::<HouseholdId>("id")
            .if_match()
            .once()
            .optional_body(form_fields, samples::form())
            .by_level()
            .fails(&[ApiError::Refused(Refused::Left), ApiError::Refused(Refused::DeadlineOver)])
            .answers::<HouseholdView>(200, samples::household())
            .with_etag(),
        GROUP
            .accounts(
                "POST /v1/households/{id}/verification/return",
                "return-verification",
                "Sends a completed verification back to the village",
            )
            .note("It becomes a draft again and leaves the counts. For townships and above.")
            .path::<HouseholdId>("id")
            .if_match()
            .once()
            .body(form::reason, json!({"reason": "照片不是房屋正立面"}))
            .by_level()
            .fails(&[ApiError::Refused(Refused::Left), ApiError::Refused(Refused::NotCompleted)])
            .answers::<HouseholdView>(200, samples::household())
            .with_etag(),
    ]
}
