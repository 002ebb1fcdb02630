use anju_http::{Answer, respond::cacheable_answer};
use lambda_http::Request;
use serde_json::Value;

pub struct Context {
    pub document: Value,
}

pub async fn handle(context: &Context, _request: Request) -> Answer {
    cacheable_answer(&context.document)
}
