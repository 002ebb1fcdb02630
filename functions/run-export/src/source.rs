//! The rows of an export, as its own account sees them.

use anju_domain::access::sees_full_numbers;
use anju_domain::export::{Export, ExportKind};
use anju_domain::household::Household;
use anju_domain::ids::HouseholdId;
use anju_domain::language::Language;
use anju_domain::table::{Column, Row};
use anju_export::ports::{Failure, Source, SourcePage};
use anju_export::sheet::Card;
use anju_http::ApiError;
use anju_http::export::form::ExportFilters;
use anju_http::feedback::filter::FeedbackQuery;
use anju_http::table::TableRow;
use anju_http::timeline::Span;
use anju_http::view::feedback::FeedbackView;
use anju_http::view::household::{HouseholdItem, Numbers};
use anju_http::view::statistics::Row as StatisticsRow;
use anju_query::ports::Register as _;
use anju_query::{HouseholdQuery, Start};
use jiff::Timestamp;

use crate::handler::Context;
use crate::stores::failure;

/// Rows that are read at a time: what the lists give at most.
const PAGE: usize = 100;

/// The rows of one export.
pub struct Rows<'a> {
    context: &'a Context,
    export: &'a Export,
    filters: ExportFilters,
    numbers: Numbers,
}

/// The columns of an export. A sheet has none: its rows are cards.
pub fn columns(kind: ExportKind, language: Language) -> Vec<Column> {
    match kind {
        ExportKind::Households => HouseholdItem::columns(language),
        ExportKind::Feedback => FeedbackView::columns(language),
        ExportKind::Statistics => StatisticsRow::columns(language),
        ExportKind::QrSheet => Vec::new(),
    }
}

impl<'a> Rows<'a> {
    pub fn of(context: &'a Context, export: &'a Export, filters: ExportFilters) -> Self {
        let numbers = Numbers::for_caller(sees_full_numbers(export.by.account.level()));
        Rows { context, export, filters, numbers }
    }

    async fn households(&self, after: Option<&str>) -> Result<SourcePage, ApiError> {
        let (households, next) = self.listed(after).await?;
        let items = self.context.households.items(self.numbers, &households).await?;
        let rows = items.iter().map(|item| item.cells(self.export.order.language)).collect();
        Ok(SourcePage { rows, left_out: 0, next })
    }

    /// Households of the list, and the place behind which more follow.
    async fn listed(&self, after: Option<&str>) -> Result<(Vec<Household>, Option<String>), ApiError> {
        let start = match after {
            Some(place) => Start::After(place.parse().map_err(ApiError::internal)?),
            None => Start::Skip(0),
        };
        let (filter, people) = (self.filters.households, self.filters.people.clone());
        let query = HouseholdQuery { filter, people, start, limit: PAGE };
        let page = self.context.households.page(&self.export.order.region, &query).await?;
        Ok((page.households, page.next.map(|id| id.to_string())))
    }

    async fn feedback(&self, after: Option<&str>) -> Result<SourcePage, ApiError> {
        let after = after.map(str::parse).transpose().map_err(ApiError::internal)?;
        let query = FeedbackQuery {
            region: None,
            filter: self.filters.feedback,
            people: self.filters.reporters.clone(),
            span: Span { after, page: None, limit: PAGE },
        };
        let region = &self.export.order.region;
        // What is overdue is so at one moment for all pages.
        let now = self.export.requested_at;
        let (views, next) = self.context.feedback.views(self.numbers, region, &query, now).await?;
        let rows = views.iter().map(|view| view.cells(self.export.order.language)).collect();
        Ok(SourcePage { rows, left_out: 0, next: next.map(|place| place.to_string()) })
    }

    async fn statistics(&self) -> Result<SourcePage, ApiError> {
        let statistics = &self.context.statistics;
        let region =
            statistics.registry.region(&self.export.order.region).await?.ok_or(ApiError::NotFound)?;
        let view = statistics.of(region, Timestamp::now()).await?;
        Ok(SourcePage { rows: view.table(self.export.order.language), left_out: 0, next: None })
    }

    async fn cards(&self, after: Option<&str>) -> Result<SourcePage, ApiError> {
        let (households, next) = match self.filters.chosen.is_empty() {
            true => self.listed(after).await?,
            false => self.chosen(after).await?,
        };
        let names = self.context.households.names(&households).await?;
        let card = |household: &Household| {
            let path = names.path(household.id.village().region());
            Card::of(household, &path, &self.export.order.base_url).row()
        };
        let left_out = households.iter().filter(|household| household.lookup.is_none()).count() as u64;
        let rows: Vec<Row> = households.iter().map(card).collect();
        Ok(SourcePage { rows, left_out, next })
    }

    /// Chosen households in order of their ids, as far as they are there.
    async fn chosen(&self, after: Option<&str>) -> Result<(Vec<Household>, Option<String>), ApiError> {
        let after: Option<HouseholdId> = after.map(str::parse).transpose().map_err(ApiError::internal)?;
        let mut ids: Vec<HouseholdId> = self.filters.chosen.clone();
        ids.sort();
        ids.retain(|id| after.as_ref().is_none_or(|after| id > after));
        let more = ids.len() > PAGE;
        ids.truncate(PAGE);
        let next = ids.last().filter(|_| more).map(ToString::to_string);
        let read = self.context.statistics.registry.households(&ids).await;
        Ok((read.map_err(|error| ApiError::Internal(Box::new(error)))?, next))
    }
}

impl Source for Rows<'_> {
    async fn page(&self, after: Option<&str>) -> Result<SourcePage, Failure> {
        let page = match self.export.order.kind {
            ExportKind::Households => self.households(after).await,
            ExportKind::Feedback => self.feedback(after).await,
            ExportKind::Statistics => self.statistics().await,
            ExportKind::QrSheet => self.cards(after).await,
        };
        page.map_err(|error| match error {
            ApiError::Internal(cause) => Failure::Unavailable(cause),
            error => Failure::Unavailable(Box::new(error)),
        })
    }
}

/// The account's own account, to see whether it may still be used.
pub async fn is_admitted(context: &Context, export: &Export) -> Result<bool, Failure> {
    let account = context.stores.control.account(&export.by.account).await.map_err(failure)?;
    Ok(account.is_some_and(|account| !account.disabled))
}
