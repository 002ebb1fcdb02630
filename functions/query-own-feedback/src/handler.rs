use anju_http::feedback::form;
use anju_http::feedback::identity::PublicDoor;
use anju_http::form::read;
use anju_http::request::json;
use anju_http::view::feedback::{OwnFeedback, OwnFeedbackList};
use anju_http::{Answer, respond::json_answer};
use jiff::Timestamp;
use lambda_http::Request;
use lambda_http::http::StatusCode;

pub struct Context {
    pub door: PublicDoor,
}

pub async fn handle(context: &Context, request: Request) -> Answer {
    let identity = read(json(&request)?, form::identity)?;
    let household = context.door.admit(&request, &identity, Timestamp::now()).await?;
    let reports = context.door.registry.feedback_of(&household.id).await?;
    json_answer(StatusCode::OK, &OwnFeedbackList { items: OwnFeedback::among(&reports) })
}
