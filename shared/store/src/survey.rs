//! Surveys: the items, and their entries in the lists of the regions above them.

use anju_domain::household::Household;
use anju_domain::ids::{HouseholdId, SurveyId};
use anju_domain::region::RegionCode;
use anju_domain::survey::Survey;
use serde::Serialize;

use crate::children::Child;
use crate::item;
use crate::keys::{self, Key};
use crate::timeline::{self, Bounds, Order, Stretch, TimelinePage};
use crate::transaction::Write;
use crate::{Registry, StoreError};

#[derive(Serialize)]
struct Entry<'a> {
    id: &'a SurveyId,
}

impl Child for Survey {
    type Id = SurveyId;
    const PREFIX: &str = keys::SURVEY_PREFIX;

    fn id(&self) -> &SurveyId {
        &self.id
    }

    fn household(id: &SurveyId) -> &HouseholdId {
        id.household()
    }

    fn key(id: &SurveyId) -> Key {
        keys::survey(id)
    }
}

impl Registry {
    /// The survey as it is now.
    pub async fn survey(&self, id: &SurveyId) -> Result<Option<Survey>, StoreError> {
        self.child(id).await
    }

    /// All surveys of a household, oldest first.
    pub async fn surveys_of(&self, household: &HouseholdId) -> Result<Vec<Survey>, StoreError> {
        self.children(household).await
    }

    /// These surveys in this order, each with its household; those that don't exist are left out.
    pub async fn surveys_with_households(
        &self,
        ids: &[SurveyId],
    ) -> Result<Vec<(Survey, Household)>, StoreError> {
        self.children_with_households(ids).await
    }

    /// A part of a region's surveys, the one that was entered last first.
    pub async fn survey_page(
        &self,
        region: &RegionCode,
        stretch: &Stretch<SurveyId>,
    ) -> Result<TimelinePage<SurveyId>, StoreError> {
        let lists = |region: &RegionCode| vec![(keys::survey_list(region), Bounds::default())];
        self.timeline(region, lists, None, Order::NewestFirst, stretch).await
    }

    /// The writes that enter a survey, for the transaction of its household, whose revision guards the
    /// survey as well.
    pub fn new_survey_writes(&self, survey: &Survey) -> Result<Vec<Write>, StoreError> {
        let table = self.table.as_str();
        let mut writes = vec![Write::insert(table, item::write(&keys::survey(&survey.id), survey)?)?];
        for key in entries(survey) {
            writes.push(Write::put(table, item::write(&key, &Entry { id: &survey.id })?)?);
        }
        Ok(writes)
    }

    /// The write that replaces a survey. Lists are in order of when surveys were entered, which stays.
    pub fn edited_survey_write(&self, survey: &Survey) -> Result<Write, StoreError> {
        Write::overwrite(&self.table, item::write(&keys::survey(&survey.id), survey)?)
    }
}

/// Where a survey is listed: at the four levels that keep lists of their own.
fn entries(survey: &Survey) -> Vec<Key> {
    let listed = |region: RegionCode| keys::entry(&keys::survey_list(&region), survey.created.at, &survey.id);
    timeline::regions_of(survey.id.household()).map(listed).collect()
}

#[cfg(test)]
mod tests {
    use anju_domain::survey::{SurveyForm, Touch};
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn a_survey_is_listed_at_four_levels_by_when_it_was_entered() {
        let survey = Survey {
            id: SurveyId::new("530627101203-1".parse().unwrap(), 7),
            version: 1,
            form: SurveyForm {
                surveyor: "调研员".parse().unwrap(),
                surveyed_at: "2020-06-03".parse().unwrap(),
                public: true,
                opinion: "同意".parse().unwrap(),
                finding: "房屋安全".parse().unwrap(),
                photo_ids: Vec::new(),
            },
            created: Touch { by: "530627101".parse().unwrap(), at: Timestamp::UNIX_EPOCH },
            edited: None,
        };
        let keys = entries(&survey);
        let lists: Vec<&str> = keys.iter().map(|key| key.pk.as_str()).collect();
        let codes = ["530627101203", "530627101", "530627", "53"];
        assert_eq!(lists, codes.map(|code| format!("L#surveys#{code}#all")));
        assert!(keys[0].sk.starts_with("1970-01-01T00:00:00.000000Z#530627101203-1-"));
    }
}
