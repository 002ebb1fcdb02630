//! What households use, without an account.

use anju_domain::household::Refused;
use anju_domain::ids::LookupToken;
use anju_http::ApiError;
use anju_http::feedback::form;
use anju_http::view::feedback::{OwnFeedbackList, ReceiptView};
use serde_json::json;

use crate::operation::{Group, Operation};
use crate::samples;

pub(crate) const TAG: &str = "Households' own page";
const GROUP: Group = Group(TAG);

pub(crate) fn operations() -> Vec<Operation> {
    let identity = json!({
        "id_number": samples::ID_NUMBER, "phone": samples::PHONE, "captcha_id": "0f6b6c1e8a0e4b5c9d8f7a6b5c4d3e2f",
        "captcha": "7",
    });
    let report = {
        let mut report = identity.clone();
        report["type"] = "subsidy".into();
        report["content"] = "补助未到账".into();
        report
    };
    vec![
        GROUP
            .public("GET /q/{token}", "get-lookup-page", "The public page of a household")
            .note("Unknown and withdrawn tokens get the same page, 404.")
            .path_of_page()
            .fails_in_html(&[404])
            .answers_with(200, "text/html", "<!doctype html>"),
        GROUP
            .public("GET /scripts/{name}", "get-script", "The script of the public pages")
            .note("Another version has another name.")
            .path::<String>("name")
            .answers_with(200, "text/javascript", "(function () {})();"),
        GROUP
            .public("GET /q/{token}/report", "report-page", "The form to report a problem without scripts")
            .note("In English with `lang=en`.")
            .path_of_page()
            .query(form::page_address)
            .fails_in_html(&[404])
            .answers_with(200, "text/html", "<!doctype html>"),
        GROUP
            .public("POST /q/{token}/report", "report-page", "Reports a problem, or shows one's own reports")
            .named("sendReportPage")
            .note("`do=query` shows reports without making one. What is wrong is said on the page.")
            .path_of_page()
            .query(form::page_address)
            .form(true, "application/x-www-form-urlencoded", form::page_form, report.clone())
            .fails(&[ApiError::Busy])
            .fails_in_html(&[400, 403, 404, 409, 422, 429, 503])
            .answers_with(200, "text/html", "<!doctype html>"),
        GROUP
            .public(
                "POST /v1/public/households/{token}/feedback",
                "report-feedback-public",
                "Reports a problem of one's own household",
            )
            .note(
                "Whoever knows the ID number of the head or a member and the household's phone. A wrong one and an \
                 unknown token get the same answer.",
            )
            .path_of_page()
            .once()
            .body(form::public_report, report)
            .fails(&[
                ApiError::IdentityMismatch,
                ApiError::TooMany { retry_after: 1 },
                ApiError::Refused(Refused::Left),
            ])
            .answers::<ReceiptView>(201, json!({"feedback_id": samples::FEEDBACK})),
        GROUP
            .public(
                "POST /v1/public/households/{token}/feedback/query",
                "query-own-feedback",
                "One's own reports and how they were handled",
            )
            .path_of_page()
            .body(form::identity, identity)
            .fails(&[ApiError::IdentityMismatch, ApiError::TooMany { retry_after: 1 }])
            .answers::<OwnFeedbackList>(
                200,
                json!({"items": [{
                    "id": samples::FEEDBACK, "type": "subsidy", "content": "补助未到账", "status": "handled",
                    "reported_at": "2020-06-05T01:00:00Z", "handled_at": "2020-06-06T02:00:00Z", "opinion": "已补发",
                }]}),
            ),
    ]
}

impl Operation {
    /// The token of a page, about which nothing is said.
    fn path_of_page(self) -> Self {
        self.path_parameter::<LookupToken>("token")
    }
}
