//! Lists of households: who may see which, and how clients see them.

use anju_domain::household::Household;
use anju_domain::region::RegionCode;
use anju_domain::violation::ViolationCode;
use anju_query::{HouseholdLists, HouseholdPage, HouseholdQuery, ListError, Total};
use anju_store::{CounterTable, Registry};
use jiff::Timestamp;
use lambda_http::http::StatusCode;

use crate::auth::Caller;
use crate::error::ApiError;
use crate::household_query::Asked;
use crate::regions::{self, RegionNames};
use crate::respond::{Answer, json_answer};
use crate::view::household::{HouseholdItem, Numbers};
use crate::view::list::ListView;

/// What lists are made of.
#[derive(Debug, Clone)]
pub struct HouseholdListing {
    lists: HouseholdLists<CounterTable, Registry>,
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
        let page = self.page(&region, &asked.query).await?;
        let items = self.items(Numbers::for_caller(caller.sees_full_numbers()), &page.households).await?;
        json_answer(StatusCode::OK, &page_view(items, &page, asked))
    }

    /// A page of a region's households.
    pub async fn page(&self, region: &RegionCode, query: &HouseholdQuery) -> Result<HouseholdPage, ApiError> {
        Ok(self.lists.list(region, query).await?)
    }

    /// The names of the regions that households lie in.
    pub async fn names(&self, households: &[Household]) -> Result<RegionNames, ApiError> {
        let villages = households.iter().map(|household| household.id.village().region());
        Ok(RegionNames::read(&self.lists.register, villages).await?)
    }

    /// Households as rows of a list.
    pub async fn items(
        &self,
        numbers: Numbers,
        households: &[Household],
    ) -> Result<Vec<HouseholdItem>, ApiError> {
        let names = self.names(households).await?;
        let item = |household: &Household| {
            HouseholdItem::new(household, names.view(household.id.village().region()), numbers)
        };
        Ok(households.iter().map(item).collect())
    }
}

fn page_view(items: Vec<HouseholdItem>, page: &HouseholdPage, asked: &Asked) -> ListView<HouseholdItem> {
    let (total, at_least) = match page.total {
        Total::Exactly(total) => (Some(total), None),
        Total::AtLeast(total) => (None, Some(total)),
        Total::Unknown => (None, None),
    };
    ListView::new(items, page.next.as_ref(), Timestamp::now())
        .of_total(total)
        .of_at_least(at_least)
        .at_page(asked.page, asked.query.limit as u64)
}

impl From<ListError> for ApiError {
    fn from(error: ListError) -> Self {
        match error {
            ListError::Unavailable(error) => ApiError::internal(error),
            ListError::NotCountedThatFar => ApiError::invalid("/page", ViolationCode::OutOfRange),
        }
    }
}
