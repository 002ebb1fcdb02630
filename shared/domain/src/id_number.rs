//! Resident ID numbers (身份证号) after GB 11643, and the register's longer and older forms.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

use crate::string_newtype::string_newtype;
use crate::text::to_ascii_width;

/// A valid ID number in one of the three forms that the register holds.
///
/// Area codes are not looked up: numbers keep the code of the county of birth, abolished or not.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdNumber(String);

/// Why a text is not an ID number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidIdNumber {
    /// Not 18, 20 or (old) 15 characters.
    #[error("an ID number has 18 characters, or 20 with a disability certificate")]
    Length,
    /// Something that is neither a digit nor a final X.
    #[error("an ID number consists of digits, its 18th character may be X")]
    Characters,
    /// The date of birth doesn't exist.
    #[error("the date of birth within the ID number does not exist")]
    BirthDate,
    /// The check digit doesn't fit.
    #[error("the check digit of the ID number is wrong")]
    CheckDigit,
    /// Disability category not 1 to 7 or level not 1 to 4.
    #[error("a disability category is 1 to 7 and its level 1 to 4")]
    Disability,
}

/// The form of an ID number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdForm {
    /// 15 digits, issued before 1999: may be in the register, may not be typed.
    Legacy,
    /// The 18 characters of GB 11643.
    Resident,
    /// 18 characters and a disability certificate's category and level.
    Disability,
}

impl IdNumber {
    /// The number as it stands in the register, upper case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Which of the three forms it has.
    pub fn form(&self) -> IdForm {
        match self.0.len() {
            15 => IdForm::Legacy,
            18 => IdForm::Resident,
            _ => IdForm::Disability,
        }
    }

    /// The 18-character number of the same person: what comparisons and search use.
    pub fn normalized(&self) -> String {
        match self.form() {
            IdForm::Legacy => {
                let body = format!("{}19{}", &self.0[..6], &self.0[6..]);
                let check = check_character(body.as_bytes());
                format!("{body}{check}")
            }
            IdForm::Resident | IdForm::Disability => self.0[..18].to_owned(),
        }
    }

    /// Whether both are numbers of the same person.
    pub fn same_person(&self, other: &IdNumber) -> bool {
        self.normalized() == other.normalized()
    }
}

impl FromStr for IdNumber {
    type Err = InvalidIdNumber;

    fn from_str(text: &str) -> Result<Self, InvalidIdNumber> {
        let text = to_ascii_width(text.trim()).to_ascii_uppercase();
        if !matches!(text.chars().count(), 15 | 18 | 20) {
            return Err(InvalidIdNumber::Length);
        }
        let allowed = |(index, byte): (usize, u8)| {
            byte.is_ascii_digit() || (index == 17 && byte == b'X' && text.len() != 15)
        };
        if text.starts_with('0') || !text.bytes().enumerate().all(allowed) {
            return Err(InvalidIdNumber::Characters);
        }
        let birth = if text.len() == 15 { format!("19{}", &text[6..12]) } else { text[6..14].to_owned() };
        if !is_date(&birth) {
            return Err(InvalidIdNumber::BirthDate);
        }
        if text.len() >= 18 && check_character(&text.as_bytes()[..17]) != char::from(text.as_bytes()[17]) {
            return Err(InvalidIdNumber::CheckDigit);
        }
        if let Some([category, level]) = text.as_bytes().get(18..20)
            && !(matches!(category, b'1'..=b'7') && matches!(level, b'1'..=b'4'))
        {
            return Err(InvalidIdNumber::Disability);
        }
        Ok(IdNumber(text))
    }
}

impl fmt::Display for IdNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Personal data: never printed by accident.
impl fmt::Debug for IdNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "IdNumber({:?})", self.form())
    }
}

string_newtype!(
    IdNumber,
    "A resident ID number of 18 characters with its check digit, of 20 with the categories of a disability certificate, or an old one of 15 digits.",
    "^[1-9]([0-9]{14}|[0-9]{16}[0-9X]|[0-9]{16}[0-9X][1-7][1-4])$",
    "11010519491231002X"
);

/// The check character (GB 11643, ISO 7064 MOD 11-2) of the first 17 digits.
pub fn check_character(body: &[u8]) -> char {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHARACTERS: &[u8; 11] = b"10X98765432";
    let sum: u32 =
        body.iter().zip(WEIGHTS).map(|(byte, weight)| u32::from(byte.wrapping_sub(b'0')) * weight).sum();
    char::from(CHARACTERS[(sum % 11) as usize])
}

fn is_date(eight_digits: &str) -> bool {
    let part = |range: std::ops::Range<usize>| eight_digits[range].parse::<i16>().ok();
    let (Some(year), Some(month), Some(day)) = (part(0..4), part(4..6), part(6..8)) else { return false };
    year >= 1850 && Date::new(year, month as i8, day as i8).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_check(body: &str) -> String {
        format!("{body}{}", check_character(body.as_bytes()))
    }

    #[test]
    fn the_standard_s_own_example_is_valid() {
        // GB 11643-1999, appendix: 11010519491231002X
        assert!("11010519491231002X".parse::<IdNumber>().is_ok());
        assert!("11010519491231002x".parse::<IdNumber>().is_ok());
        assert!(" １１０１０５１９４９１２３１００２Ｘ".parse::<IdNumber>().is_ok());
    }

    #[test]
    fn a_wrong_check_digit_date_or_length_is_named() {
        let wrong = |text: &str| text.parse::<IdNumber>().unwrap_err();
        assert_eq!(wrong("110105194912310021"), InvalidIdNumber::CheckDigit);
        assert_eq!(wrong(&with_check("11010519490231002")), InvalidIdNumber::BirthDate);
        assert_eq!(wrong("11010519491231002"), InvalidIdNumber::Length);
        assert_eq!(wrong("1101051949123100X2"), InvalidIdNumber::Characters);
        assert_eq!(wrong("11010519491231002X85"), InvalidIdNumber::Disability);
        assert_eq!(wrong("11010519491231002X15"), InvalidIdNumber::Disability);
        assert_eq!(wrong("住房安全住房安全住房安全住房安全住房"), InvalidIdNumber::Characters);
        assert_eq!(wrong(""), InvalidIdNumber::Length);
    }

    #[test]
    fn the_three_forms_of_one_person_are_the_same_person() {
        let resident: IdNumber = "11010519491231002X".parse().unwrap();
        let disability: IdNumber = "11010519491231002X42".parse().unwrap();
        let legacy: IdNumber = "110105491231002".parse().unwrap();
        assert_eq!(disability.form(), IdForm::Disability);
        assert_eq!(legacy.form(), IdForm::Legacy);
        assert!(resident.same_person(&disability) && resident.same_person(&legacy));
    }

    #[test]
    fn an_abolished_area_code_is_accepted() {
        assert!(with_check("51302119560704017").parse::<IdNumber>().is_ok());
    }

    #[test]
    fn debug_output_hides_the_number() {
        let id: IdNumber = "11010519491231002X".parse().unwrap();
        assert!(!format!("{id:?}").contains("1949"));
    }

    proptest::proptest! {
        #[test]
        fn changing_any_one_digit_breaks_the_check(index in 0_usize..17, digit in 0_u8..10) {
            let valid = b"11010519491231002X".to_vec();
            let mut changed = valid.clone();
            changed[index] = b'0' + digit;
            let parsed = String::from_utf8(changed.clone()).unwrap().parse::<IdNumber>();
            proptest::prop_assert_eq!(parsed.is_ok(), changed == valid);
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,24}") {
            proptest::prop_assert!(text.parse::<IdNumber>().is_ok() || text.parse::<IdNumber>().is_err());
        }
    }
}
