//! Timelines: lists of a region's reports or surveys in order of time, read from where a page begins.
//! Villages, townships, counties and provinces keep their own; prefecture and nation merge the lists of
//! their counties and provinces.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use anju_domain::ids::HouseholdId;
use anju_domain::region::{Level, RegionCode};
use jiff::Timestamp;
use tokio::task::JoinSet;

use crate::item::{self, Item, text};
use crate::keys::{self, SK};
use crate::{Registry, StoreError};

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The one that waits longest first.
    OldestFirst,
    /// The latest first.
    NewestFirst,
}

/// The id of something that timelines list.
pub trait Listed: FromStr + fmt::Display + Ord + Clone + Send + 'static {}

impl<T: FromStr + fmt::Display + Ord + Clone + Send + 'static> Listed for T {}

/// A thing's place in a timeline: what a cursor says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place<Id> {
    text: String,
    of: PhantomData<Id>,
}

impl<Id: Listed> Place<Id> {
    /// That of a thing of then.
    pub fn of(at: Timestamp, id: &Id) -> Self {
        Place { text: keys::place(at, id), of: PhantomData }
    }

    fn id(&self) -> Result<Id, StoreError> {
        let id = self.text.split_once('#').and_then(|(_, id)| id.parse().ok());
        id.ok_or_else(|| StoreError::corrupt(self.text.clone(), InvalidPlace))
    }
}

impl<Id> fmt::Display for Place<Id> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// The text is no place in a timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no place in a list")]
pub struct InvalidPlace;

impl<Id: Listed> FromStr for Place<Id> {
    type Err = InvalidPlace;

    fn from_str(text: &str) -> Result<Self, InvalidPlace> {
        let (at, id) = text.split_once('#').ok_or(InvalidPlace)?;
        let at = at.parse::<Timestamp>().map_err(|_| InvalidPlace)?;
        let id = id.parse::<Id>().map_err(|_| InvalidPlace)?;
        Ok(Place::of(at, &id))
    }
}

/// Which part of a timeline is wanted.
#[derive(Debug, Clone)]
pub struct Stretch<Id> {
    /// What stands behind this place.
    pub after: Option<Place<Id>>,
    /// Behind so many more.
    pub skip: usize,
    /// Up to so many.
    pub limit: usize,
}

/// A part of a timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelinePage<Id> {
    /// What stands there.
    pub ids: Vec<Id>,
    /// The place of the last one, where more follow.
    pub next: Option<Place<Id>>,
}

/// Between which sort keys, both excluded, a list is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub(crate) from: String,
    pub(crate) until: String,
}

impl Default for Bounds {
    /// All places: they begin with a digit.
    fn default() -> Self {
        Bounds { from: "#".to_owned(), until: "~".to_owned() }
    }
}

impl Bounds {
    /// What of it comes after `after` in this order.
    fn after<Id>(self, after: Option<&Place<Id>>, order: Order) -> Bounds {
        match (after.map(|place| place.text.clone()), order) {
            (None, _) => self,
            (Some(place), Order::OldestFirst) => Bounds { from: self.from.max(place), ..self },
            (Some(place), Order::NewestFirst) => Bounds { until: self.until.min(place), ..self },
        }
    }
}

/// Entries with this text in this attribute.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Only {
    pub(crate) attribute: &'static str,
    pub(crate) is: &'static str,
}

/// One list to read.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    pub(crate) list: String,
    pub(crate) bounds: Bounds,
    pub(crate) only: Option<Only>,
    pub(crate) order: Order,
    pub(crate) limit: usize,
}

/// The regions above a household that keep timelines of their own.
pub(crate) fn regions_of(household: &HouseholdId) -> impl Iterator<Item = RegionCode> {
    let village = household.village().region().clone();
    let levels = [Level::Village, Level::Township, Level::County, Level::Province];
    levels.into_iter().filter_map(move |level| village.at(level))
}

impl Registry {
    /// A part of a region's timeline. `lists` are the partitions of a region that keeps its own, each with
    /// the bounds within which it is read: one request each, unless `only` leaves much out.
    pub(crate) async fn timeline<Id: Listed>(
        &self,
        region: &RegionCode,
        lists: impl Fn(&RegionCode) -> Vec<(String, Bounds)>,
        only: Option<Only>,
        order: Order,
        stretch: &Stretch<Id>,
    ) -> Result<TimelinePage<Id>, StoreError> {
        let Stretch { after, skip, limit } = stretch;
        let mut readings = JoinSet::new();
        for (list, bounds) in self.regions_with_timelines(region).await?.iter().flat_map(lists) {
            let bounds = bounds.after(after.as_ref(), order);
            let reading = Reading { list, bounds, only, order, limit: skip + limit + 1 };
            let registry = self.clone();
            readings.spawn(async move { registry.places::<Id>(reading).await });
        }
        let mut places = Vec::new();
        while let Some(read) = readings.join_next().await {
            let read = read
                .map_err(|error| StoreError::Unavailable { operation: "Query", cause: error.to_string() })?;
            places.extend(read?);
        }
        places.sort();
        if order == Order::NewestFirst {
            places.reverse();
        }
        let more = places.len() > skip + limit;
        let page: Vec<Place<Id>> = places.into_iter().skip(*skip).take(*limit).collect();
        let next = page.last().filter(|_| more).cloned();
        let ids = page.iter().map(Place::id).collect::<Result<_, _>>()?;
        Ok(TimelinePage { ids, next })
    }

    /// The ids in a list, in its order.
    pub(crate) async fn listed<Id: Listed>(&self, reading: Reading) -> Result<Vec<Id>, StoreError> {
        self.places(reading).await?.iter().map(Place::id).collect()
    }

    /// The regions whose timelines together are a region's.
    async fn regions_with_timelines(&self, region: &RegionCode) -> Result<Vec<RegionCode>, StoreError> {
        match region.level() {
            Level::Nation | Level::Prefecture => {
                let below = self.regions_below(region).await?;
                Ok(below.into_iter().map(|region| region.code).collect())
            }
            Level::Province | Level::County | Level::Township | Level::Village => Ok(vec![region.clone()]),
        }
    }

    async fn places<Id: Listed>(&self, reading: Reading) -> Result<Vec<Place<Id>>, StoreError> {
        let Reading { list, bounds: Bounds { from, until }, only, order, limit } = reading;
        let mut places = Vec::new();
        let mut start = None;
        if from >= until {
            return Ok(places);
        }
        while places.len() < limit {
            let mut query = (self.client.query().table_name(&self.table))
                .key_condition_expression("PK = :list AND SK BETWEEN :from AND :until")
                .expression_attribute_values(":list", text(&list))
                .expression_attribute_values(":from", text(&from))
                .expression_attribute_values(":until", text(&until))
                .projection_expression(SK)
                .scan_index_forward(order == Order::OldestFirst)
                .consistent_read(true)
                .set_exclusive_start_key(start.take());
            query = match only {
                // The place itself, which may be among them, isn't wanted.
                None => query.limit(i32::try_from(limit - places.len() + 1).unwrap_or(i32::MAX)),
                Some(Only { attribute, is }) => query
                    .filter_expression("#only = :only")
                    .expression_attribute_names("#only", attribute)
                    .expression_attribute_values(":only", text(is)),
            };
            let read = query.send().await.map_err(StoreError::sdk("Query"))?;
            for item in read.items.unwrap_or_default() {
                let place: Place<Id> = place(&item)?;
                if place.text != from && place.text != until {
                    places.push(place);
                }
            }
            start = read.last_evaluated_key;
            if start.is_none() {
                break;
            }
        }
        places.truncate(limit);
        Ok(places)
    }
}

fn place<Id: Listed>(item: &Item) -> Result<Place<Id>, StoreError> {
    let sk = item.get(SK).and_then(|value| value.as_s().ok());
    let place = sk.and_then(|sk| sk.parse().ok());
    place.ok_or_else(|| StoreError::corrupt(item::describe(item), InvalidPlace))
}

#[cfg(test)]
mod tests {
    use anju_domain::ids::FeedbackId;

    use super::*;

    #[test]
    fn a_cursor_that_is_no_place_is_refused() {
        let place = Place::of(Timestamp::UNIX_EPOCH, &FeedbackId::new("530627101203-1".parse().unwrap(), 7));
        assert_eq!(place.to_string().parse(), Ok(place));
        for wrong in ["", "#", "2020-06-03T04:00:00Z#", "x#530627101203-1-7", "~"] {
            assert_eq!(wrong.parse::<Place<FeedbackId>>(), Err(InvalidPlace), "{wrong}");
        }
    }
}
