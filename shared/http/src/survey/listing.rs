//! Lists of surveys, and single ones.

use anju_domain::household::Household;
use anju_domain::ids::SurveyId;
use anju_domain::region::RegionCode;
use anju_domain::survey::{Survey, Surveyed};
use anju_store::{CounterTable, Registry};
use jiff::Timestamp;
use lambda_http::Request;
use lambda_http::http::StatusCode;

use crate::auth::Caller;
use crate::error::ApiError;
use crate::form::Fields;
use crate::list_form::{read_address, region};
use crate::regions::{self, RegionNames};
use crate::respond::{Answer, json_answer};
use crate::timeline::Span;
use crate::view::region::VillageView;
use crate::view::survey::SurveyView;

/// The survey and its household.
pub async fn find(registry: &Registry, id: &SurveyId) -> Result<Surveyed, ApiError> {
    let found = registry.surveys_with_households(std::slice::from_ref(id)).await?;
    let (survey, household) = found.into_iter().next().ok_or(ApiError::NotFound)?;
    Ok(Surveyed { household, survey })
}

/// A survey as clients see it.
pub async fn view(registry: &Registry, surveyed: &Surveyed) -> Result<SurveyView, ApiError> {
    let village = surveyed.household.id.village().region();
    let region = VillageView::new(village, registry.path(village).await?);
    Ok(SurveyView::new(&surveyed.survey, &surveyed.household, region))
}

/// What somebody asks for.
#[derive(Debug, Clone)]
pub struct SurveyQuery {
    region: Option<RegionCode>,
    span: Span<SurveyId>,
}

impl SurveyQuery {
    /// What the address asks for.
    pub fn of_address(request: &Request) -> Result<Self, ApiError> {
        read_address(request, parameters)
    }
}

/// The parameters of the address.
pub fn parameters(fields: &mut Fields) -> Option<SurveyQuery> {
    Some(SurveyQuery { region: region(fields), span: Span::of(fields) })
}

/// What lists are made of.
#[derive(Debug, Clone)]
pub struct SurveyLists {
    /// The surveys.
    pub registry: Registry,
    /// The counts, for totals.
    pub counters: CounterTable,
}

impl SurveyLists {
    /// The list that is asked for, the survey that was entered last first.
    pub async fn answer(&self, caller: &Caller, query: &SurveyQuery) -> Answer {
        let SurveyQuery { region: named, span } = query;
        let region = regions::of_list(&self.registry, caller, named.as_ref()).await?;
        let page = self.registry.survey_page(&region, &span.stretch()).await?;
        let rows = self.registry.surveys_with_households(&page.ids).await?;
        let counts = self.counters.counts_of(&region).await?;
        let total = counts.map_or(0, |counts| counts.total().surveys);
        let items = self.items(&rows).await?;
        let body = span.answer(items, Some(total), page.next.as_ref(), Timestamp::now());
        json_answer(StatusCode::OK, &body)
    }

    async fn items(&self, rows: &[(Survey, Household)]) -> Result<Vec<SurveyView>, ApiError> {
        let villages = rows.iter().map(|(_, household)| household.id.village().region());
        let names = RegionNames::read(&self.registry, villages).await?;
        let item = |(survey, household): &(Survey, Household)| {
            let region = names.view(household.id.village().region());
            SurveyView::new(survey, household, region)
        };
        Ok(rows.iter().map(item).collect())
    }
}
