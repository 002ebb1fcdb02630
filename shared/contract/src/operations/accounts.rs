//! Accounts one level down.

use anju_domain::region::RegionCode;
use anju_http::ApiError;
use anju_http::issue_form;
use anju_http::list_form;
use anju_http::view::account::{AccountItem, IssuedList, IssuedView};
use anju_http::view::list::ListView;
use serde_json::json;

use crate::operation::{Group, Operation};
use crate::samples;

pub(crate) const TAG: &str = "Accounts";
const GROUP: Group = Group(TAG);

pub(crate) fn operations() -> Vec<Operation> {
    vec![
        GROUP
            .accounts("GET /v1/accounts", "list-accounts", "The accounts below a region")
            .note("A row per child region, issued or not. For townships and above.")
            .query(list_form::accounts)
            .of_region()
            .by_level()
            .answers::<ListView<AccountItem>>(200, samples::list(&samples::account_item(), 30)),
        GROUP
            .accounts("POST /v1/accounts", "issue-accounts", "Issues accounts one level down")
            .note(
                "Exactly one of `region`, `regions` and `children_of`. Initial passwords are shown this once; accounts \
                 that exist have none.",
            )
            .once()
            .body(issue_form::accounts, json!({"children_of": "530627101"}))
            .of_region()
            .by_level()
            .fails(&[ApiError::AccountExists])
            .answers::<IssuedList>(201, json!({"accounts": [samples::issued()]})),
        GROUP
            .accounts("POST /v1/accounts/{id}/reset", "reset-account", "Gives an account a new initial password")
            .note("Keeps the profile and lifts a disabling.")
            .path::<RegionCode>("id")
            .once()
            .optional_body(issue_form::initial, json!({"initial_password": "random"}))
            .of_region()
            .by_level()
            .answers::<IssuedView>(200, samples::issued()),
        GROUP
            .accounts("POST /v1/accounts/{id}/disable", "disable-account", "Disables an account")
            .note("Takes effect at once, on its sessions too.")
            .path::<RegionCode>("id")
            .once()
            .of_region()
            .by_level()
            .answers::<AccountItem>(200, samples::account_item()),
    ]
}
