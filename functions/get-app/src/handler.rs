use anju_http::{Answer, respond::cacheable_answer};
use lambda_http::Request;
use serde::Serialize;

#[derive(Serialize)]
pub struct Context {
    pub version: String,
    pub minimum_version: String,
    pub verification_deadline: String,
    pub countdown_to: String,
}

pub async fn handle(context: &Context, _request: Request) -> Answer {
    cacheable_answer(context)
}
