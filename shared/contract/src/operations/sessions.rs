//! Signing in, and one's own account.

use anju_http::ApiError;
use anju_http::account_form::{passwords, profile, refresh, sign_in};
use anju_http::view::account::AccountView;
use anju_http::view::captcha::CaptchaView;
use anju_http::view::session::SessionView;
use serde_json::json;

use crate::operation::{Group, Operation};
use crate::samples;

pub(crate) const TAG: &str = "Sessions";
const GROUP: Group = Group(TAG);

pub(crate) fn operations() -> Vec<Operation> {
    vec![
        GROUP
            .public("GET /v1/captcha", "get-captcha", "A captcha, to be solved once")
            .note("`question` says in words what `image_svg` shows.")
            .answers::<CaptchaView>(
                200,
                json!({
                    "captcha_id": "0f6b6c1e8a0e4b5c9d8f7a6b5c4d3e2f",
                    "image_svg": "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 160 60\"></svg>",
                    "question": "How much is 3 plus 4? Give the number.", "expires_at": "2020-06-03T02:27:31Z",
                }),
            ),
        GROUP
            .public("POST /v1/sessions", "create-session", "Signs in")
            .note(
                "The account's name is its region's code. Accounts that don't exist get the same answer in the same \
                 time. After three wrong passwords a captcha is required; one that is sent is always checked.",
            )
            .body(sign_in, json!({"account": "530627101203", "password": "Anju-2020-demo"}))
            .fails(&[
                ApiError::InvalidCredentials,
                ApiError::CaptchaRequired,
                ApiError::TooMany { retry_after: 1 },
            ])
            .answers::<SessionView>(201, samples::session()),
        GROUP
            .public("POST /v1/sessions/refresh", "refresh-session", "New tokens for a refresh token")
            .note(
                "The token that was sent gives the same successor again for 60 seconds, until that is used. An older \
                 one ends the session.",
            )
            .body(refresh, json!({"refresh_token": "530627101203.7f0c…"}))
            .fails(&[ApiError::Unauthorized, ApiError::Busy])
            .answers::<SessionView>(200, samples::session()),
        GROUP.first_day("DELETE /v1/sessions", "delete-session", "Signs out").answers_nothing(),
        GROUP
            .first_day("GET /v1/me", "get-me", "The caller's account")
            .answers::<AccountView>(200, samples::account()),
        GROUP
            .first_day("PUT /v1/me", "complete-profile", "Gives name, position and phone")
            .once()
            .body(profile, json!({"name": "王小明", "position": "驻村第一书记", "phone": "16000000001"}))
            .answers::<AccountView>(200, samples::account()),
        GROUP
            .first_day("PUT /v1/me/password", "change-password", "Replaces the password")
            .note(
                "8 to 20 characters with digits, upper case, lower case and a symbol. Ends all other sessions of the \
                 account.",
            )
            .once()
            .body(passwords, json!({"old_password": "a123456", "new_password": "Anju-2020-demo"}))
            .answers::<AccountView>(200, samples::account()),
    ]
}
