use anju_http::view::campaign::HealthView;
use anju_http::{Answer, respond::json_answer};
use lambda_http::Request;
use lambda_http::http::StatusCode;

pub struct Context {}

pub async fn handle(_context: &Context, _request: Request) -> Answer {
    json_answer(StatusCode::OK, &HealthView::ok())
}
