//! Field surveys.

use anju_domain::household::Refused;
use anju_domain::ids::{HouseholdId, SurveyId};
use anju_http::ApiError;
use anju_http::survey::form::form_fields;
use anju_http::survey::listing::parameters;
use anju_http::view::list::ListView;
use anju_http::view::survey::SurveyView;
use serde_json::json;

use crate::operation::{Group, Operation};
use crate::samples;

pub(crate) const TAG: &str = "Surveys";
const GROUP: Group = Group(TAG);

pub(crate) fn operations() -> Vec<Operation> {
    let form = json!({
        "surveyor": "赵五", "surveyed_at": "2020-06-10", "public": true, "opinion": "同意核验结果",
        "finding": "房屋安全,已入住", "photo_ids": [],
    });
    vec![
        GROUP
            .accounts("POST /v1/households/{id}/surveys", "create-survey", "Enters a survey of a household")
            .note("For townships and above. What is public stands on the household's page.")
            .path::<HouseholdId>("id")
            .once()
            .body(form_fields, form.clone())
            .by_level()
            .fails(&[ApiError::Refused(Refused::Left)])
            .answers::<SurveyView>(201, samples::survey())
            .with_etag(),
        GROUP
            .accounts("GET /v1/surveys", "list-surveys", "Surveys of a region, the last one first")
            .query(parameters)
            .of_region()
            .answers::<ListView<SurveyView>>(200, samples::list(&samples::survey(), 1)),
        GROUP
            .accounts("GET /v1/surveys/{id}", "get-survey", "A survey")
            .path::<SurveyId>("id")
            .answers::<SurveyView>(200, samples::survey())
            .with_etag(),
        GROUP
            .accounts("PUT /v1/surveys/{id}", "update-survey", "Replaces what a survey says")
            .note("For accounts of the level that entered it or above.")
            .path::<SurveyId>("id")
            .optional_if_match()
            .once()
            .body(form_fields, form)
            .by_level()
            .answers::<SurveyView>(200, samples::survey())
            .with_etag(),
    ]
}
