//! Forms: reads a JSON object field by field and collects everything that is wrong with it.

use std::str::FromStr;

use anju_domain::id_number::{IdForm, IdNumber};
use anju_domain::phone::Phone;
use anju_domain::text::{InvalidText, Note, Text};
use anju_domain::time::VisitTime;
use anju_domain::violation::{Violation, ViolationCode};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::error::ApiError;

/// An object of the body, and what was found wrong with it so far.
///
/// Each field is taken once; what is left at the end is unknown. `null` and blank texts count as
/// absent, as forms send them for empty inputs.
#[derive(Debug)]
pub struct Fields {
    object: Map<String, Value>,
    base: String,
    broken: Vec<Violation>,
}

/// Reads a body with `read`, and gives its result or everything that is wrong.
pub fn read<T>(body: Value, read: impl FnOnce(&mut Fields) -> Option<T>) -> Result<T, ApiError> {
    match read_leniently(body, read)? {
        (Some(value), broken) if broken.is_empty() => Ok(value),
        (_, broken) => Err(ApiError::Invalid(broken)),
    }
}

/// Reads a body with `read`, and gives its result together with everything that is wrong, for
/// callers that know of further rules to report with it.
pub fn read_leniently<T>(
    body: Value,
    read: impl FnOnce(&mut Fields) -> T,
) -> Result<(T, Vec<Violation>), ApiError> {
    let Value::Object(object) = body else { return Err(ApiError::invalid("", ViolationCode::WrongType)) };
    let mut fields = Fields { object, base: String::new(), broken: Vec::new() };
    let value = read(&mut fields);
    fields.refuse_unknown();
    Ok((value, fields.broken))
}

/// What is wrong with fields, then with rules; of one field only the former.
pub fn all_broken(fields: Vec<Violation>, rules: Vec<Violation>) -> Vec<Violation> {
    let mut all = fields;
    let unread = |rule: &Violation| {
        all.iter().any(|field| {
            let below = field.pointer.strip_prefix(&rule.pointer);
            below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    };
    let new: Vec<Violation> = rules.into_iter().filter(|rule| !unread(rule)).collect();
    all.extend(new);
    all
}

/// Reads a body that says a reason and nothing else.
pub fn read_reason(body: Value) -> Result<Note, ApiError> {
    read(body, |fields| {
        let reason = fields.text("reason");
        fields.require("reason", reason)
    })
}

impl Fields {
    /// Notes that something is wrong with `name`.
    pub fn reject(&mut self, name: &str, code: ViolationCode) {
        self.broken.push(Violation::new(format!("{}/{name}", self.base), code));
    }

    /// Whether something below `name` was found wrong.
    pub fn is_rejected_below(&self, name: &str) -> bool {
        let prefix = format!("{}/{name}/", self.base);
        self.broken.iter().any(|violation| violation.pointer.starts_with(&prefix))
    }

    /// The value, or a note that it is missing.
    pub fn require<T>(&mut self, name: &str, value: Option<T>) -> Option<T> {
        let pointer = format!("{}/{name}", self.base);
        let noted = self.broken.iter().any(|violation| violation.pointer == pointer);
        if value.is_none() && !noted {
            self.reject(name, ViolationCode::Required);
        }
        value
    }

    /// A text as it stands, not blank.
    pub fn string(&mut self, name: &str) -> Option<String> {
        match self.object.remove(name)? {
            Value::Null => None,
            Value::String(text) if text.trim().is_empty() => None,
            Value::String(text) => Some(text),
            _ => {
                self.reject(name, ViolationCode::WrongType);
                None
            }
        }
    }

    /// A text that parses; `code` where it doesn't.
    pub fn parsed<T: FromStr>(&mut self, name: &str, code: ViolationCode) -> Option<T> {
        let parsed = self.string(name)?.parse().ok();
        if parsed.is_none() {
            self.reject(name, code);
        }
        parsed
    }

    /// Free text.
    pub fn text<const MAX: usize>(&mut self, name: &str) -> Option<Text<MAX>> {
        match self.string(name)?.parse() {
            Ok(text) => Some(text),
            Err(InvalidText::TooLong(_)) => {
                self.reject(name, ViolationCode::TooLong);
                None
            }
            Err(InvalidText::Empty | InvalidText::Control) => {
                self.reject(name, ViolationCode::Malformed);
                None
            }
        }
    }

    /// A mobile phone.
    pub fn phone(&mut self, name: &str) -> Option<Phone> {
        self.parsed(name, ViolationCode::InvalidPhone)
    }

    /// An ID number typed by a person: of 18 or 20 characters.
    pub fn id_number(&mut self, name: &str) -> Option<IdNumber> {
        let id: IdNumber = self.parsed(name, ViolationCode::InvalidIdNumber)?;
        if id.form() == IdForm::Legacy {
            self.reject(name, ViolationCode::InvalidIdNumber);
            return None;
        }
        Some(id)
    }

    /// A date or a time with offset.
    pub fn visit_time(&mut self, name: &str) -> Option<VisitTime> {
        self.parsed(name, ViolationCode::InvalidTime)
    }

    /// One of the words of an enum.
    pub fn choice<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        let chosen = serde_json::from_value(Value::String(self.string(name)?)).ok();
        if chosen.is_none() {
            self.reject(name, ViolationCode::Unknown);
        }
        chosen
    }

    /// A number.
    pub fn number(&mut self, name: &str) -> Option<f64> {
        match self.object.remove(name)? {
            Value::Null => None,
            value => value.as_f64().or_else(|| {
                self.reject(name, ViolationCode::WrongType);
                None
            }),
        }
    }

    /// Yes or no.
    pub fn flag(&mut self, name: &str) -> Option<bool> {
        match self.object.remove(name)? {
            Value::Null => None,
            Value::Bool(flag) => Some(flag),
            _ => {
                self.reject(name, ViolationCode::WrongType);
                None
            }
        }
    }

    /// A whole number from zero up.
    pub fn whole_number(&mut self, name: &str) -> Option<u64> {
        match self.object.remove(name)? {
            Value::Null => None,
            value => value.as_u64().or_else(|| {
                self.reject(name, ViolationCode::WrongType);
                None
            }),
        }
    }

    /// A list of texts that parse, without repetitions; empty where absent.
    pub fn list<T: FromStr + PartialEq>(&mut self, name: &str, code: ViolationCode) -> Vec<T> {
        let items = match self.object.remove(name) {
            None | Some(Value::Null) => return Vec::new(),
            Some(Value::Array(items)) => items,
            Some(_) => {
                self.reject(name, ViolationCode::WrongType);
                return Vec::new();
            }
        };
        let mut parsed = Vec::new();
        for (index, item) in items.iter().enumerate() {
            match item.as_str().map(str::parse) {
                Some(Ok(value)) if parsed.contains(&value) => {}
                Some(Ok(value)) => parsed.push(value),
                Some(Err(_)) => self.reject(&format!("{name}/{index}"), code),
                None => self.reject(&format!("{name}/{index}"), ViolationCode::WrongType),
            }
        }
        parsed
    }

    /// An object within; none where absent.
    pub fn object<T>(&mut self, name: &str, read: impl FnOnce(&mut Fields) -> T) -> Option<T> {
        let object = match self.object.remove(name)? {
            Value::Null => return None,
            Value::Object(object) => object,
            _ => {
                self.reject(name, ViolationCode::WrongType);
                return None;
            }
        };
        let base = format!("{}/{name}", self.base);
        let mut inner = Fields { object, base, broken: Vec::new() };
        let value = read(&mut inner);
        inner.refuse_unknown();
        self.broken.append(&mut inner.broken);
        Some(value)
    }

    fn refuse_unknown(&mut self) {
        for name in std::mem::take(&mut self.object).into_iter().map(|(name, _)| name) {
            let escaped = name.replace('~', "~0").replace('/', "~1");
            self.reject(&escaped, ViolationCode::Unknown);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(body: Value, reader: impl FnOnce(&mut Fields)) -> Vec<(String, ViolationCode)> {
        let outcome = read(body, |fields| {
            reader(fields);
            Some(())
        });
        let Err(ApiError::Invalid(broken)) = outcome else { return Vec::new() };
        broken.into_iter().map(|violation| (violation.pointer, violation.code)).collect()
    }

    #[test]
    fn everything_wrong_is_reported_at_once() {
        let body = serde_json::json!({
            "phone": "12", "id_number": "110105491231002", "name": 7, "extra": 1, "inner": {"what/ever": null, "phone": ""},
            "photo_ids": ["x", 3]
        });
        let found = broken(body, |fields| {
            fields.phone("phone");
            fields.id_number("id_number");
            fields.text::<5>("name");
            fields.list::<anju_domain::ids::PhotoId>("photo_ids", ViolationCode::PhotoUnknown);
            fields.object("inner", |inner| {
                let phone = inner.phone("phone");
                inner.require("phone", phone);
            });
            fields.require::<()>("missing", None);
        });
        let expected = [
            ("/phone", ViolationCode::InvalidPhone),
            ("/id_number", ViolationCode::InvalidIdNumber),
            ("/name", ViolationCode::WrongType),
            ("/photo_ids/0", ViolationCode::PhotoUnknown),
            ("/photo_ids/1", ViolationCode::WrongType),
            ("/inner/phone", ViolationCode::Required),
            ("/inner/what~1ever", ViolationCode::Unknown),
            ("/missing", ViolationCode::Required),
            ("/extra", ViolationCode::Unknown),
        ];
        assert_eq!(found, expected.map(|(pointer, code)| (pointer.to_owned(), code)));
    }

    #[test]
    fn blank_and_null_are_absent() {
        let body = serde_json::json!({"name": "  ", "phone": null});
        assert!(
            broken(body, |fields| assert!(
                fields.text::<5>("name").is_none() && fields.phone("phone").is_none()
            ))
            .is_empty()
        );
    }

    #[test]
    fn a_body_that_is_no_object_is_of_the_wrong_type() {
        assert_eq!(broken(serde_json::json!([1]), |_| ()), [(String::new(), ViolationCode::WrongType)]);
    }
}
