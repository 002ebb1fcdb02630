//! The alert `id_duplicate`: another household has one of this one's ID numbers, too.
//!
//! ID numbers are the head's, as registered and as corrected, and the members'; those that are valid,
//! and compared over their forms of 15, 18 and 20 characters. A household that left shares none.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::household::Household;
use crate::ids::HouseholdId;
use crate::summary::AlertKind;

/// So many other households are remembered, the first by their ids. Where more share a number, it is
/// none of anybody's.
pub const MOST_SHARING: usize = 20;

impl Household {
    /// Takes in which other households share an ID number with it now. None where that is known.
    ///
    /// The alert is raised by each household that comes to share, so that one that was dismissed stays
    /// so until another household joins. It is cleared when none shares any more.
    pub fn sharing_id_numbers_with(
        &self,
        others: BTreeSet<HouseholdId>,
        now: Timestamp,
    ) -> Option<Household> {
        if others == self.id_shared_with {
            return None;
        }
        let mut next = self.touched(now);
        if others.is_empty() {
            next.alerts.remove(&AlertKind::IdDuplicate);
        } else if !others.is_subset(&self.id_shared_with) {
            next.raise(AlertKind::IdDuplicate);
        }
        next.id_shared_with = others;
        Some(next)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::household::Registered;
    use crate::person::Head;
    use crate::recorded::Recorded;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn household() -> Household {
        let registered = Registered {
            id: "530627101203-1".parse().unwrap(),
            head: Head {
                name: "测试户".to_owned(), id_number: Recorded::Missing, phone: Recorded::Missing
            },
            members: Vec::new(),
            address: String::new(),
            works: BTreeMap::new(),
        };
        Household::registered(registered, NOW)
    }

    fn others(numbers: &[u32]) -> BTreeSet<HouseholdId> {
        numbers.iter().map(|number| HouseholdId::new("530627101204".parse().unwrap(), *number)).collect()
    }

    fn is_raised(household: &Household) -> bool {
        household.alerts.contains_key(&AlertKind::IdDuplicate)
    }

    fn dismissed(household: &Household) -> Household {
        let revision = household.alerts[&AlertKind::IdDuplicate].revision;
        household.dismiss(AlertKind::IdDuplicate, revision, NOW).unwrap()
    }

    #[test]
    fn sharing_an_id_number_is_flagged_until_nobody_shares_it() {
        let shared = household().sharing_id_numbers_with(others(&[7]), NOW).unwrap();
        assert!(is_raised(&shared) && shared.version == household().version);
        assert_eq!(shared.sharing_id_numbers_with(others(&[7]), NOW), None, "nothing new, nothing written");
        let alone = shared.sharing_id_numbers_with(others(&[]), NOW).unwrap();
        assert!(!is_raised(&alone));
        assert_eq!(household().sharing_id_numbers_with(others(&[]), NOW), None);
    }

    #[test]
    fn a_dismissed_one_stays_dismissed_until_another_household_joins() {
        let shared = household().sharing_id_numbers_with(others(&[7, 8]), NOW).unwrap();
        let fewer = dismissed(&shared).sharing_id_numbers_with(others(&[8]), NOW).unwrap();
        assert!(!is_raised(&fewer));
        let other = fewer.sharing_id_numbers_with(others(&[8, 9]), NOW).unwrap();
        assert!(is_raised(&other));
        let again = dismissed(&other).sharing_id_numbers_with(others(&[]), NOW).unwrap();
        assert!(is_raised(&again.sharing_id_numbers_with(others(&[8]), NOW).unwrap()));
    }

    proptest! {
        #[test]
        fn an_alert_is_raised_only_while_somebody_shares(
            steps in prop::collection::vec((prop::collection::btree_set(1_u32..5, 0..4), any::<bool>()), 1..20),
        ) {
            let mut household = household();
            for (sharing, dismiss) in steps {
                let sharing = others(&sharing.into_iter().collect::<Vec<_>>());
                let news = !sharing.is_subset(&household.id_shared_with);
                let was_raised = is_raised(&household);
                household = household.sharing_id_numbers_with(sharing.clone(), NOW).unwrap_or(household);
                prop_assert_eq!(is_raised(&household), !sharing.is_empty() && (was_raised || news));
                prop_assert_eq!(&household.id_shared_with, &sharing);
                if dismiss && is_raised(&household) {
                    household = dismissed(&household);
                }
            }
        }
    }
}
