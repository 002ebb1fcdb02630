use anju_http::view::campaign::AppView;
use anju_http::{Answer, respond::cacheable_answer};
use lambda_http::Request;

pub type Context = AppView;

pub async fn handle(context: &Context, _request: Request) -> Answer {
    cacheable_answer(context)
}
