//! Lists of reports, and single ones, as the caller sees them.

use std::collections::BTreeSet;

use anju_domain::count::Counts;
use anju_domain::feedback::{Feedback, FeedbackStatus, Reported};
use anju_domain::household::Household;
use anju_domain::ids::{FeedbackId, HouseholdId};
use anju_domain::region::RegionCode;
use anju_query::ports::By;
use anju_store::feedback_list::FeedbackFilter;
use anju_store::timeline::{Order, Place};
use anju_store::{CounterTable, Registry, StoreError};
use jiff::Timestamp;
use lambda_http::http::StatusCode;
use tokio::task::JoinSet;

use crate::auth::Caller;
use crate::error::ApiError;
use crate::feedback::filter::FeedbackQuery;
use crate::regions::{self, RegionNames};
use crate::respond::{Answer, json_answer};
use crate::view::feedback::{FeedbackItem, FeedbackView};
use crate::view::household::Numbers;
use crate::view::region::VillageView;

/// Households that a search by name looks at.
const MAX_HOUSEHOLDS: usize = 1000;
/// Households whose reports are read at the same time.
const AT_ONCE: usize = 16;

/// A report as the caller sees it.
pub async fn view(
    registry: &Registry,
    caller: &Caller,
    reported: &Reported,
) -> Result<FeedbackView, ApiError> {
    let Reported { household, feedback } = reported;
    let village = household.id.village().region();
    let region = VillageView::new(village, registry.path(village).await?);
    let numbers = Numbers::for_caller(caller.sees_full_numbers());
    let item = FeedbackItem::new(feedback, household, region, numbers, Timestamp::now());
    Ok(FeedbackView::new(item, feedback, household))
}

/// What lists are made of.
#[derive(Debug, Clone)]
pub struct FeedbackLists {
    /// The reports.
    pub registry: Registry,
    /// The counts, for totals.
    pub counters: CounterTable,
}

/// A page of a list.
struct Page {
    rows: Vec<(Feedback, Household)>,
    next: Option<Place<FeedbackId>>,
    total: Option<u64>,
    /// Where the total isn't known.
    at_least: Option<u64>,
}

impl FeedbackLists {
    /// The list that is asked for.
    pub async fn answer(&self, caller: &Caller, query: &FeedbackQuery) -> Answer {
        let region = regions::of_list(&self.registry, caller, query.region.as_ref()).await?;
        let now = Timestamp::now();
        let page = self.page(&region, query, now).await?;
        let numbers = Numbers::for_caller(caller.sees_full_numbers());
        let items = self.items(numbers, &page.rows, now).await?;
        let list = query.span.answer(items, page.total, page.next.as_ref(), now).of_at_least(page.at_least);
        json_answer(StatusCode::OK, &list)
    }

    /// A page of reports with all that is known of them, and the place behind which the next one is.
    pub async fn views(
        &self,
        numbers: Numbers,
        region: &RegionCode,
        query: &FeedbackQuery,
        now: Timestamp,
    ) -> Result<(Vec<FeedbackView>, Option<Place<FeedbackId>>), ApiError> {
        let page = self.page(region, query, now).await?;
        let items = self.items(numbers, &page.rows, now).await?;
        let views = items
            .into_iter()
            .zip(&page.rows)
            .map(|(item, (feedback, household))| FeedbackView::new(item, feedback, household));
        Ok((views.collect(), page.next))
    }

    async fn page(
        &self,
        region: &RegionCode,
        query: &FeedbackQuery,
        now: Timestamp,
    ) -> Result<Page, ApiError> {
        if query.people.is_empty() {
            self.listed(region, query, now).await
        } else {
            self.searched(region, query, now).await
        }
    }

    async fn listed(
        &self,
        region: &RegionCode,
        query: &FeedbackQuery,
        now: Timestamp,
    ) -> Result<Page, ApiError> {
        let FeedbackQuery { filter, span, .. } = query;
        let page = self.registry.feedback_page(region, *filter, &span.stretch(), now).await?;
        let rows = self.registry.feedback_with_households(&page.ids).await?;
        let total = match counted(filter) {
            Some(count) => {
                let counts = self.counters.counts_of(region).await?;
                Some(counts.map_or(0, |counts| count(&counts.total())))
            }
            None => None,
        };
        Ok(Page { rows, next: page.next, total, at_least: None })
    }

    async fn searched(
        &self,
        region: &RegionCode,
        query: &FeedbackQuery,
        now: Timestamp,
    ) -> Result<Page, ApiError> {
        let (ids, complete) = self.households_of(region, &query.people).await?;
        let households = self.registry.households_at(ids).await?;
        let with_reports =
            households.into_values().filter(|one| one.feedback.open > 0 || one.feedback.handled > 0);
        let mut rows = self.reports_of(with_reports.collect()).await?;
        rows.retain(|(feedback, _)| accepts(&query.filter, feedback, now));
        let place = |row: &(Feedback, Household)| Place::of(row.0.reported_at, &row.0.id);
        rows.sort_by_cached_key(place);
        let newest_first = query.filter.order() == Order::NewestFirst;
        if newest_first {
            rows.reverse();
        }
        let found = rows.len() as u64;
        let span = &query.span;
        if let Some(after) = &span.after {
            rows.retain(|row| if newest_first { place(row) < *after } else { place(row) > *after });
        }
        let more = rows.len() > span.skip() + span.limit;
        let rows: Vec<_> = rows.into_iter().skip(span.skip()).take(span.limit).collect();
        let next = rows.last().filter(|_| more).map(place);
        Ok(Page { rows, next, total: complete.then_some(found), at_least: (!complete).then_some(found) })
    }

    /// The households in which all of these people are, and whether those are all.
    async fn households_of(
        &self,
        region: &RegionCode,
        people: &[By],
    ) -> Result<(BTreeSet<HouseholdId>, bool), ApiError> {
        let mut common: Option<BTreeSet<HouseholdId>> = None;
        let mut complete = true;
        for person in people {
            let found = self.registry.households_with(person, region, MAX_HOUSEHOLDS + 1).await?;
            complete &= found.len() <= MAX_HOUSEHOLDS;
            common = Some(match common {
                Some(before) => before.intersection(&found).cloned().collect(),
                None => found,
            });
        }
        Ok((common.unwrap_or_default(), complete))
    }

    async fn reports_of(&self, households: Vec<Household>) -> Result<Vec<(Feedback, Household)>, ApiError> {
        let mut rows = Vec::new();
        for some in households.chunks(AT_ONCE) {
            let mut readings = JoinSet::new();
            for household in some.iter().cloned() {
                let registry = self.registry.clone();
                readings.spawn(async move {
                    let reports = registry.feedback_of(&household.id).await?;
                    Ok::<_, StoreError>((reports, household))
                });
            }
            while let Some(read) = readings.join_next().await {
                let (reports, household) = read.map_err(ApiError::internal)??;
                rows.extend(reports.into_iter().map(|report| (report, household.clone())));
            }
        }
        Ok(rows)
    }

    async fn items(
        &self,
        numbers: Numbers,
        rows: &[(Feedback, Household)],
        now: Timestamp,
    ) -> Result<Vec<FeedbackItem>, ApiError> {
        let villages = rows.iter().map(|(_, household)| household.id.village().region());
        let names = RegionNames::read(&self.registry, villages).await?;
        let item = |(feedback, household): &(Feedback, Household)| {
            let region = names.view(household.id.village().region());
            FeedbackItem::new(feedback, household, region, numbers, now)
        };
        Ok(rows.iter().map(item).collect())
    }
}

/// The count of such reports, where there is one.
pub(crate) fn counted(filter: &FeedbackFilter) -> Option<fn(&Counts) -> u64> {
    match filter {
        FeedbackFilter { kind: Some(_), .. } | FeedbackFilter { overdue: Some(_), .. } => None,
        FeedbackFilter { status: None, .. } => Some(|counts| counts.feedback_open + counts.feedback_handled),
        FeedbackFilter { status: Some(FeedbackStatus::Open), .. } => Some(|counts| counts.feedback_open),
        FeedbackFilter { status: Some(FeedbackStatus::Handled), .. } => {
            Some(|counts| counts.feedback_handled)
        }
    }
}

fn accepts(filter: &FeedbackFilter, feedback: &Feedback, now: Timestamp) -> bool {
    filter.status.is_none_or(|status| status == feedback.status())
        && filter.kind.is_none_or(|kind| kind == feedback.kind)
        && filter.overdue.is_none_or(|overdue| overdue == feedback.is_overdue(now))
}
