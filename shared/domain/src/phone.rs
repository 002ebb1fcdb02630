//! Mobile phone numbers (手机号).

use std::fmt;
use std::str::FromStr;

use crate::string_newtype::string_newtype;
use crate::text::to_ascii_width;

/// A mainland mobile number: 11 digits, 13x to 19x.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone(String);

/// The text is not a mobile number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a mobile number has 11 digits and begins with 13 to 19")]
pub struct InvalidPhone;

impl Phone {
    /// The 11 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Phone {
    type Err = InvalidPhone;

    /// Accepts the spaces, hyphens, full-width digits and +86 that keyboards and address books add.
    fn from_str(text: &str) -> Result<Self, InvalidPhone> {
        let compact: String =
            to_ascii_width(text).chars().filter(|character| !matches!(character, ' ' | '-')).collect();
        let digits = compact.strip_prefix("+86").unwrap_or(&compact);
        let valid = digits.len() == 11
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && matches!(digits.as_bytes(), [b'1', b'3'..=b'9', ..]);
        if valid { Ok(Phone(digits.to_owned())) } else { Err(InvalidPhone) }
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Personal data: never printed by accident.
impl fmt::Debug for Phone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Phone(…)")
    }
}

string_newtype!(Phone, "A mobile number of 11 digits.", "^1[3-9][0-9]{9}$", "16000000001");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_forms_are_one_number() {
        for text in
            ["13800000001", "138 0000 0001", "+8613800000001", "138-0000-0001", "１３８０００００００１"]
        {
            assert_eq!(text.parse::<Phone>().unwrap().as_str(), "13800000001", "{text}");
        }
    }

    #[test]
    fn other_numbers_are_refused() {
        for text in ["", "1380000000", "138000000011", "12800000001", "0870-3120000", "1380000000a"] {
            assert!(text.parse::<Phone>().is_err(), "{text}");
        }
    }
}
