use anju_http::feedback::identity::PublicDoor;
use anju_http::feedback::{edit, form};
use anju_http::form::read;
use anju_http::request::json;
use anju_http::view::feedback::ReceiptView;
use anju_http::write::Once;
use anju_http::{Answer, ApiError, respond::json_answer};
use jiff::Timestamp;
use lambda_http::Request;
use lambda_http::http::StatusCode;

pub struct Context {
    pub door: PublicDoor,
}

pub async fn handle(context: &Context, request: Request) -> Answer {
    let (identity, report) = read(json(&request)?, form::public_report)?;
    let once = Once::of_anybody(&request, &context.door.control)?;
    // Sent again after a lost answer: the captcha is used up, and the body as a whole proves who it is.
    if let Some(id) = once.answered().await?.and_then(|answered| answered.reference) {
        let feedback_id = id.parse().map_err(ApiError::internal)?;
        return json_answer(StatusCode::CREATED, &ReceiptView { feedback_id });
    }
    let household = context.door.admit(&request, &identity, Timestamp::now()).await?;
    let reported = edit::report(&context.door.registry, &household.id, report, None, &once).await?;
    json_answer(StatusCode::CREATED, &ReceiptView { feedback_id: reported.feedback.id })
}
