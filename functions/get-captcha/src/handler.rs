use anju_http::auth::captcha;
use anju_http::language::preferred;
use anju_http::view::captcha::CaptchaView;
use anju_http::{Answer, respond::json_answer};
use anju_store::Control;
use jiff::Timestamp;
use lambda_http::Request;
use lambda_http::http::StatusCode;

pub struct Context {
    pub control: Control,
    pub fixed_answer: String,
}

pub async fn handle(context: &Context, request: Request) -> Answer {
    let now = Timestamp::now();
    let drawn = captcha::draw(&context.fixed_answer, preferred(request.headers()), now);
    context.control.give_captcha(&drawn.captcha).await?;
    json_answer(StatusCode::OK, &CaptchaView::new(drawn, now))
}
