//! Finding and reading households.

use anju_domain::household::Refused;
use anju_domain::ids::{HouseholdId, LookupToken};
use anju_http::ApiError;
use anju_http::form;
use anju_http::household_query::{body_fields, parameters};
use anju_http::view::history::HistoryView;
use anju_http::view::household::{HouseholdItem, HouseholdView};
use anju_http::view::list::ListView;
use anju_http::view::lookup::FoundView;
use serde_json::json;

use crate::operation::{Group, Operation};
use crate::samples;

pub(crate) const TAG: &str = "Households";
const GROUP: Group = Group(TAG);

pub(crate) fn operations() -> Vec<Operation> {
    vec![
        GROUP
            .accounts("GET /v1/households", "list-households", "Households of a region, by what was found")
            .note(
                "`result`, `guarantee` and `detail` mean what was verified unless `state=draft` is asked for too. \
                 `total` is `null` where nothing counts that combination.",
            )
            .query(parameters)
            .of_region()
            .answers::<ListView<HouseholdItem>>(200, samples::list(&samples::household_item(), 1404)),
        GROUP
            .accounts(
                "POST /v1/households/search",
                "search-households",
                "The same, also by names and ID numbers",
            )
            .note("Personal data never stands in an address. Names and ID numbers match exactly.")
            .body(body_fields, json!({"head_name": "张三"}))
            .of_region()
            .answers::<ListView<HouseholdItem>>(200, samples::list(&samples::household_item(), 1)),
        GROUP
            .accounts("GET /v1/households/{id}", "get-household", "A household's record")
            .path::<HouseholdId>("id")
            .answers::<HouseholdView>(200, samples::household())
            .with_etag(),
        GROUP
            .accounts("GET /v1/households/{id}/history", "get-history", "All that happened to a household")
            .note("A hash chain that can be checked offline. Above the township personal values are left out.")
            .path::<HouseholdId>("id")
            .answers::<HistoryView>(200, samples::history()),
        GROUP
            .accounts("POST /v1/households/{id}/reveal", "reveal-household", "The record with its full numbers")
            .note("Leaves an entry with the reason in the history.")
            .path::<HouseholdId>("id")
            .once()
            .body(form::reason, json!({"reason": "核对身份信息"}))
            .answers::<HouseholdView>(200, samples::household())
            .with_etag(),
        GROUP
            .accounts("GET /v1/lookup/{token}", "get-lookup", "The household of a code that was scanned")
            .path::<LookupToken>("token")
            .answers::<FoundView>(200, json!({"id": samples::HOUSEHOLD, "region": samples::village()})),
        GROUP
            .accounts(
                "POST /v1/households/{id}/lookup/renew",
                "renew-lookup",
                "Withdraws the public page's address and makes another",
            )
            .note("For townships and above.")
            .path::<HouseholdId>("id")
            .once()
            .by_level()
            .fails(&[ApiError::Refused(Refused::NotCompleted)])
            .answers::<HouseholdView>(200, samples::household())
            .with_etag(),
        GROUP
            .accounts("GET /v1/households/{id}/qr.svg", "get-household-qr", "The QR code of the public page")
            .path::<HouseholdId>("id")
            .fails(&[ApiError::Refused(Refused::NotCompleted)])
            .answers_with(200, "image/svg+xml", "<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>"),
        GROUP
            .accounts("GET /v1/households/{id}/qr.png", "get-household-qr", "The same as a picture of pixels")
            .named("getHouseholdQrPng")
            .path::<HouseholdId>("id")
            .fails(&[ApiError::Refused(Refused::NotCompleted)])
            .answers_with(200, "image/png", "the picture"),
    ]
}
