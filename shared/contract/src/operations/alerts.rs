//! Data alerts.

use anju_domain::region_alert::AnyAlertId;
use anju_http::form;
use anju_http::list_form;
use anju_http::view::alert::{AlertView, DismissedView};
use anju_http::view::list::ListView;
use serde_json::json;

use crate::operation::{Group, Operation};
use crate::samples;

pub(crate) const TAG: &str = "Alerts";
const GROUP: Group = Group(TAG);

pub(crate) fn operations() -> Vec<Operation> {
    vec![
        GROUP
            .accounts("GET /v1/alerts", "list-alerts", "Alerts that are not dismissed, newest first")
            .query(list_form::alerts)
            .of_region()
            .answers::<ListView<AlertView>>(
                200,
                samples::list(
                    &json!({
                        "id": "530627101203-17-unsecured-4", "kind": "unsecured", "household": samples::HOUSEHOLD,
                        "region": samples::village(), "raised_at": "2020-06-03T02:30:00Z",
                    }),
                    1,
                ),
            ),
        GROUP
            .accounts("POST /v1/alerts/{id}/dismiss", "dismiss-alert", "Dismisses an alert")
            .note("For townships and above. The reason is kept, of a household in its history. Answers the household's record, or the region's alert.")
            .path::<AnyAlertId>("id")
            .once()
            .body(form::reason, json!({"reason": "已核实"}))
            .by_level()
            .answers::<DismissedView>(200, samples::household()),
    ]
}
