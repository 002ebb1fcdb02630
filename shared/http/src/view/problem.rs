//! What clients see where a call fails (RFC 9457).

use anju_domain::violation::ViolationCode;
use lambda_http::http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::error::{ApiError, violation_words};
use crate::language::Language;

/// Why a call failed.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub struct ProblemView {
    #[serde(rename = "type")]
    kind: &'static str,
    /// For people, in the language that they prefer.
    title: &'static str,
    status: u16,
    /// What to do, for people.
    detail: &'static str,
    /// The request's id, as in `x-request-id` and in the logs.
    instance: String,
    /// For programs; stable.
    code: &'static str,
    /// All that is wrong with a form.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldProblem>,
    /// The record as it is now, where somebody else edited it meanwhile.
    #[serde(skip_serializing_if = "Option::is_none")]
    current: Option<Value>,
}

/// What is wrong with a field.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FieldProblem {
    /// JSON pointer; parameters and headers are named like fields.
    pointer: String,
    code: ViolationCode,
    /// For people.
    detail: &'static str,
}

impl ProblemView {
    /// The error of a request, in the reader's language.
    pub fn new(error: &ApiError, request_id: &str, language: Language) -> Self {
        let (status, code): (StatusCode, _) = error.status();
        let (title, detail) = error.words(language);
        let field = |pointer: &str, code| FieldProblem {
            pointer: pointer.to_owned(),
            code,
            detail: violation_words(code, language),
        };
        let (mut errors, mut current) = (Vec::new(), None);
        match error {
            ApiError::Invalid(broken) => {
                errors.extend(broken.iter().map(|one| field(&one.pointer, one.code)));
            }
            ApiError::CaptchaRequired => errors.push(field("/captcha", ViolationCode::CaptchaRequired)),
            ApiError::Stale { current: now } => current = Some((**now).clone()),
            _ => {}
        }
        let instance = format!("urn:request:{request_id}");
        ProblemView {
            kind: "about:blank",
            title,
            status: status.as_u16(),
            detail,
            instance,
            code,
            errors,
            current,
        }
    }
}
