//! Where everything stands on a page, in points from the top left.

use anju_domain::sheet::{Paper, SheetLayout};

/// Points of a millimetre.
pub(super) const MM: f32 = 72.0 / 25.4;
/// The margin of a page of A4 beside and above the grid, where printers don't print; below it stands the foot.
const SIDE: f32 = 8.0 * MM;
const FOOT: f32 = 12.0 * MM;
/// Room between a card's edge and what is on it: the arms of the cutting marks end before it.
const INSET: f32 = 2.5 * MM;
/// Least height of the text below a code.
const TEXT_BELOW: f32 = 25.0 * MM;
/// Room between the code's quiet zone and the text beside it.
const GAP: f32 = 2.0 * MM;
/// A card that is so much wider than high has its text beside the code.
const WIDE: f32 = 1.2;
/// The largest code, quiet zone included.
const LARGEST: f32 = 110.0 * MM;

/// A rectangle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Frame {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) width: f32,
    pub(super) height: f32,
}

impl Frame {
    fn inset(self, by: f32) -> Frame {
        Frame { x: self.x + by, y: self.y + by, width: self.width - 2.0 * by, height: self.height - 2.0 * by }
    }
}

/// A page.
#[derive(Debug, Clone, Copy)]
pub(super) struct PageFrame {
    pub(super) width: f32,
    pub(super) height: f32,
    /// Where the cards are.
    pub(super) grid: Frame,
    layout: SheetLayout,
}

/// Where a card's parts are.
#[derive(Debug, Clone, Copy)]
pub(super) struct CardFrame {
    /// The code with its quiet zone: a square.
    pub(super) code: Frame,
    /// The text.
    pub(super) text: Frame,
}

impl PageFrame {
    pub(super) fn of(layout: SheetLayout) -> Self {
        let (width, height) = layout.paper.millimetres();
        let (width, height) = (width * MM, height * MM);
        let side = match layout.paper {
            Paper::A4 => SIDE,
            Paper::A6 => 4.0 * MM,
        };
        let grid =
            Frame { x: side, y: side, width: width - 2.0 * side, height: height - side - FOOT.max(side) };
        PageFrame { width, height, grid, layout }
    }

    /// The edges of the grid's columns and rows, from left and from top.
    pub(super) fn edges(&self) -> (Vec<f32>, Vec<f32>) {
        let edges = |start: f32, length: f32, number: u8| {
            (0..=number).map(|edge| start + length * f32::from(edge) / f32::from(number)).collect()
        };
        let Frame { x, y, width, height } = self.grid;
        (edges(x, width, self.layout.columns), edges(y, height, self.layout.rows))
    }

    /// A card by its place on the page.
    pub(super) fn card(&self, place: usize) -> CardFrame {
        let columns = usize::from(self.layout.columns);
        let (width, height) = (
            self.grid.width / f32::from(self.layout.columns),
            self.grid.height / f32::from(self.layout.rows),
        );
        let (column, row) = ((place % columns) as f32, (place / columns) as f32);
        let cell = Frame { x: self.grid.x + column * width, y: self.grid.y + row * height, width, height };
        card_in(cell.inset(INSET))
    }
}

fn card_in(card: Frame) -> CardFrame {
    let Frame { x, y, width, height } = card;
    if width > WIDE * height {
        let side = height.min(width * 0.56).min(LARGEST);
        let code = Frame { x, y: y + (height - side) / 2.0, width: side, height: side };
        let left = x + side + GAP;
        let text = Frame { x: left, y: code.y, width: x + width - left, height: side };
        CardFrame { code, text }
    } else {
        let side = width.min(height - TEXT_BELOW).min(LARGEST);
        let code = Frame { x: x + (width - side) / 2.0, y, width: side, height: side };
        CardFrame { code, text: Frame { x, y: y + side, width, height: height - side } }
    }
}

#[cfg(test)]
mod tests {
    use anju_lookup_page::QrModules;

    use super::*;

    fn layouts() -> Vec<SheetLayout> {
        let grids = (1..=SheetLayout::MOST_COLUMNS)
            .flat_map(|columns| (1..=SheetLayout::MOST_ROWS).map(move |rows| (columns, rows)));
        grids
            .filter_map(|(columns, rows)| SheetLayout::a4(columns, rows).ok())
            .chain([SheetLayout::a6()])
            .collect()
    }

    #[test]
    fn every_code_of_every_grid_is_30_mm_without_its_quiet_zone() {
        assert_eq!(layouts().len(), 21);
        for url_length in [34, 46, 60, 80, 120] {
            let modules = QrModules::of(&"h".repeat(url_length)).unwrap();
            let share = modules.width() as f32 / modules.width_with_quiet_zone() as f32;
            for layout in layouts() {
                let side = PageFrame::of(layout).card(0).code.width * share / MM;
                assert!(side >= 30.0, "{layout:?}: {side} mm with {url_length} characters");
            }
        }
    }

    #[test]
    fn nothing_of_a_card_lies_outside_its_cell_or_under_the_code() {
        for layout in layouts() {
            let page = PageFrame::of(layout);
            let (xs, ys) = page.edges();
            for place in 0..layout.cards() {
                let (column, row) =
                    (place % usize::from(layout.columns), place / usize::from(layout.columns));
                let CardFrame { code, text } = page.card(place);
                for part in [code, text] {
                    assert!(
                        part.x >= xs[column] && part.x + part.width <= xs[column + 1] + 0.01,
                        "{layout:?}"
                    );
                    assert!(part.y >= ys[row] && part.y + part.height <= ys[row + 1] + 0.01, "{layout:?}");
                    assert!(part.width > 20.0 * MM && part.height > 20.0 * MM, "{layout:?} {part:?}");
                }
                assert!(text.x >= code.x + code.width || text.y >= code.y + code.height - 0.01, "{layout:?}");
            }
        }
    }
}
