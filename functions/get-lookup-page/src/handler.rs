use anju_domain::ids::LookupToken;
use anju_http::request::path;
use anju_http::respond::html_page;
use anju_http::{Answer, ApiError};
use anju_lookup_page::{headers, not_found_page};
use anju_store::pages::Pages;
use lambda_http::Request;
use lambda_http::http::StatusCode;

pub struct Context {
    pub pages: Pages,
}

pub async fn handle(context: &Context, request: Request) -> Answer {
    let page = match path::<LookupToken>(&request, "token") {
        Ok(token) => context.pages.get(&token).await?,
        Err(_) => None,
    };
    let (status, html) = match page {
        Some(html) => (StatusCode::OK, html),
        None => (StatusCode::NOT_FOUND, not_found_page().as_bytes().to_vec()),
    };
    let text = String::from_utf8(html).map_err(ApiError::internal)?;
    html_page(&request, status, headers(), text)
}
