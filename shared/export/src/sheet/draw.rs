//! Drawing a page: marks, codes, texts, lists.

use anju_domain::sheet::{Paper, SheetLayout};
use anju_lookup_page::QrModules;
use krilla::geom::{PathBuilder, Rect, Transform};
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;

use super::SheetError;
use super::card::Card;
use super::geometry::{CardFrame, Frame, MM, PageFrame};
use super::typeface::{Line, Typeface};

/// What the paper is for.
const HEADING: &str = "住房安全核验";
/// What one does with it.
const ADVICE: &str = "用微信或浏览器扫码，查看核验结果、反映问题";
/// Half the length of a cutting mark's arms.
const ARM: f32 = 2.0 * MM;
/// The size of lists and their lines' distance, in points.
const LIST_SIZE: f32 = 9.0;
const LIST_LINE: f32 = 14.0;
/// The width of a list's column.
const LIST_COLUMN: f32 = 45.0 * MM;

/// Draws on pages of one kind.
pub(super) struct Pen {
    page: PageFrame,
    typeface: Typeface,
    mark: String,
}

impl Pen {
    /// `mark` says at the foot of each page who had it printed.
    pub(super) fn new(page: PageFrame, mark: String) -> Option<Self> {
        Some(Pen { page, typeface: Typeface::new()?, mark })
    }

    pub(super) fn foot(&self, surface: &mut Surface<'_>, number: usize, total: usize) {
        let (left, width) = (self.page.grid.x, self.page.grid.width);
        let y = self.page.height - 5.0 * MM;
        let count = self.typeface.fitted(&format!("{number} / {total}"), 6.0, width * 0.2);
        let mark = self.typeface.fitted(&self.mark, 6.0, width * 0.78);
        self.typeface.draw(surface, &mark, left, y);
        self.typeface.draw(surface, &count, left + width - count.width, y);
    }

    /// Crosses where the lines of the grid meet, short enough to stay clear of what is on the cards.
    pub(super) fn cut_marks(&self, surface: &mut Surface<'_>, layout: SheetLayout) {
        if layout.paper != Paper::A4 {
            return;
        }
        let (xs, ys) = self.page.edges();
        let mut path = PathBuilder::new();
        for (x, y) in xs.iter().flat_map(|x| ys.iter().map(move |y| (*x, *y))) {
            path.move_to(x - ARM, y);
            path.line_to(x + ARM, y);
            path.move_to(x, y - ARM);
            path.line_to(x, y + ARM);
        }
        surface.set_fill(None);
        surface.set_stroke(Some(Stroke { width: 0.3, ..Stroke::default() }));
        if let Some(path) = path.finish() {
            surface.draw_path(&path);
        }
        surface.set_stroke(None);
        surface.set_fill(Some(Fill::default()));
    }

    /// A card with its code at a place of the page.
    pub(super) fn card(
        &self,
        surface: &mut Surface<'_>,
        place: usize,
        card: &Card,
    ) -> Result<(), SheetError> {
        let CardFrame { code, text } = self.page.card(place);
        if let Some(url) = &card.url {
            draw_code(surface, &QrModules::of(url)?, code);
        }
        self.text(surface, card, text, text.y >= code.y + code.height - 0.01);
        Ok(())
    }

    /// What stands beside the code, or in the middle below it.
    fn text(&self, surface: &mut Surface<'_>, card: &Card, frame: Frame, below: bool) {
        let lines = self.lines(card, frame);
        let height: f32 = lines.iter().map(height_of).sum();
        let mut y = if below { frame.y } else { frame.y + (frame.height - height).max(0.0) / 2.0 };
        for line in &lines {
            y += height_of(line);
            let x = if below { frame.x + (frame.width - line.width) / 2.0 } else { frame.x };
            self.typeface.draw(surface, line, x, y - 0.3 * line.size);
        }
    }

    fn lines(&self, card: &Card, frame: Frame) -> Vec<Line> {
        let scale = (frame.width / (40.0 * MM)).min(frame.height / (25.0 * MM)).clamp(0.7, 2.4);
        let fitted = |text: &str, size: f32| self.typeface.fitted(text, size * scale, frame.width);
        let mut lines = vec![
            fitted(HEADING, 8.0),
            fitted(&format!("{}  编号 {}", card.name, card.code), 10.5),
            fitted(&card.place, 9.0),
        ];
        if let Some((office, phone)) = &card.office {
            // Whose phone it is goes without saying where that is the township of the line above.
            let whose = if card.place.contains(office.as_str()) { "电话" } else { office };
            lines.push(fitted(&format!("咨询{whose} {phone}"), 9.0));
        }
        let left = frame.height - lines.iter().map(height_of).sum::<f32>();
        let advice = self.typeface.wrapped(ADVICE, 6.5 * scale, frame.width);
        if advice.iter().map(height_of).sum::<f32>() <= left {
            lines.extend(advice);
        } else {
            lines.push(fitted("扫码查看结果、反映问题", 6.5));
        }
        lines
    }

    /// Households without a code, page by page.
    pub(super) fn lists<'a>(&self, without: &'a [Card]) -> Vec<&'a [Card]> {
        without.chunks(self.list_columns() * self.list_rows()).collect()
    }

    fn list_columns(&self) -> usize {
        ((self.page.grid.width / LIST_COLUMN) as usize).max(1)
    }

    fn list_rows(&self) -> usize {
        (((self.page.grid.height - 3.0 * LIST_LINE) / LIST_LINE) as usize).max(1)
    }

    /// One page of that list.
    pub(super) fn list(&self, surface: &mut Surface<'_>, total: usize, cards: &[Card]) {
        let Frame { x, y, width, .. } = self.page.grid;
        let heading = match total {
            0 => "没有农户".to_owned(),
            total => format!("以下农户尚未完成核验，没有二维码（共 {total} 户）"),
        };
        let heading = self.typeface.fitted(&heading, 12.0, width);
        self.typeface.draw(surface, &heading, x, y + LIST_LINE);
        for (column, cards) in cards.chunks(self.list_rows()).enumerate() {
            let left = x + width / self.list_columns() as f32 * column as f32;
            for (row, card) in cards.iter().enumerate() {
                let line = format!("{}  {}", card.code, card.name);
                let line = self.typeface.fitted(&line, LIST_SIZE, LIST_COLUMN - 2.0 * MM);
                self.typeface.draw(surface, &line, left, y + LIST_LINE * (row as f32 + 3.0));
            }
        }
    }
}

fn height_of(line: &Line) -> f32 {
    line.size * 1.45
}

/// The code within its quiet zone, as one path: its modules meet without a seam.
fn draw_code(surface: &mut Surface<'_>, modules: &QrModules, frame: Frame) {
    let module = frame.width / modules.width_with_quiet_zone() as f32;
    let quiet = (modules.width_with_quiet_zone() - modules.width()) as f32 / 2.0;
    let mut path = PathBuilder::new();
    for (left, top, length) in modules.dark_runs() {
        if let Some(run) = Rect::from_xywh(left as f32 + quiet, top as f32 + quiet, length as f32, 1.0) {
            path.push_rect(run);
        }
    }
    surface.push_transform(&Transform::from_row(module, 0.0, 0.0, module, frame.x, frame.y));
    surface.set_fill(Some(Fill::default()));
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
    surface.pop();
}
