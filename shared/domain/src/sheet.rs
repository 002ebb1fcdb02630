//! How QR codes stand on paper.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The size of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Paper {
    /// 210 × 297 mm, a grid of cards with marks to cut along.
    #[default]
    A4,
    /// 105 × 148 mm, one card a page.
    A6,
}

impl Paper {
    /// Width and height in millimetres.
    pub fn millimetres(self) -> (f32, f32) {
        match self {
            Paper::A4 => (210.0, 297.0),
            Paper::A6 => (105.0, 148.0),
        }
    }
}

/// Pages and the grid of cards on each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetLayout {
    /// The page.
    pub paper: Paper,
    /// Cards side by side.
    pub columns: u8,
    /// Cards one below the other.
    pub rows: u8,
}

/// Such a grid leaves no room for a code of 30 mm and what has to stand beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the cards of this grid are too small")]
pub struct CardsTooSmall;

impl Default for SheetLayout {
    /// Eight cards on A4.
    fn default() -> Self {
        SheetLayout { paper: Paper::A4, columns: 2, rows: 4 }
    }
}

impl SheetLayout {
    /// Most cards side by side.
    pub const MOST_COLUMNS: u8 = 4;
    /// Most cards one below the other.
    pub const MOST_ROWS: u8 = 6;

    /// A card for each page of A6.
    pub fn a6() -> Self {
        SheetLayout { paper: Paper::A6, columns: 1, rows: 1 }
    }

    /// A grid on A4: up to two columns of six, where the text stands beside the code, or four of four, where it
    /// stands below.
    pub fn a4(columns: u8, rows: u8) -> Result<Self, CardsTooSmall> {
        let beside = (1..=2).contains(&columns) && (1..=Self::MOST_ROWS).contains(&rows);
        let below = (1..=Self::MOST_COLUMNS).contains(&columns) && (1..=4).contains(&rows);
        if beside || below { Ok(SheetLayout { paper: Paper::A4, columns, rows }) } else { Err(CardsTooSmall) }
    }

    /// Cards on a page.
    pub fn cards(self) -> usize {
        usize::from(self.columns) * usize::from(self.rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grids_leave_room_for_their_codes() {
        for (columns, rows) in [(1, 1), (2, 4), (2, 6), (3, 4), (4, 4)] {
            assert_eq!(
                SheetLayout::a4(columns, rows).map(SheetLayout::cards),
                Ok(usize::from(columns * rows))
            );
        }
        for (columns, rows) in [(0, 4), (2, 0), (3, 5), (4, 6), (5, 1), (2, 7)] {
            assert_eq!(SheetLayout::a4(columns, rows), Err(CardsTooSmall), "{columns} × {rows}");
        }
        assert_eq!(SheetLayout::a6().cards(), 1);
    }
}
