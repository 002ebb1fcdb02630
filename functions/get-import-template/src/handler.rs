use anju_domain::access::Action;
use anju_http::auth::{Authenticator, FirstSignIn};
use anju_http::import_form::template_kind;
use anju_http::request::path;
use anju_http::{Answer, ApiError, respond::answer};
use lambda_http::http::StatusCode;
use lambda_http::{Body, Request};

use crate::workbook;

/// What a workbook is.
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

pub struct Context {
    pub auth: Authenticator,
}

pub async fn handle(context: &Context, request: Request) -> Answer {
    let caller = context.auth.caller(&request, FirstSignIn::MustBeDone).await?;
    caller.may(Action::Import, caller.region())?;
    let kind = template_kind(&path::<String>(&request, "kind")?)?;
    let workbook = workbook::template(kind).map_err(ApiError::internal)?;
    answer(StatusCode::OK, XLSX, Body::Binary(workbook))
}
