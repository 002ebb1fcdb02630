//! Masks for pages and lists that must not show a whole number or name (domain.md, household record).

use crate::id_number::IdNumber;
use crate::phone::Phone;

const STARS: &str = "*****";

/// First 6 and last 4 with 5 stars: `131126*****3014`. A 20-digit number is masked as its first 18.
pub fn id_number(id: &IdNumber) -> String {
    let shown = id.as_str();
    let shown = &shown[..shown.len().min(18)];
    format!("{}{STARS}{}", &shown[..6], &shown[shown.len() - 4..])
}

/// First 3 and last 4 with 5 stars: `151*****6402`.
pub fn phone(phone: &Phone) -> String {
    let digits = phone.as_str();
    format!("{}{STARS}{}", &digits[..3], &digits[7..])
}

/// All but the first character of a name: `张**`.
pub fn name(name: &str) -> String {
    let mut characters = name.chars();
    let first = characters.next();
    first.into_iter().chain(characters.map(|_| '*')).collect()
}

/// Digits from which on a number in a text could be a phone's or an ID's.
const LONG_NUMBER: usize = 7;

/// A text with each long number in it hidden: whoever writes it may forget who reads it.
pub fn long_numbers(text: &str) -> String {
    let is_digit = |character: char| character.is_ascii_digit() || ('０'..='９').contains(&character);
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_digit) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|character| !is_digit(character)).unwrap_or(from.len());
        let (number, after) = from.split_at(end);
        masked.push_str(before);
        masked.push_str(if number.chars().count() < LONG_NUMBER { number } else { STARS });
        rest = after;
    }
    masked + rest
}

/// A text that should be a code: it is shown, but not what is as long as a phone without the digits of any code, or
/// as an ID number.
pub fn long_numbers_but_codes(text: &str) -> String {
    let digits = text.chars().filter(|character| !character.is_ascii_punctuation()).count();
    if (digits == 11 && text.starts_with('1')) || digits >= 15 { long_numbers(text) } else { text.to_owned() }
}

/// What a value that is not a valid number shows of itself: nothing.
pub fn unreadable(value: &str) -> String {
    if value.is_empty() { String::new() } else { STARS.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_are_those_of_the_deck() {
        assert_eq!(id_number(&"11010519491231002X".parse().unwrap()), "110105*****002X");
        assert_eq!(id_number(&"11010519491231002X42".parse().unwrap()), "110105*****002X");
        assert_eq!(id_number(&"110105491231002".parse().unwrap()), "110105*****1002");
        assert_eq!(phone(&"15100006402".parse().unwrap()), "151*****6402");
        assert_eq!(name("张三丰"), "张**");
        assert_eq!(name(""), "");
    }

    #[test]
    fn a_text_keeps_dates_and_measures_and_loses_phones_and_id_numbers() {
        for (text, masked) in [
            ("2020-06-03 面积120平方米", "2020-06-03 面积120平方米"),
            ("电话15100006402，", "电话*****，"),
            ("１５１００００６４０２", "*****"),
            ("11010519491231002X", "*****X"),
            ("", ""),
        ] {
            assert_eq!(long_numbers(text), masked);
        }
    }
}
