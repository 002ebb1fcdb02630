//! Lists of reports: entries in order of time, read from where a page begins. Prefecture and nation merge
//! the lists of their counties and provinces.

use std::fmt;
use std::str::FromStr;

use anju_domain::feedback::{FeedbackStatus, FeedbackType, overdue_until};
use anju_domain::ids::FeedbackId;
use anju_domain::region::{Level, RegionCode};
use jiff::Timestamp;
use tokio::task::JoinSet;

use crate::feedback::TYPE;
use crate::item::{self, Item, text};
use crate::keys::{self, SK};
use crate::{Registry, StoreError};

/// Which reports a list is to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FeedbackFilter {
    /// Only those that stand so.
    pub status: Option<FeedbackStatus>,
    /// Only those about this.
    pub kind: Option<FeedbackType>,
    /// Only those that are overdue, or that aren't.
    pub overdue: Option<bool>,
}

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The one that waits longest first.
    OldestFirst,
    /// The latest first.
    NewestFirst,
}

impl FeedbackFilter {
    /// Open ones are work to do, in the order in which they are due; others are read from the latest on.
    pub fn order(&self) -> Order {
        let to_do = self.status == Some(FeedbackStatus::Open) || self.overdue == Some(true);
        if to_do { Order::OldestFirst } else { Order::NewestFirst }
    }

    /// The lists that hold such reports, each with the bounds of their places.
    fn lists(&self, now: Timestamp) -> Vec<(FeedbackStatus, Bounds)> {
        let limit = keys::behind_time(overdue_until(now));
        let wanted =
            FeedbackStatus::ALL.into_iter().filter(|status| self.status.is_none_or(|own| own == *status));
        wanted
            .filter_map(|status| {
                let bounds = match (status, self.overdue) {
                    (_, None) | (FeedbackStatus::Handled, Some(false)) => Bounds::default(),
                    (FeedbackStatus::Handled, Some(true)) => return None,
                    (FeedbackStatus::Open, Some(true)) => {
                        Bounds { until: limit.clone(), ..Bounds::default() }
                    }
                    (FeedbackStatus::Open, Some(false)) => {
                        Bounds { from: limit.clone(), ..Bounds::default() }
                    }
                };
                Some((status, bounds))
            })
            .collect()
    }
}

/// A report's place in a list: what a cursor says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place(String);

impl Place {
    /// That of a report of then.
    pub fn of(reported_at: Timestamp, id: &FeedbackId) -> Place {
        Place(keys::feedback_place(reported_at, id))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The text is no place in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no place in a list of reports")]
pub struct InvalidPlace;

impl FromStr for Place {
    type Err = InvalidPlace;

    fn from_str(text: &str) -> Result<Self, InvalidPlace> {
        let (at, id) = text.split_once('#').ok_or(InvalidPlace)?;
        let at = at.parse::<Timestamp>().map_err(|_| InvalidPlace)?;
        let id = id.parse::<FeedbackId>().map_err(|_| InvalidPlace)?;
        Ok(Place::of(at, &id))
    }
}

/// Between which sort keys, both excluded, a list is read.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Bounds {
    from: String,
    until: String,
}

impl Default for Bounds {
    /// All places: they begin with a digit.
    fn default() -> Self {
        Bounds { from: "#".to_owned(), until: "~".to_owned() }
    }
}

impl Bounds {
    /// What of it comes after `after` in this order.
    fn after(self, after: Option<&Place>, order: Order) -> Bounds {
        match (after, order) {
            (None, _) => self,
            (Some(Place(place)), Order::OldestFirst) => Bounds { from: self.from.max(place.clone()), ..self },
            (Some(Place(place)), Order::NewestFirst) => {
                Bounds { until: self.until.min(place.clone()), ..self }
            }
        }
    }
}

/// One list to read.
#[derive(Debug, Clone)]
struct Reading {
    list: String,
    bounds: Bounds,
    kind: Option<FeedbackType>,
    order: Order,
    limit: usize,
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedbackPage {
    /// The reports.
    pub ids: Vec<FeedbackId>,
    /// The place of the last one, where more follow.
    pub next: Option<Place>,
}

impl Registry {
    /// Up to `limit` reports of a region, after `after`, and after `skip` more.
    pub async fn feedback_page(
        &self,
        region: &RegionCode,
        filter: FeedbackFilter,
        after: Option<&Place>,
        skip: usize,
        limit: usize,
        now: Timestamp,
    ) -> Result<FeedbackPage, StoreError> {
        let order = filter.order();
        let mut readings = JoinSet::new();
        for region in self.regions_with_lists(region).await? {
            for (status, bounds) in filter.lists(now) {
                let reading = Reading {
                    list: keys::feedback_list(&region, status),
                    bounds: bounds.after(after, order),
                    kind: filter.kind,
                    order,
                    limit: skip + limit + 1,
                };
                let registry = self.clone();
                readings.spawn(async move { registry.places(reading).await });
            }
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
        let page: Vec<Place> = places.into_iter().skip(skip).take(limit).collect();
        let next = page.last().filter(|_| more).cloned();
        let ids = page.iter().map(feedback_id).collect::<Result<_, _>>()?;
        Ok(FeedbackPage { ids, next })
    }

    /// Up to `limit` open reports of a province that go up now, the one that is due longest first.
    pub async fn due_feedback(
        &self,
        province: &RegionCode,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<FeedbackId>, StoreError> {
        let bounds = Bounds { until: keys::behind_time(now), ..Bounds::default() };
        let list = keys::feedback_due_list(province);
        let order = Order::OldestFirst;
        let places = self.places(Reading { list, bounds, kind: None, order, limit }).await?;
        places.iter().map(feedback_id).collect()
    }

    /// The regions whose lists together are a region's.
    async fn regions_with_lists(&self, region: &RegionCode) -> Result<Vec<RegionCode>, StoreError> {
        match region.level() {
            Level::Nation | Level::Prefecture => {
                let below = self.regions_below(region).await?;
                Ok(below.into_iter().map(|region| region.code).collect())
            }
            Level::Province | Level::County | Level::Township | Level::Village => Ok(vec![region.clone()]),
        }
    }

    async fn places(&self, reading: Reading) -> Result<Vec<Place>, StoreError> {
        let Reading { list, bounds: Bounds { from, until }, kind, order, limit } = reading;
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
            query = match kind {
                // The place itself, which may be among them, isn't wanted.
                None => query.limit(i32::try_from(limit - places.len() + 1).unwrap_or(i32::MAX)),
                Some(kind) => query
                    .filter_expression("#type = :type")
                    .expression_attribute_names("#type", TYPE)
                    .expression_attribute_values(":type", text(kind.as_str())),
            };
            let read = query.send().await.map_err(StoreError::sdk("Query"))?;
            for item in read.items.unwrap_or_default() {
                let place = place(&item)?;
                if place.0 != from && place.0 != until {
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

fn place(item: &Item) -> Result<Place, StoreError> {
    let sk = item.get(SK).and_then(|value| value.as_s().ok());
    let place = sk.and_then(|sk| sk.parse().ok());
    place.ok_or_else(|| StoreError::corrupt(item::describe(item), InvalidPlace))
}

fn feedback_id(place: &Place) -> Result<FeedbackId, StoreError> {
    let id = place.0.split_once('#').and_then(|(_, id)| id.parse().ok());
    id.ok_or_else(|| StoreError::corrupt(place.to_string(), InvalidPlace))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(status: Option<FeedbackStatus>, overdue: Option<bool>) -> FeedbackFilter {
        FeedbackFilter { status, overdue, kind: None }
    }

    #[test]
    fn only_open_reports_are_overdue() {
        let now = "2020-06-10T00:00:00Z".parse().unwrap();
        let lists = |status, overdue| -> Vec<FeedbackStatus> {
            filter(status, overdue).lists(now).into_iter().map(|(status, _)| status).collect()
        };
        assert_eq!(lists(None, None), FeedbackStatus::ALL);
        assert_eq!(lists(None, Some(true)), [FeedbackStatus::Open]);
        assert_eq!(lists(None, Some(false)), FeedbackStatus::ALL);
        assert_eq!(lists(Some(FeedbackStatus::Handled), Some(true)), []);
        let overdue = filter(None, Some(true)).lists(now);
        assert_eq!(overdue[0].1.until, "2020-06-07T00:00:00.000000Z~");
        let in_time = filter(Some(FeedbackStatus::Open), Some(false)).lists(now);
        assert_eq!(in_time[0].1.from, "2020-06-07T00:00:00.000000Z~");
    }

    #[test]
    fn work_to_do_comes_oldest_first_and_all_else_newest_first() {
        assert_eq!(filter(Some(FeedbackStatus::Open), None).order(), Order::OldestFirst);
        assert_eq!(filter(None, Some(true)).order(), Order::OldestFirst);
        assert_eq!(filter(None, None).order(), Order::NewestFirst);
        assert_eq!(filter(Some(FeedbackStatus::Handled), None).order(), Order::NewestFirst);
    }

    #[test]
    fn a_cursor_that_is_no_place_is_refused() {
        let place = Place::of(Timestamp::UNIX_EPOCH, &FeedbackId::new("530627101203-1".parse().unwrap(), 7));
        assert_eq!(place.to_string().parse(), Ok(place));
        for wrong in ["", "#", "2020-06-03T04:00:00Z#", "x#530627101203-1-7", "~"] {
            assert_eq!(wrong.parse::<Place>(), Err(InvalidPlace), "{wrong}");
        }
    }
}
