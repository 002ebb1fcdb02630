//! Who took a file away, of what and when: a mark in every file, so that one that is found tells where it came from.

use jiff::Timestamp;

/// The mark of a file. Its words are in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// What the file is, such as `镇雄县 农户核验情况`.
    pub title: String,
    /// Who: account, name, position.
    pub author: String,
    /// When it was asked for.
    pub at: Timestamp,
    /// The name of the table's sheet.
    pub table: &'static str,
    /// The name of the sheet with the facts.
    pub about: &'static str,
    /// What there is to know of the file, each with its heading.
    pub facts: Vec<(&'static str, String)>,
    /// The heading of the fact that is known last: how many rows there are.
    pub rows: &'static str,
}

impl Stamp {
    /// Who and when on one line.
    pub fn line(&self) -> String {
        format!("{} {}", self.author, crate::time::china_clock(self.at))
    }
}
