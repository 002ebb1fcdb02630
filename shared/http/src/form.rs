//! Forms: reads a JSON object field by field and collects everything that is wrong with it. The same
//! reader describes its form for the API document, so that the two can't differ.

use std::ops::RangeInclusive;
use std::str::FromStr;

use anju_domain::id_number::{IdForm, IdNumber};
use anju_domain::phone::Phone;
use anju_domain::text::{InvalidText, Note, Text};
use anju_domain::time::{DateTime, VisitTime};
use anju_domain::violation::{Violation, ViolationCode};
use jiff::Timestamp;
use lambda_http::{Request, RequestExt};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::error::ApiError;
use crate::form_schema::{FormSchema, Kind};

/// An object of the body, and what was found wrong with it so far.
///
/// Each field is taken once; what is left at the end is unknown. `null` and empty texts count as
/// absent, as forms send them for empty inputs.
#[derive(Debug, Default)]
pub struct Fields {
    object: Map<String, Value>,
    base: String,
    broken: Vec<Violation>,
    /// The fields are parameters of an address: numbers and flags come as texts.
    of_address: bool,
    /// There while the form is described and not read: then every field is absent.
    described: Option<Described>,
}

#[derive(Debug, Default)]
struct Described {
    generator: SchemaGenerator,
    form: FormSchema,
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
    let mut fields = Fields { object, ..Fields::default() };
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

/// Reads the parameters of an address with `read`. Unknown ones are refused: a filter that is ignored
/// misleads. Of one that is given twice the first counts.
pub fn read_address<T>(
    request: &Request,
    read: impl FnOnce(&mut Fields) -> Option<T>,
) -> Result<T, ApiError> {
    let parameters = request.query_string_parameters_ref();
    let mut object = Map::new();
    for (name, text) in parameters.into_iter().flat_map(|parameters| parameters.iter()) {
        object.entry(name).or_insert_with(|| Value::from(text));
    }
    let mut fields = Fields { object, of_address: true, ..Fields::default() };
    let value = read(&mut fields);
    fields.refuse_unknown();
    value.filter(|_| fields.broken.is_empty()).ok_or(ApiError::Invalid(fields.broken))
}

/// The fields that `read` asks for. It has to ask for all of them whatever it finds.
pub fn describe<T>(generator: &mut SchemaGenerator, read: impl FnOnce(&mut Fields) -> T) -> FormSchema {
    let described = Described { generator: std::mem::take(generator), form: FormSchema::default() };
    let mut fields = Fields { described: Some(described), ..Fields::default() };
    read(&mut fields);
    let described = fields.described.unwrap_or_default();
    *generator = described.generator;
    described.form
}

/// The reason of a form that has nothing else.
pub fn reason(fields: &mut Fields) -> Option<Note> {
    let reason = fields.text("reason");
    fields.require("reason", reason)
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
        if let Some(described) = &mut self.described {
            described.form.require(name);
        }
        let pointer = format!("{}/{name}", self.base);
        let noted = self.broken.iter().any(|violation| violation.pointer == pointer);
        if value.is_none() && !noted {
            self.reject(name, ViolationCode::Required);
        }
        value
    }

    /// A text as it stands, not empty.
    pub fn string(&mut self, name: &str) -> Option<String> {
        self.string_of(name, Kind::Text, |_| json_schema!({"type": "string"}))
    }

    /// A text that parses; `code` where it doesn't.
    pub fn parsed<T: FromStr + JsonSchema>(&mut self, name: &str, code: ViolationCode) -> Option<T> {
        let text = self.string_of(name, Kind::Word, |generator| generator.subschema_for::<T>())?;
        let parsed = text.parse().ok();
        if parsed.is_none() {
            self.reject(name, code);
        }
        parsed
    }

    /// An instant.
    pub fn timestamp(&mut self, name: &str) -> Option<Timestamp> {
        let text = self.string_of(name, Kind::Word, |generator| generator.subschema_for::<DateTime>())?;
        let parsed = text.parse().ok();
        if parsed.is_none() {
            self.reject(name, ViolationCode::InvalidTime);
        }
        parsed
    }

    /// Free text. Blank ones count as absent.
    pub fn text<const MAX: usize>(&mut self, name: &str) -> Option<Text<MAX>> {
        let text = self.string_of(name, Kind::Text, |generator| generator.subschema_for::<Text<MAX>>())?;
        match text.parse() {
            Ok(text) => Some(text),
            Err(InvalidText::Empty) => None,
            Err(InvalidText::TooLong(_)) => {
                self.reject(name, ViolationCode::TooLong);
                None
            }
            Err(InvalidText::Control) => {
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
    pub fn choice<T: DeserializeOwned + JsonSchema>(&mut self, name: &str) -> Option<T> {
        let word = self.string_of(name, Kind::Word, |generator| generator.subschema_for::<T>())?;
        let chosen = serde_json::from_value(Value::String(word)).ok();
        if chosen.is_none() {
            self.reject(name, ViolationCode::Unknown);
        }
        chosen
    }

    /// One of these words, in capitals or not.
    pub fn word(&mut self, name: &str, known: &'static [&'static str]) -> Option<&'static str> {
        let sent = self.string_of(name, Kind::Word, |_| json_schema!({"type": "string", "enum": known}))?;
        let word = known.iter().copied().find(|word| word.eq_ignore_ascii_case(&sent));
        if word.is_none() {
            self.reject(name, ViolationCode::Unknown);
        }
        word
    }

    /// A number between two others.
    pub fn number(&mut self, name: &str, least: f64, most: f64) -> Option<f64> {
        let schema = json_schema!({"type": "number", "minimum": least, "maximum": most});
        self.within(name, schema, Value::as_f64, least..=most)
    }

    /// Yes or no.
    pub fn flag(&mut self, name: &str) -> Option<bool> {
        let flag = self.take(name, Kind::Other, |_| json_schema!({"type": "boolean"}))?.as_bool();
        if flag.is_none() {
            self.reject(name, ViolationCode::WrongType);
        }
        flag
    }

    /// A whole number between two others.
    pub fn whole_number(&mut self, name: &str, least: u64, most: u64) -> Option<u64> {
        let schema = json_schema!({"type": "integer", "minimum": least, "maximum": most});
        self.within(name, schema, Value::as_u64, least..=most)
    }

    /// A list of at most `most` texts that parse, without repetitions; empty where absent.
    pub fn list<T: FromStr + PartialEq + JsonSchema>(
        &mut self,
        name: &str,
        most: usize,
        code: ViolationCode,
    ) -> Vec<T> {
        let schema = |generator: &mut SchemaGenerator| {
            let item = generator.subschema_for::<T>();
            json_schema!({"type": "array", "items": item, "maxItems": most})
        };
        let items = match self.take(name, Kind::Other, schema) {
            None => return Vec::new(),
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
        if parsed.len() > most {
            self.reject(name, ViolationCode::OutOfRange);
        }
        parsed
    }

    /// An object within; none where absent.
    pub fn object<T>(&mut self, name: &str, read: impl FnOnce(&mut Fields) -> T) -> Option<T> {
        if let Some(described) = &mut self.described {
            let inner = describe(&mut described.generator, read);
            described.form.insert(name, inner.into_schema(), Kind::Other);
            return None;
        }
        let object = match self.object.remove(name)? {
            Value::Null => return None,
            Value::Object(object) => object,
            _ => {
                self.reject(name, ViolationCode::WrongType);
                return None;
            }
        };
        let base = format!("{}/{name}", self.base);
        let mut inner = Fields { object, base, ..Fields::default() };
        let value = read(&mut inner);
        inner.refuse_unknown();
        self.broken.append(&mut inner.broken);
        Some(value)
    }

    fn within<T: PartialOrd>(
        &mut self,
        name: &str,
        schema: Schema,
        read: fn(&Value) -> Option<T>,
        range: RangeInclusive<T>,
    ) -> Option<T> {
        let Some(number) = read(&self.take(name, Kind::Other, |_| schema)?) else {
            self.reject(name, ViolationCode::WrongType);
            return None;
        };
        let within = range.contains(&number);
        if !within {
            self.reject(name, ViolationCode::OutOfRange);
        }
        within.then_some(number)
    }

    fn string_of(
        &mut self,
        name: &str,
        kind: Kind,
        schema: impl FnOnce(&mut SchemaGenerator) -> Schema,
    ) -> Option<String> {
        match self.take(name, kind, schema)? {
            Value::String(text) if text.is_empty() => None,
            Value::String(text) => Some(text),
            _ => {
                self.reject(name, ViolationCode::WrongType);
                None
            }
        }
    }

    /// Takes a field out, or describes it.
    fn take(
        &mut self,
        name: &str,
        kind: Kind,
        schema: impl FnOnce(&mut SchemaGenerator) -> Schema,
    ) -> Option<Value> {
        if let Some(described) = &mut self.described {
            let schema = schema(&mut described.generator);
            described.form.insert(name, schema, kind);
            return None;
        }
        let value = self.object.remove(name).filter(|value| !value.is_null())?;
        match value {
            Value::String(text) if self.of_address && kind == Kind::Other => {
                if text.is_empty() {
                    None
                } else {
                    Some(serde_json::from_str(&text).unwrap_or(text.into()))
                }
            }
            value => Some(value),
        }
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
            fields.list::<anju_domain::ids::PhotoId>("photo_ids", 9, ViolationCode::PhotoUnknown);
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
    fn a_form_is_described_by_its_own_reader() {
        let mut generator = SchemaGenerator::default();
        let described = describe(&mut generator, |fields| {
            let phone = fields.phone("phone");
            fields.require("phone", phone);
            fields.text::<5>("name");
            fields.whole_number("size", 1, 7);
            fields.object("inner", |inner| inner.flag("yes"));
        });
        let expected = serde_json::json!({
            "type": "object", "additionalProperties": false, "required": ["phone"],
            "properties": {
                "phone": {"$ref": "#/$defs/Phone"},
                "name": {"type": ["string", "null"], "maxLength": 5},
                "size": {"anyOf": [{"type": "integer", "minimum": 1, "maximum": 7}, {"type": "null"}]},
                "inner": {"anyOf": [
                    {"type": "object", "additionalProperties": false, "properties": {
                        "yes": {"anyOf": [{"type": "boolean"}, {"type": "null"}]},
                    }},
                    {"type": "null"},
                ]},
            },
        });
        assert_eq!(described.into_schema().to_value(), expected);
        assert!(generator.definitions().contains_key("Phone"));
    }

    #[test]
    fn a_body_that_is_no_object_is_of_the_wrong_type() {
        assert_eq!(broken(serde_json::json!([1]), |_| ()), [(String::new(), ViolationCode::WrongType)]);
    }
}
