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
}
