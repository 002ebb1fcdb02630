//! Tables that people take away, before they become files.

use serde::{Deserialize, Serialize};

/// A column: what stands above it, and how wide it is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its heading.
    pub title: &'static str,
    /// Its width, in digits; a Chinese character takes two.
    pub width: u8,
}

/// One cell. Identifiers are texts, so that no program takes them for numbers and rounds them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Cell {
    /// A number that may be summed up.
    Count(u64),
    /// A text as it is, whatever it begins with: the file's writer sees to it that nobody calculates it.
    Text(String),
    /// A share.
    Percent(Percent),
    /// Nothing.
    Empty,
}

/// A share in percent with two decimals, such as `0.68` or `100.00`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Percent {
    percent: String,
}

impl Percent {
    /// The share, as [`Counts::completion_rate`](crate::count::Counts::completion_rate) words it.
    pub fn new(percent: impl Into<String>) -> Self {
        Percent { percent: percent.into() }
    }

    /// As people read it: `0.68%`.
    pub fn text(&self) -> String {
        format!("{}%", self.percent)
    }

    /// From 0 to 1, with four decimals: the number next to them.
    pub fn fraction(&self) -> f64 {
        let hundredths: String = self.percent.chars().filter(char::is_ascii_digit).collect();
        hundredths.parse::<u32>().map_or(0.0, |hundredths| f64::from(hundredths) / 10_000.0)
    }
}

/// The cells of a row, as many as there are columns.
pub type Row = Vec<Cell>;

impl Cell {
    /// A text; an empty one is an empty cell.
    pub fn text(text: impl Into<String>) -> Cell {
        let text = text.into();
        if text.is_empty() { Cell::Empty } else { Cell::Text(text) }
    }

    /// A text, where there is one.
    pub fn maybe(text: Option<impl Into<String>>) -> Cell {
        text.map_or(Cell::Empty, Cell::text)
    }

    /// As people read it.
    pub fn words(&self) -> String {
        match self {
            Cell::Count(number) => number.to_string(),
            Cell::Text(text) => text.clone(),
            Cell::Percent(percent) => percent.text(),
            Cell::Empty => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_survive_being_kept() {
        let row: Row = vec![
            Cell::text("530627101203-17"),
            Cell::Count(1404),
            Cell::Percent(Percent::new("99.99")),
            Cell::text(""),
            Cell::maybe(None::<String>),
        ];
        let kept = serde_json::to_string(&row).unwrap();
        assert_eq!(kept, r#"["530627101203-17",1404,{"percent":"99.99"},null,null]"#);
        assert_eq!(serde_json::from_str::<Row>(&kept).unwrap(), row);
    }

    #[test]
    fn a_share_keeps_its_two_decimals() {
        for (percent, fraction) in [("0.00", 0.0), ("0.68", 0.0068), ("99.99", 0.9999), ("100.00", 1.0)] {
            let cell = Percent::new(percent);
            assert_eq!(cell.text(), format!("{percent}%"));
            assert_eq!(cell.fraction().to_string(), f64::to_string(&fraction), "{percent}");
        }
    }
}
