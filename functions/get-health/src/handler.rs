use anju_http::{Answer, respond::json_answer};
use lambda_http::Request;
use lambda_http::http::StatusCode;
use serde_json::json;

pub struct Context {}

pub async fn handle(_context: &Context, _request: Request) -> Answer {
    json_answer(StatusCode::OK, &json!({"status": "ok"}))
}
