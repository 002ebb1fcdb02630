//! Event filter patterns: the part of EventBridge's language that stream filters need.

use serde_json::{Map, Value};

/// Why a filter pattern isn't understood.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FilterError {
    /// Not JSON.
    #[error("the pattern is not JSON: {0}")]
    NotJson(#[from] serde_json::Error),
    /// A matcher outside the emulated subset.
    #[error("the matcher {0} is not emulated")]
    UnknownMatcher(String),
    /// A pattern is made of objects whose leaves are lists of matchers.
    #[error("{0} must be an object or a list of matchers")]
    WrongShape(String),
}

/// A pattern that an event matches or not.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FilterPattern(Fields);

#[derive(Debug, Clone, PartialEq)]
struct Fields(Vec<(String, Field)>);

#[derive(Debug, Clone, PartialEq)]
enum Field {
    Object(Fields),
    AnyOf(Vec<Matcher>),
}

#[derive(Debug, Clone, PartialEq)]
enum Matcher {
    Equal(Value),
    Prefix(String),
    Suffix(String),
    Exists(bool),
    AnythingBut(Vec<Value>),
}

impl FilterPattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// When it isn't JSON, has the wrong shape, or uses a matcher that isn't emulated.
    pub(crate) fn parse(text: &str) -> Result<Self, FilterError> {
        let map: Map<String, Value> = serde_json::from_str(text)?;
        Fields::read(&map).map(Self)
    }

    /// Whether a stream record's keys alone rule it out, whatever its images hold.
    pub(crate) fn is_ruled_out_by(&self, keys: &Value) -> bool {
        let of_keys = self.0.inner("dynamodb").and_then(|change| change.inner("Keys"));
        of_keys.is_some_and(|of_keys| !of_keys.matches(keys))
    }

    /// Whether it depends on a stream record's images.
    pub(crate) fn looks_at_images(&self) -> bool {
        let is_image = |(name, _): &(String, Field)| name == "NewImage" || name == "OldImage";
        self.0.inner("dynamodb").is_some_and(|change| change.0.iter().any(is_image))
    }

    /// Whether an event matches.
    pub(crate) fn matches(&self, event: &Value) -> bool {
        self.0.matches(event)
    }
}

impl Fields {
    fn read(map: &Map<String, Value>) -> Result<Self, FilterError> {
        let mut fields = Vec::new();
        for (name, value) in map {
            if name.starts_with('$') {
                return Err(FilterError::UnknownMatcher(name.clone()));
            }
            let field = match value {
                Value::Object(inner) => Field::Object(Self::read(inner)?),
                Value::Array(matchers) => {
                    Field::AnyOf(matchers.iter().map(Matcher::read).collect::<Result<_, _>>()?)
                }
                _ => return Err(FilterError::WrongShape(name.clone())),
            };
            fields.push((name.clone(), field));
        }
        Ok(Self(fields))
    }

    fn inner(&self, name: &str) -> Option<&Fields> {
        self.0.iter().find_map(|(own, field)| match field {
            Field::Object(fields) if own == name => Some(fields),
            _ => None,
        })
    }

    fn matches(&self, event: &Value) -> bool {
        self.0.iter().all(|(name, field)| {
            let value = event.get(name);
            match field {
                Field::Object(fields) => fields.matches(value.unwrap_or(&Value::Null)),
                Field::AnyOf(matchers) => matchers.iter().any(|matcher| matcher.matches(value)),
            }
        })
    }
}

impl Matcher {
    fn read(value: &Value) -> Result<Self, FilterError> {
        let Value::Object(map) = value else {
            return Ok(Self::Equal(value.clone()));
        };
        let mut entries = map.iter();
        match (entries.next(), entries.next()) {
            (Some((name, argument)), None) => Self::read_named(name, argument),
            _ => Err(FilterError::WrongShape(value.to_string())),
        }
    }

    fn read_named(name: &str, argument: &Value) -> Result<Self, FilterError> {
        match (name, argument) {
            ("prefix", Value::String(prefix)) => Ok(Self::Prefix(prefix.clone())),
            ("suffix", Value::String(suffix)) => Ok(Self::Suffix(suffix.clone())),
            ("exists", Value::Bool(exists)) => Ok(Self::Exists(*exists)),
            ("anything-but", Value::Array(values)) => Ok(Self::AnythingBut(values.clone())),
            ("anything-but", value @ (Value::String(_) | Value::Number(_))) => {
                Ok(Self::AnythingBut(vec![value.clone()]))
            }
            _ => Err(FilterError::UnknownMatcher(format!("{name}: {argument}"))),
        }
    }

    fn matches(&self, value: Option<&Value>) -> bool {
        match (self, value) {
            (Self::Exists(exists), value) => value.is_some() == *exists,
            (_, None) => false,
            (matcher, Some(Value::Array(items))) => items.iter().any(|item| matcher.matches(Some(item))),
            (Self::Equal(expected), Some(value)) => expected == value,
            (Self::Prefix(prefix), Some(value)) => {
                value.as_str().is_some_and(|text| text.starts_with(prefix.as_str()))
            }
            (Self::Suffix(suffix), Some(value)) => {
                value.as_str().is_some_and(|text| text.ends_with(suffix.as_str()))
            }
            (Self::AnythingBut(refused), Some(value)) => !refused.contains(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn matches(pattern: &Value, event: &Value) -> bool {
        FilterPattern::parse(&pattern.to_string()).unwrap().matches(event)
    }

    #[test]
    fn a_key_prefix_tells_households_from_the_rest() {
        let pattern = json!({"dynamodb": {"Keys": {"SK": {"S": [{"prefix": "H#"}]}}}});
        assert!(matches(&pattern, &json!({"dynamodb": {"Keys": {"SK": {"S": "H#7"}}}})));
        assert!(!matches(&pattern, &json!({"dynamodb": {"Keys": {"SK": {"S": "P#7"}}}})));
        assert!(!matches(&pattern, &json!({"dynamodb": {"Keys": {}}})));
    }

    #[test]
    fn keys_rule_out_only_what_no_image_could_save() {
        let ruled_out = |pattern: Value, key: &str| {
            FilterPattern::parse(&pattern.to_string()).unwrap().is_ruled_out_by(&json!({"SK": {"S": key}}))
        };
        let households = json!({"dynamodb": {"Keys": {"SK": {"S": [{"prefix": "H#"}]}}}});
        assert!(ruled_out(households.clone(), "P#7") && !ruled_out(households, "H#7"));
        assert!(!ruled_out(json!({"dynamodb": {"NewImage": {"n": {"N": ["1"]}}}}), "P#7"));
        assert!(!ruled_out(json!({"eventName": ["INSERT"]}), "P#7"));
    }

    #[test]
    fn all_fields_must_match_and_one_matcher_of_each_suffices() {
        let pattern = json!({"eventName": ["INSERT", "MODIFY"], "a": {"b": [{"exists": false}]}});
        assert!(matches(&pattern, &json!({"eventName": "MODIFY"})));
        assert!(!matches(&pattern, &json!({"eventName": "REMOVE"})));
        assert!(!matches(&pattern, &json!({"eventName": "INSERT", "a": {"b": 1}})));
    }

    #[test]
    fn anything_but_needs_a_value_that_is_none_of_those() {
        let pattern = json!({"state": [{"anything-but": ["left", "ended"]}]});
        assert!(matches(&pattern, &json!({"state": "draft"})));
        assert!(!matches(&pattern, &json!({"state": "left"})));
        assert!(!matches(&pattern, &json!({})));
    }

    #[test]
    fn a_matcher_that_is_not_emulated_is_refused_by_name() {
        let refused = |pattern: Value| FilterPattern::parse(&pattern.to_string()).unwrap_err().to_string();
        assert!(refused(json!({"n": [{"numeric": [">", 3]}]})).contains("numeric"));
        assert!(refused(json!({"$or": [{"a": ["b"]}]})).contains("$or"));
        assert!(refused(json!({"a": "b"})).contains("a must be"));
    }
}
