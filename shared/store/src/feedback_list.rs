//! Lists of reports: which of the timelines' entries a filter wants.

use anju_domain::feedback::{FeedbackStatus, FeedbackType, overdue_until};
use anju_domain::ids::FeedbackId;
use anju_domain::region::RegionCode;
use jiff::Timestamp;

use crate::feedback::TYPE;
use crate::keys;
use crate::timeline::{Bounds, Only, Order, Reading, Stretch, TimelinePage};
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

impl Registry {
    /// A part of a region's list of reports.
    pub async fn feedback_page(
        &self,
        region: &RegionCode,
        filter: FeedbackFilter,
        stretch: &Stretch<FeedbackId>,
        now: Timestamp,
    ) -> Result<TimelinePage<FeedbackId>, StoreError> {
        let lists = |region: &RegionCode| {
            let lists = filter.lists(now).into_iter();
            lists.map(|(status, bounds)| (keys::feedback_list(region, status), bounds)).collect()
        };
        let only = filter.kind.map(|kind| Only { attribute: TYPE, is: kind.as_str() });
        self.timeline(region, lists, only, filter.order(), stretch).await
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
        self.listed(Reading { list, bounds, only: None, order: Order::OldestFirst, limit }).await
    }
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
}
