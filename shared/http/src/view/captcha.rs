//! Captchas as clients see them.

use anju_domain::time::DateTime;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::auth::captcha::Drawn;

/// A captcha to be solved once.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Captcha")]
pub struct CaptchaView {
    captcha_id: String,
    /// The picture.
    image_svg: String,
    /// The same in words, for those who listen.
    question: String,
    #[schemars(with = "DateTime")]
    expires_at: Timestamp,
}

impl CaptchaView {
    /// One that was drawn at `now`.
    pub fn new(drawn: Drawn, now: Timestamp) -> Self {
        let expires_at = Timestamp::from_second(drawn.captcha.expires_at).unwrap_or(now);
        let Drawn { captcha, image_svg, question } = drawn;
        CaptchaView { captcha_id: captcha.id, image_svg, question, expires_at }
    }
}
