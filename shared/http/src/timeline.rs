//! Lists of reports and surveys: which part of which region is asked for, and what an answer is made of.

use anju_domain::violation::ViolationCode;
use anju_store::timeline::{Listed, Place, Stretch};
use jiff::Timestamp;

use crate::form::Fields;
use crate::page::{MAX_PAGE, cursor, limit};
use crate::view::list::ListView;

/// Rows that can be jumped over: further on, a cursor leads.
const MAX_SKIP: usize = 5_000;

/// Which part of a list somebody asks for.
#[derive(Debug, Clone)]
pub struct Span<Id> {
    /// After this one.
    pub after: Option<Place<Id>>,
    /// This page, from 1.
    pub page: Option<usize>,
    /// Rows of a page.
    pub limit: usize,
}

impl<Id: Listed> Span<Id> {
    /// Reads `cursor`, `limit` and `page`.
    pub fn of(fields: &mut Fields) -> Self {
        let after = cursor(fields);
        let limit = limit(fields);
        let page = fields.whole_number("page", 1, MAX_PAGE).and_then(|page| usize::try_from(page).ok());
        if page.is_some_and(|page| page > MAX_SKIP / limit + 1) {
            fields.reject("page", ViolationCode::OutOfRange);
        }
        if page.is_some() && after.is_some() {
            fields.reject("page", ViolationCode::NotApplicable);
        }
        Span { after, page, limit }
    }

    /// Rows before the page.
    pub fn skip(&self) -> usize {
        self.page.map_or(0, |page| (page - 1) * self.limit)
    }

    /// The part of the stored lists that is to be read.
    pub fn stretch(&self) -> Stretch<Id> {
        Stretch { after: self.after.clone(), skip: self.skip(), limit: self.limit }
    }

    /// The answer: a page's rows, how many there are of them in all where that is known, and the place of
    /// the last one where more follow.
    pub fn answer<T>(
        &self,
        items: Vec<T>,
        total: Option<u64>,
        next: Option<&Place<Id>>,
        now: Timestamp,
    ) -> ListView<T> {
        let page = self.page.map(|page| page as u64);
        ListView::new(items, next, now).of_total(total).at_page(page, self.limit as u64)
    }
}
