//! Lists of households: who may see which, and how clients see them.

use anju_domain::household::Household;
use anju_domain::region::RegionCode;
use anju_domain::violation::ViolationCode;
use anju_query::{HouseholdLists, HouseholdPage, ListError, Total};
use anju_store::{CounterTable, Registry};
use jiff::Timestamp;
use lambda_http::http::StatusCode;
use serde::Serialize;

use crate::auth::Caller;
use crate::error::ApiError;
use crate::household_query::Asked;
use crate::page::next_cursor;
use crate::regions::{self, RegionNames};
use crate::respond::{Answer, json_answer};
use crate::view::household::{HouseholdItem, Numbers};

/// What lists are made of.
#[derive(Debug, Clone)]
pub struct HouseholdListing {
    lists: HouseholdLists<CounterTable, Registry>,
}

/// A page as clients see it.
#[derive(Debug, Serialize)]
struct PageView {
    items: Vec<HouseholdItem>,
    total: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total_is_at_least: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pages: Option<u64>,
    next_cursor: Option<String>,
    as_of: Timestamp,
}

impl HouseholdListing {
    /// Over the register, which needs the key of the search pointers where people are searched, and
    /// its counts.
    pub fn new(registry: Registry, counters: CounterTable) -> Self {
        HouseholdListing { lists: HouseholdLists { index: counters, register: registry } }
    }

    /// The page that the caller asks for.
    pub async fn answer(&self, caller: &Caller, asked: &Asked) -> Answer {
        let named = asked.region.as_deref().map(str::parse::<RegionCode>);
        let named = named.transpose().map_err(|_| ApiError::NotFound)?;
        let region = regions::of_list(&self.lists.register, caller, named.as_ref()).await?;
        let page = self.lists.list(&region, &asked.query).await?;
        let items = self.items(caller, &page.households).await?;
        json_answer(StatusCode::OK, &PageView::new(items, &page, asked))
    }

    async fn items(&self, caller: &Caller, households: &[Household]) -> Result<Vec<HouseholdItem>, ApiError> {
        let villages = households.iter().map(|household| household.id.village().region());
        let names = RegionNames::read(&self.lists.register, villages).await?;
        let numbers = Numbers::for_caller(caller.sees_full_numbers());
        let item = |household: &Household| {
            HouseholdItem::new(household, names.view(household.id.village().region()), numbers)
        };
        households.iter().map(item).collect()
    }
}

impl PageView {
    fn new(items: Vec<HouseholdItem>, page: &HouseholdPage, asked: &Asked) -> Self {
        let total = match page.total {
            Total::Exactly(total) => Some(total),
            Total::AtLeast(_) | Total::Unknown => None,
        };
        let total_is_at_least = match page.total {
            Total::AtLeast(total) => Some(total),
            Total::Exactly(_) | Total::Unknown => None,
        };
        PageView {
            items,
            total,
            total_is_at_least,
            page: asked.page,
            pages: total.map(|total| total.div_ceil(asked.query.limit as u64)),
            next_cursor: page.next.as_ref().map(next_cursor),
            as_of: Timestamp::now(),
        }
    }
}

impl From<ListError> for ApiError {
    fn from(error: ListError) -> Self {
        match error {
            ListError::Unavailable(error) => ApiError::internal(error),
            ListError::NotCountedThatFar => ApiError::invalid("/page", ViolationCode::OutOfRange),
        }
    }
}
