//! What people fill in when they report, handle or urge.

use crate::form::Fields;
use anju_domain::feedback::{FeedbackType, Report};
use anju_domain::identity::Claim;
use anju_domain::ids::FeedbackId;
use anju_domain::text::Note;
use anju_domain::violation::ViolationCode;

/// Reports that are handled together.
const MAX_IDS: usize = 100;
/// Characters of a captcha's id and answer: ours are shorter.
const MAX_CAPTCHA: usize = 64;

/// Who somebody without an account says they are, and the captcha that they solved.
#[derive(Debug, Clone)]
pub struct IdentityForm {
    /// Their numbers.
    pub claim: Claim,
    /// The captcha.
    pub captcha_id: String,
    /// Its answer.
    pub captcha: String,
}

/// Reads the fields of the identity check.
pub fn identity(fields: &mut Fields) -> Option<IdentityForm> {
    // Any form: people know the number on their card, old as it may be.
    let id_number = fields.parsed("id_number", ViolationCode::InvalidIdNumber);
    let id_number = fields.require("id_number", id_number);
    let phone = fields.phone("phone");
    let phone = fields.require("phone", phone);
    let captcha_id = short(fields, "captcha_id");
    let captcha = short(fields, "captcha");
    Some(IdentityForm {
        claim: Claim { id_number: id_number?, phone: phone? },
        captcha_id: captcha_id?,
        captcha: captcha?,
    })
}

fn short(fields: &mut Fields, name: &str) -> Option<String> {
    let text = fields.string(name);
    let text = fields.require(name, text)?;
    if text.len() > MAX_CAPTCHA {
        fields.reject("captcha", ViolationCode::WrongCaptcha);
        return None;
    }
    Some(text)
}

/// What the address of the page for reporting may say: `lang=en` for English. Anything else is Chinese.
pub fn page_address(fields: &mut Fields) -> Option<String> {
    fields.string("lang")
}

/// Reads what is reported.
pub fn report(fields: &mut Fields) -> Option<Report> {
    let (kind, content) = parts_of_report(fields);
    let kind = fields.require("type", kind);
    let content = fields.require("content", content);
    Some(Report { kind: kind?, content: content? })
}

fn parts_of_report(fields: &mut Fields) -> (Option<FeedbackType>, Option<Note>) {
    (fields.choice("type"), fields.text("content"))
}

/// What an official decides about a report.
#[derive(Debug, Clone)]
pub struct HandleForm {
    /// 处理意见.
    pub opinion: Note,
    /// The verification is to be opened again.
    pub reopen: bool,
}

/// Reads how one report is handled.
pub fn handle(fields: &mut Fields) -> Option<HandleForm> {
    let reopen = fields.flag("reopen_verification").unwrap_or(false);
    Some(HandleForm { opinion: note(fields, "opinion")?, reopen })
}

/// Reads how several reports are handled.
pub fn handle_several(fields: &mut Fields) -> Option<(Vec<FeedbackId>, HandleForm)> {
    let ids: Vec<FeedbackId> = fields.list("ids", MAX_IDS, ViolationCode::Unknown);
    let some = (!ids.is_empty()).then_some(ids);
    let ids = if fields.is_rejected_below("ids") { some } else { fields.require("ids", some) };
    let opinion = note(fields, "opinion");
    Some((ids?, HandleForm { opinion: opinion?, reopen: false }))
}

/// Reads what somebody says who urges.
pub fn urge(fields: &mut Fields) -> Option<Note> {
    note(fields, "note")
}

/// What the script-free form sends: who, and what they report unless they only look.
pub fn page_form(fields: &mut Fields) -> Option<(IdentityForm, Option<Report>)> {
    let only_query = fields.word("do", &["query", "report"]) == Some("query");
    let identity = identity(fields);
    if only_query {
        // The form sends its other inputs too, filled in or not.
        parts_of_report(fields);
        return Some((identity?, None));
    }
    let report = report(fields);
    Some((identity?, Some(report?)))
}

/// Reads who reports from the public page, and what.
pub fn public_report(fields: &mut Fields) -> Option<(IdentityForm, Report)> {
    let (identity, report) = (identity(fields), report(fields));
    Some((identity?, report?))
}

fn note(fields: &mut Fields, name: &str) -> Option<Note> {
    let text = fields.text(name);
    fields.require(name, text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::error::ApiError;
    use crate::form;

    fn broken<T>(outcome: Result<T, ApiError>) -> Vec<(String, ViolationCode)> {
        match outcome {
            Err(ApiError::Invalid(broken)) => {
                broken.into_iter().map(|violation| (violation.pointer, violation.code)).collect()
            }
            _ => Vec::new(),
        }
    }

    #[test]
    fn all_that_is_wrong_with_a_report_from_the_page_is_said_at_once() {
        let body = json!({"id_number": "1", "phone": "", "captcha_id": "c", "type": "noise", "content": " ", "x": 1});
        assert_eq!(
            broken(form::read(body, public_report)),
            [
                ("/id_number".to_owned(), ViolationCode::InvalidIdNumber),
                ("/phone".to_owned(), ViolationCode::Required),
                ("/captcha".to_owned(), ViolationCode::Required),
                ("/type".to_owned(), ViolationCode::Unknown),
                ("/content".to_owned(), ViolationCode::Required),
                ("/x".to_owned(), ViolationCode::Unknown),
            ]
        );
    }

    #[test]
    fn an_old_number_of_15_digits_may_be_typed() {
        let body = json!({"id_number": "110105491231002", "phone": "16000000001", "captcha_id": "c", "captcha": "5"});
        assert!(form::read(body, identity).is_ok());
    }

    #[test]
    fn whoever_only_looks_may_leave_the_rest_of_the_form_empty_but_not_fill_it_wrongly() {
        let sent = |kind: &str, content: &str| {
            let body = json!({
                "do": "query", "id_number": "11010519491231002X", "phone": "13900000001", "captcha_id": "c",
                "captcha": "7", "type": kind, "content": content,
            });
            form::read(body, page_form)
        };
        for (kind, content) in [("", ""), ("other", "还没写完")] {
            assert!(sent(kind, content).unwrap().1.is_none());
        }
        assert_eq!(broken(sent("noise", "")), [("/type".to_owned(), ViolationCode::Unknown)]);
        let long = "长".repeat(5_000);
        assert_eq!(broken(sent("", &long)), [("/content".to_owned(), ViolationCode::TooLong)]);
    }

    #[test]
    fn several_are_handled_by_their_ids_which_must_be_some() {
        let id = format!("530627101203-1-{:032x}", 7);
        let read = |ids| form::read(json!({"ids": ids, "opinion": "已处理"}), handle_several);
        assert_eq!(read(json!([id, id])).unwrap().0.len(), 1);
        assert_eq!(broken(read(json!([]))), [("/ids".to_owned(), ViolationCode::Required)]);
        assert_eq!(broken(read(json!(["x"]))), [("/ids/0".to_owned(), ViolationCode::Unknown)]);
        let many: Vec<String> = (0..101).map(|n| format!("530627101203-1-{n:032x}")).collect();
        assert_eq!(broken(read(json!(many))), [("/ids".to_owned(), ViolationCode::OutOfRange)]);
    }
}
