//! Values as the national register holds them: valid, invalid but kept, or missing.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A register value. Invalid ones are kept and flagged, never dropped (domain.md).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
#[serde(bound(serialize = "T: Clone + ToString", deserialize = "T: FromStr"))]
pub enum Recorded<T> {
    /// The register holds nothing.
    #[default]
    Missing,
    /// A value that follows the rules.
    Valid(T),
    /// A value that doesn't, as it stands in the register.
    Invalid(Unchecked),
}

/// A register value that failed its rules.
#[derive(Clone, PartialEq, Eq)]
pub struct Unchecked(String);

impl Unchecked {
    /// The value as it stands in the register.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Personal data: never printed by accident.
impl std::fmt::Debug for Unchecked {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Unchecked(…)")
    }
}

impl<T: FromStr> From<String> for Recorded<T> {
    fn from(text: String) -> Self {
        match text.trim() {
            "" => Recorded::Missing,
            trimmed => trimmed
                .parse()
                .map_or_else(|_| Recorded::Invalid(Unchecked(trimmed.to_owned())), Recorded::Valid),
        }
    }
}

impl<T: ToString> From<Recorded<T>> for String {
    fn from(recorded: Recorded<T>) -> String {
        match recorded {
            Recorded::Missing => String::new(),
            Recorded::Valid(value) => value.to_string(),
            Recorded::Invalid(Unchecked(text)) => text,
        }
    }
}

impl<T> Recorded<T> {
    /// The value where it follows the rules.
    pub fn valid(&self) -> Option<&T> {
        match self {
            Recorded::Valid(value) => Some(value),
            Recorded::Missing | Recorded::Invalid(_) => None,
        }
    }

    /// Whether the register holds something that breaks the rules.
    pub fn is_invalid(&self) -> bool {
        matches!(self, Recorded::Invalid(_))
    }
}

impl<T: ToString> Recorded<T> {
    /// The value as text, valid or not; none where it is missing.
    pub fn text(&self) -> Option<String> {
        match self {
            Recorded::Missing => None,
            Recorded::Valid(value) => Some(value.to_string()),
            Recorded::Invalid(Unchecked(text)) => Some(text.clone()),
        }
    }

    /// The value masked by `mask`, an invalid one wholly; none where it is missing.
    pub fn masked(&self, mask: impl Fn(&T) -> String) -> Option<String> {
        match self {
            Recorded::Missing => None,
            Recorded::Valid(value) => Some(mask(value)),
            Recorded::Invalid(Unchecked(text)) => Some(crate::mask::unreadable(text)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::Phone;

    #[test]
    fn an_invalid_value_is_kept_and_survives_storage() {
        let recorded: Recorded<Phone> = "0870-1".to_owned().into();
        assert!(recorded.is_invalid() && recorded.valid().is_none());
        let stored = serde_json::to_string(&recorded).unwrap();
        assert_eq!(serde_json::from_str::<Recorded<Phone>>(&stored).unwrap(), recorded);
        assert_eq!(recorded.text().as_deref(), Some("0870-1"));
        assert_eq!(Recorded::<Phone>::from(String::new()), Recorded::Missing);
    }
}
