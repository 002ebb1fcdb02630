//! Which households a list is to have.

use anju_domain::count::{Cell, Counts};
use anju_domain::draft::{GuaranteeChoice, ResultChoice};
use anju_domain::summary::{AlertKind, Detail, State, Summary};

/// Conditions that all have to hold. Households that left are never listed.
///
/// Result, guarantee and detail mean what was verified, so that a list is as long as the statistics
/// say; together with the state `draft` they mean what the drafts say so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Filter {
    /// Only those that stand there.
    pub state: Option<State>,
    /// Only those with this result.
    pub result: Option<ResultChoice>,
    /// Only those whose housing is secured in this way.
    pub guarantee: Option<GuaranteeChoice>,
    /// Only those with this detail.
    pub detail: Option<Detail>,
    /// Only those with an alert of this kind that isn't dismissed.
    pub alert: Option<AlertKind>,
}

impl Filter {
    /// Whether it lets everything pass.
    pub fn is_empty(&self) -> bool {
        *self == Filter::default()
    }

    /// Whether a household matches.
    pub fn accepts(&self, household: &Summary) -> bool {
        household.state != State::Left
            && self.accepts_cell(Cell { state: household.state, detail: household.detail })
            && self.alert.is_none_or(|kind| household.alerts.contains(&kind))
    }

    /// Whether counts say exactly how many match: they know cells and alerts, not alerts by cell.
    pub fn is_counted(&self) -> bool {
        self.alert.is_none() || !self.asks_for_cells()
    }

    /// How many of the counted households match at most; exactly so many where
    /// [`Filter::is_counted`].
    pub fn at_most(&self, counts: &Counts) -> u64 {
        let in_cells = counts.households_where(|cell| self.accepts_cell(*cell));
        match self.alert {
            None => in_cells,
            Some(kind) => in_cells.min(counts.alerts.get(&kind).copied().unwrap_or(0)),
        }
    }

    fn asks_for_cells(&self) -> bool {
        self.state.is_some() || self.asks_for_findings()
    }

    fn asks_for_findings(&self) -> bool {
        self.result.is_some() || self.guarantee.is_some() || self.detail.is_some()
    }

    fn accepts_cell(&self, cell: Cell) -> bool {
        let verified = self.asks_for_findings().then_some(State::Completed);
        self.state.or(verified).is_none_or(|state| state == cell.state)
            && self.result.is_none_or(|result| result_of(cell.detail) == Some(result))
            && self.guarantee.is_none_or(|guarantee| cell.detail.guarantee() == Some(guarantee))
            && self.detail.is_none_or(|detail| cell.detail == detail)
    }
}

fn result_of(detail: Detail) -> Option<ResultChoice> {
    match detail {
        Detail::None => None,
        Detail::Unsecured => Some(ResultChoice::Unsecured),
        _ => Some(ResultChoice::Secured),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn household(state: State, detail: Detail, alerts: &[AlertKind]) -> Summary {
        Summary { state, detail, alerts: alerts.to_vec(), ..Summary::pending(2) }
    }

    fn completed(detail: Detail) -> Summary {
        household(State::Completed, detail, &[])
    }

    #[test]
    fn households_that_left_are_never_listed() {
        let left = household(State::Left, Detail::None, &[AlertKind::Burst]);
        for filter in [
            Filter::default(),
            Filter { state: Some(State::Left), ..Filter::default() },
            Filter { alert: Some(AlertKind::Burst), ..Filter::default() },
        ] {
            assert!(!filter.accepts(&left), "{filter:?}");
        }
    }

    #[test]
    fn results_guarantees_and_details_mean_what_was_verified() {
        let secured = Filter { result: Some(ResultChoice::Secured), ..Filter::default() };
        let sheltered = Filter { guarantee: Some(GuaranteeChoice::Sheltered), ..Filter::default() };
        let relatives = Filter { detail: Some(Detail::ShelteredRelatives), ..Filter::default() };
        for filter in [secured, sheltered, relatives] {
            assert!(filter.accepts(&completed(Detail::ShelteredRelatives)), "{filter:?}");
            assert!(!filter.accepts(&completed(Detail::Unsecured)), "{filter:?}");
            let draft = household(State::Draft, Detail::ShelteredRelatives, &[]);
            assert!(!filter.accepts(&draft), "{filter:?}");
            let of_drafts = Filter { state: Some(State::Draft), ..filter };
            assert!(of_drafts.accepts(&draft), "{of_drafts:?}");
        }
        assert!(!relatives.accepts(&completed(Detail::ShelteredOther)));
        assert!(!sheltered.accepts(&completed(Detail::AppraisedA)));
        assert!(secured.accepts(&completed(Detail::AppraisedA)));
    }

    #[test]
    fn conditions_that_contradict_each_other_match_nothing() {
        let unsecured = Some(ResultChoice::Unsecured);
        let contradictions = [
            Filter { result: unsecured, guarantee: Some(GuaranteeChoice::Appraised), ..Filter::default() },
            Filter { result: unsecured, detail: Some(Detail::AppraisedB), ..Filter::default() },
            Filter { state: Some(State::Pending), result: unsecured, ..Filter::default() },
            Filter {
                guarantee: Some(GuaranteeChoice::Renovated),
                detail: Some(Detail::AppraisedA),
                ..Filter::default()
            },
        ];
        let all = Detail::ALL.map(completed).into_iter().chain([Summary::pending(1)]);
        let counts = Counts::fold(&all.map(|household| Counts::of(&household)).collect::<Vec<_>>());
        for filter in contradictions {
            assert_eq!(filter.at_most(&counts), 0, "{filter:?}");
        }
    }

    #[test]
    fn counts_know_cells_and_alerts_but_not_alerts_by_cell() {
        let alert = Filter { alert: Some(AlertKind::PhotoFar), ..Filter::default() };
        let both = Filter { state: Some(State::Draft), ..alert };
        assert!(alert.is_counted() && Filter::default().is_counted());
        assert!(Filter { alert: None, ..both }.is_counted() && !both.is_counted());
        let households = [
            household(State::Draft, Detail::None, &[]),
            household(State::Draft, Detail::None, &[]),
            household(State::Pending, Detail::None, &[AlertKind::PhotoFar]),
        ];
        let counts = Counts::fold(&households.each_ref().map(Counts::of));
        assert_eq!((alert.at_most(&counts), both.at_most(&counts)), (1, 1));
        assert!(!households.iter().any(|household| both.accepts(household)));
    }
}
