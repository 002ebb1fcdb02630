//! QR codes on paper: A4 in a grid with marks to cut along, or A6 with a card a page. Codes and text are vectors; the
//! typeface is within the file, with the glyphs that it needs.

mod card;
mod draw;
mod geometry;
mod typeface;

pub use card::Card;

use anju_domain::sheet::SheetLayout;
use anju_domain::table::Row;
use anju_domain::time::china_clock;
use anju_lookup_page::QrError;
use krilla::SerializeSettings;
use krilla::document::Document;
use krilla::metadata::{DateTime, Metadata};
use krilla::page::PageSettings;

use anju_domain::stamp::Stamp;
use draw::Pen;
use geometry::PageFrame;

/// Why there are no pages. The text holds nothing of the households.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// A row that is no card's.
    #[error("a row that is no card")]
    NoCard,
    /// The typeface can't be read: a mistake in how this was built.
    #[error("the typeface can't be read")]
    Typeface,
    /// An address that fits no code.
    #[error(transparent)]
    Code(#[from] QrError),
    /// The pages can't be written.
    #[error("the pages can't be written: {0}")]
    Pages(String),
}

/// Pages that are being written: cards first, then the names of households that have no code.
#[derive(Debug)]
pub struct QrSheet {
    layout: SheetLayout,
    cards: Vec<Card>,
    without: Vec<Card>,
}

impl QrSheet {
    /// An empty one.
    pub fn new(layout: SheetLayout) -> Self {
        QrSheet { layout, cards: Vec::new(), without: Vec::new() }
    }

    /// The next household.
    pub fn row(&mut self, row: &Row) -> Result<(), SheetError> {
        let card = Card::of_row(row).ok_or(SheetError::NoCard)?;
        if card.url.is_some() {
            self.cards.push(card)
        } else {
            self.without.push(card)
        }
        Ok(())
    }

    /// The pages as a PDF file.
    pub fn finish(self, stamp: &Stamp) -> Result<Vec<u8>, SheetError> {
        let settings = SerializeSettings { enable_tagging: false, ..SerializeSettings::default() };
        let mut document = Document::new_with(settings);
        document.set_metadata(metadata(stamp));
        let frame = PageFrame::of(self.layout);
        let pen = Pen::new(frame, stamp.line()).ok_or(SheetError::Typeface)?;
        let lists = pen.lists(&self.without);
        let pages = self.cards.chunks(self.layout.cards().max(1));
        let total = (pages.len() + lists.len()).max(1);
        let mut number = 0;
        let mut page = |draw: &dyn Fn(&mut krilla::surface::Surface<'_>) -> Result<(), SheetError>| {
            number += 1;
            let size = PageSettings::from_wh(frame.width, frame.height);
            let size = size.ok_or_else(|| SheetError::Pages("a page without size".to_owned()))?;
            let mut page = document.start_page_with(size);
            let mut surface = page.surface();
            pen.foot(&mut surface, number, total);
            let drawn = draw(&mut surface);
            surface.finish();
            page.finish();
            drawn
        };
        for cards in pages {
            page(&|surface| {
                pen.cut_marks(surface, self.layout);
                (0..).zip(cards).try_for_each(|(place, card)| pen.card(surface, place, card))
            })?;
        }
        for list in &lists {
            page(&|surface| {
                pen.list(surface, self.without.len(), list);
                Ok(())
            })?;
        }
        if self.cards.is_empty() && lists.is_empty() {
            page(&|surface| {
                pen.list(surface, 0, &[]);
                Ok(())
            })?;
        }
        document.finish().map_err(|error| SheetError::Pages(format!("{error:?}")))
    }
}

fn metadata(stamp: &Stamp) -> Metadata {
    let clock = china_clock(stamp.at);
    let number = |from: usize, to: usize| clock.get(from..to).and_then(|digits| digits.parse::<u16>().ok());
    let mut created = DateTime::new(number(0, 4).unwrap_or_default());
    let small = |from, to| number(from, to).and_then(|number| u8::try_from(number).ok()).unwrap_or_default();
    created = created.month(small(5, 7)).day(small(8, 10)).hour(small(11, 13)).minute(small(14, 16));
    created = created.second(small(17, 19)).utc_offset_hour(8).utc_offset_minute(0);
    Metadata::new()
        .title(stamp.title.clone())
        .description(stamp.line())
        .language("zh-CN".to_owned())
        .authors(vec![stamp.author.clone()])
        .creation_date(created)
}
