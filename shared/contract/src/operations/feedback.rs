//! Reported problems, for officers and officials.

use anju_domain::household::Refused;
use anju_domain::ids::{FeedbackId, HouseholdId};
use anju_http::ApiError;
use anju_http::feedback::{filter, form};
use anju_http::view::feedback::{FeedbackItem, FeedbackView, ReportedView, ResultsView};
use anju_http::view::list::ListView;
use serde_json::{Value, json};

use crate::operation::{Group, Operation};
use crate::samples;

pub(crate) const TAG: &str = "Feedback";
const GROUP: Group = Group(TAG);

pub(crate) fn operations() -> Vec<Operation> {
    let reported = {
        let Value::Object(mut fields) = samples::feedback() else { return Vec::new() };
        fields.insert("feedback_id".to_owned(), samples::FEEDBACK.into());
        Value::Object(fields)
    };
    vec![
        GROUP
            .accounts("POST /v1/households/{id}/feedback", "report-feedback", "Reports a household's problem")
            .note("For the household's own village.")
            .path::<HouseholdId>("id")
            .once()
            .body(form::report, json!({"type": "house_quality", "content": "屋顶漏水"}))
            .by_level()
            .fails(&[ApiError::Refused(Refused::Left)])
            .answers::<ReportedView>(201, reported),
        GROUP
            .accounts("GET /v1/feedback", "list-feedback", "Reports of a region")
            .note("Open ones are listed oldest first, others newest first.")
            .query(filter::parameters)
            .of_region()
            .answers::<ListView<FeedbackItem>>(200, samples::list(&samples::feedback_item(), 12)),
        GROUP
            .accounts("POST /v1/feedback/search", "search-feedback", "The same, also by name or ID number")
            .body(filter::body_fields, json!({"name": "张三", "status": "open"}))
            .of_region()
            .answers::<ListView<FeedbackItem>>(200, samples::list(&samples::feedback_item(), 1)),
        GROUP
            .accounts("GET /v1/feedback/{id}", "get-feedback", "A report")
            .path::<FeedbackId>("id")
            .answers::<FeedbackView>(200, samples::feedback()),
        GROUP
            .accounts("POST /v1/feedback/{id}/handle", "handle-feedback", "Handles a report")
            .note("For townships and above. `reopen_verification` sends the verification back to the village too.")
            .path::<FeedbackId>("id")
            .once()
            .body(form::handle, json!({"opinion": "已派人维修", "reopen_verification": false}))
            .by_level()
            .fails(&[ApiError::Refused(Refused::AlreadyHandled)])
            .answers::<FeedbackView>(200, samples::feedback()),
        GROUP
            .accounts("POST /v1/feedback/handle", "handle-feedback-bulk", "Handles several reports")
            .note("Each by itself: those that can't be handled keep none of the others back.")
            .once()
            .body(form::handle_several, json!({"ids": [samples::FEEDBACK], "opinion": "已派人维修"}))
            .by_level()
            .answers::<ResultsView>(200, json!({"results": [{"id": samples::FEEDBACK, "handled": true}]})),
        GROUP
            .accounts("POST /v1/feedback/{id}/urge", "urge-feedback", "Urges those below to handle a report")
            .note("For counties and above.")
            .path::<FeedbackId>("id")
            .once()
            .body(form::urge, json!({"note": "请尽快处理"}))
            .by_level()
            .fails(&[ApiError::Refused(Refused::AlreadyHandled)])
            .answers::<FeedbackView>(200, samples::feedback()),
    ]
}
