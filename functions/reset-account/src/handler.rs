use anju_domain::region::RegionCode;
use anju_http::account_edit::{AccountEdits, edit_below};
use anju_http::auth::FirstSignIn;
use anju_http::auth::initial::{Initial, InitialPasswords};
use anju_http::form;
use anju_http::issue_form::initial;
use anju_http::request::{optional_json, path};
use anju_http::view::account::IssuedView;
use anju_http::{Answer, respond::json_answer};
use jiff::Timestamp;
use lambda_http::Request;
use lambda_http::http::StatusCode;

pub struct Context {
    pub edits: AccountEdits,
    pub passwords: InitialPasswords,
}

pub async fn handle(context: &Context, request: Request) -> Answer {
    let caller = context.edits.auth.caller(&request, FirstSignIn::MustBeDone).await?;
    let region: RegionCode = path(&request, "id")?;
    let initial = optional_json(&request)?.map_or(Ok(Initial::Random), |body| form::read(body, initial))?;
    let issued = context.passwords.issue(initial, Timestamp::now())?;
    let reset = edit_below(&context.edits, &request, &caller, &region, |account| {
        account.reset(issued.hash.clone(), issued.until)
    });
    let view = match reset.await? {
        Some(_) => IssuedView::issued(region, issued.password.clone(), issued.until),
        // Carried out before: the password was shown then, and isn't kept.
        None => IssuedView::existing(region),
    };
    json_answer(StatusCode::OK, &view)
}
