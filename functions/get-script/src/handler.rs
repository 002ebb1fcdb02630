use anju_http::request::path;
use anju_http::{Answer, ApiError};
use anju_lookup_page::{SCRIPT, SCRIPT_CACHE_CONTROL, SCRIPT_TYPE, script_name};
use lambda_http::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use lambda_http::{Body, Request, Response};

/// A page that asks for another version does without: only this one can be checked against its digest.
pub async fn handle(request: Request) -> Answer {
    if path::<String>(&request, "name")? != script_name() {
        return Err(ApiError::NotFound);
    }
    Response::builder()
        .header(CONTENT_TYPE, SCRIPT_TYPE)
        .header(CACHE_CONTROL, SCRIPT_CACHE_CONTROL)
        .header(X_CONTENT_TYPE_OPTIONS, "nosniff")
        .body(Body::Text(SCRIPT.to_owned()))
        .map_err(ApiError::internal)
}
