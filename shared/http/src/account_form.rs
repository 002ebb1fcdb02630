//! What people fill in when they sign in and for their own account.

use anju_domain::account::{Profile, is_strong_password};
use anju_domain::violation::ViolationCode;

use crate::form::Fields;

/// Who wants to sign in.
pub struct SignIn {
    /// The account's name, as it was typed.
    pub account: String,
    /// The password.
    pub password: String,
    /// A captcha, if they solved one.
    pub captcha_id: Option<String>,
    /// Its answer.
    pub captcha: Option<String>,
}

/// Reads who wants to sign in.
pub fn sign_in(fields: &mut Fields) -> Option<SignIn> {
    let (account, password) = (fields.string("account"), fields.string("password"));
    let (captcha_id, captcha) = (fields.string("captcha_id"), fields.string("captcha"));
    let account = fields.require("account", account);
    let password = fields.require("password", password);
    Some(SignIn { account: account?, password: password?, captcha_id, captcha })
}

/// Reads the refresh token.
pub fn refresh(fields: &mut Fields) -> Option<String> {
    let token = fields.string("refresh_token");
    fields.require("refresh_token", token)
}

/// Reads name, position and phone.
pub fn profile(fields: &mut Fields) -> Option<Profile> {
    let (name, position, phone) = (fields.text("name"), fields.text("position"), fields.phone("phone"));
    let name = fields.require("name", name);
    let position = fields.require("position", position);
    let phone = fields.require("phone", phone);
    Some(Profile { name: name?, position: position?, phone: phone? })
}

/// Reads the old password and a new one, which is strong and another.
pub fn passwords(fields: &mut Fields) -> Option<(String, String)> {
    let old = fields.string("old_password");
    let new = fields.string("new_password");
    if new.as_deref().is_some_and(|new| !is_strong_password(new) || old.as_deref() == Some(new)) {
        fields.reject("new_password", ViolationCode::WeakPassword);
    }
    let old = fields.require("old_password", old);
    let new = fields.require("new_password", new);
    Some((old?, new?))
}
