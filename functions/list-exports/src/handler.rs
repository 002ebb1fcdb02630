use anju_http::auth::{Authenticator, FirstSignIn};
use anju_http::export::kept_until;
use anju_http::list_form::{exports, read_address};
use anju_http::view::export::ExportView;
use anju_http::view::list::ListView;
use anju_http::{Answer, ApiError, respond::json_answer};
use anju_store::Control;
use jiff::Timestamp;
use lambda_http::Request;
use lambda_http::http::StatusCode;

pub struct Context {
    pub auth: Authenticator,
    pub control: Control,
}

pub async fn handle(context: &Context, request: Request) -> Answer {
    let caller = context.auth.caller(&request, FirstSignIn::MustBeDone).await?;
    let query = read_address(&request, exports)?;
    if query.after.as_ref().is_some_and(|after| after.account() != caller.region()) {
        return Err(ApiError::NotFound);
    }
    let page = context.control.exports_of(caller.region(), query.after.as_ref(), query.limit).await?;
    let now = Timestamp::now();
    let items = page.exports.iter().map(|export| ExportView::new(export, kept_until(export), now)).collect();
    json_answer(StatusCode::OK, &ListView::new(items, page.next.as_ref(), now))
}
