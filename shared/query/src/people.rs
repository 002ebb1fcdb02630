//! Households that have certain people, by the pointers of the register.

use std::collections::BTreeSet;

use anju_domain::ids::HouseholdId;
use anju_domain::region::RegionCode;

use crate::ports::{Pointed, Register, Sought, Unavailable};

/// Readings of pointers until a search gives up for this time.
const ROUNDS: usize = 8;

/// The households after `after` in which all of these people are: at least `wanted`, or fewer where
/// [`Pointed::until`] is none or the people are too common for one search.
pub(crate) async fn having_all(
    register: &impl Register,
    sought: &[Sought],
    within: &RegionCode,
    after: Option<HouseholdId>,
    wanted: usize,
) -> Result<Pointed, Unavailable> {
    let mut found = Pointed { households: Vec::new(), until: after };
    for _ in 0..ROUNDS {
        let mut read = Vec::new();
        for one in sought {
            read.push(register.pointed(one, within, found.until.as_ref()).await?);
        }
        let Pointed { households, until } = in_all(read);
        found.households.extend(households);
        found.until = until;
        if found.until.is_none() || found.households.len() >= wanted {
            break;
        }
    }
    Ok(found)
}

/// What all of the readings have, as far as all of them come.
fn in_all(read: Vec<Pointed>) -> Pointed {
    let until = read.iter().filter_map(|one| one.until.clone()).min();
    let mut sets = read.into_iter().map(|one| one.households.into_iter().collect::<BTreeSet<_>>());
    let mut common = sets.next().unwrap_or_default();
    for set in sets {
        common.retain(|id| set.contains(id));
    }
    let households = common.into_iter().filter(|id| until.as_ref().is_none_or(|until| id <= until)).collect();
    Pointed { households, until }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(numbers: &[u32]) -> Vec<HouseholdId> {
        let village: anju_domain::region::VillageCode = "530627101203".parse().unwrap();
        numbers.iter().map(|number| HouseholdId::new(village.clone(), *number)).collect()
    }

    fn pointed(numbers: &[u32], until: Option<u32>) -> Pointed {
        Pointed { households: ids(numbers), until: until.and_then(|number| ids(&[number]).pop()) }
    }

    #[test]
    fn readings_agree_only_as_far_as_all_of_them_come() {
        let read = vec![pointed(&[1, 4, 7], None), pointed(&[1, 4], Some(5)), pointed(&[4, 7], Some(9))];
        assert_eq!(in_all(read), pointed(&[4], Some(5)));
    }

    #[test]
    fn one_reading_alone_is_taken_as_it_is() {
        assert_eq!(in_all(vec![pointed(&[1, 4], None)]), pointed(&[1, 4], None));
    }
}
