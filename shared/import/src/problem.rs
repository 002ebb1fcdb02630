//! What is wrong with a row, or worth a look: which one, which column, its value masked.

use anju_domain::mask;
use serde::{Deserialize, Serialize};

use crate::columns::Column;

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "`words` says each in two languages")]
pub enum Code {
    Unreadable,
    TooFewCells,
    TooManyCells,
    ControlCharacters,
    TooLong,
    VillageRequired,
    VillageMalformed,
    VillageUnknown,
    NumberRequired,
    NumberMalformed,
    NameRequired,
    RelationRequired,
    WorkUnknown,
    StatusUnknown,
    MovedFromMalformed,
    MovedFromUnknown,
    MovedElsewhere,
    HouseholdMoved,
    NoHead,
    SeveralHeads,
    Scattered,
    TooManyPeople,
    AnotherRowOfHousehold,
    IdNumberInvalid,
    PhoneInvalid,
    SamePersonTwice,
    Missing,
    CodeRequired,
    CodeMalformed,
    CodeTwice,
    ParentUnknown,
    PhoneOfRegionMalformed,
    MergeTargetWrong,
    MergeTargetUnknown,
    SplitWrong,
    SplitSourceUnknown,
    NumbersMalformed,
    NumbersUnknown,
    MoveTooLarge,
    RegionUnknown,
    OwnAccount,
    PasswordKindUnknown,
    DefaultPasswordNotAllowed,
}

/// Whether the row was taken all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// It was not taken.
    Rejected,
    /// It was taken as it stands; somebody should look.
    Note,
}

impl Code {
    /// Whether a row with this problem is taken.
    pub fn severity(self) -> Severity {
        match self {
            Code::IdNumberInvalid
            | Code::PhoneInvalid
            | Code::SamePersonTwice
            | Code::Missing
            | Code::NumbersUnknown => Severity::Note,
            _ => Severity::Rejected,
        }
    }
}

/// A problem, as a line of the error file has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The row; none where the file doesn't have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<u64>,
    /// The household's or region's code.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub about: String,
    /// The column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<Column>,
    /// The cell's value, masked.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub value: String,
    /// What is wrong.
    pub code: Code,
}

/// The most characters of a value that are shown.
const SHOWN: usize = 40;

/// A cell's value as the error file may show it: codes and words of the form as they are, what is said of people
/// masked.
pub fn masked(column: Column, text: &str) -> String {
    let shown = match column {
        Column::Name => mask::name(text),
        Column::IdNumber => masked_number(text, 6),
        Column::Phone => masked_number(text, 3),
        Column::Address => {
            text.chars().take(4).collect::<String>() + if text.is_empty() { "" } else { "*****" }
        }
        _ => mask::long_numbers_but_codes(text),
    };
    shown.chars().filter(|character| !character.is_control()).take(SHOWN).collect()
}

/// A number that needn't be valid: its beginning, and how long it is, so that one finds it and sees what is wrong.
fn masked_number(text: &str, shown: usize) -> String {
    let length = text.chars().count();
    if length <= shown {
        return mask::unreadable(text);
    }
    let beginning: String = text.chars().take(shown).collect();
    format!("{beginning}*****({length}位)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_people_are_masked_and_codes_are_not() {
        assert_eq!(masked(Column::Name, "王小明"), "王**");
        assert_eq!(masked(Column::IdNumber, "110105194912310021"), "110105*****(18位)");
        assert_eq!(masked(Column::IdNumber, "1101"), "*****");
        assert_eq!(masked(Column::Phone, "1600000000"), "160*****(10位)");
        assert_eq!(masked(Column::Address, "一组12号"), "一组12*****");
        assert_eq!(masked(Column::Village, "53062710120"), "53062710120");
        assert_eq!(masked(Column::Village, "110105194912310021"), "*****", "a number in the wrong column");
        assert_eq!(masked(Column::Relation, "户\u{0}主"), "户主");
    }
}
