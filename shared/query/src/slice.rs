//! A slice of an ordered list of households: where it starts and what follows it.

use anju_domain::ids::HouseholdId;

/// Where a slice starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// Behind so many matches: a jump to a page, as of now.
    Skip(u64),
    /// Behind this household, which need not match or exist.
    After(HouseholdId),
}

/// Households of a slice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Slice {
    pub(crate) ids: Vec<HouseholdId>,
    /// Behind which the next slice starts; none where this is the last.
    pub(crate) next: Option<HouseholdId>,
}

/// Up to `limit` of `ids`, which are in order. `beyond` is the last household before those that were
/// not looked at, if there are any.
pub(crate) fn cut(
    ids: impl IntoIterator<Item = HouseholdId>,
    start: Start,
    limit: usize,
    beyond: Option<HouseholdId>,
) -> Slice {
    let (skip, after) = match start {
        Start::Skip(skip) => (usize::try_from(skip).unwrap_or(usize::MAX), None),
        Start::After(key) => (0, Some(key)),
    };
    let mut ahead = ids.into_iter().filter(|id| after.as_ref().is_none_or(|after| id > after)).skip(skip);
    let ids: Vec<HouseholdId> = ahead.by_ref().take(limit).collect();
    let next = if ahead.next().is_some() { ids.last().cloned() } else { beyond };
    Slice { ids, next }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(numbers: &[u32]) -> Vec<HouseholdId> {
        let village: anju_domain::region::VillageCode = "530627101203".parse().unwrap();
        numbers.iter().map(|number| HouseholdId::new(village.clone(), *number)).collect()
    }

    #[test]
    fn a_slice_ends_at_its_limit_and_names_its_last_as_where_to_go_on() {
        let all = ids(&[1, 2, 5, 9]);
        let first = cut(all.clone(), Start::Skip(1), 2, None);
        assert_eq!(first, Slice { ids: ids(&[2, 5]), next: ids(&[5]).pop() });
        let second = cut(all.clone(), Start::After(first.next.unwrap()), 2, None);
        assert_eq!(second, Slice { ids: ids(&[9]), next: None });
        assert_eq!(cut(all, Start::Skip(9), 2, None), Slice { ids: Vec::new(), next: None });
    }

    #[test]
    fn what_was_not_looked_at_may_follow() {
        let slice = cut(ids(&[1]), Start::Skip(0), 2, ids(&[63]).pop());
        assert_eq!(slice.next, ids(&[63]).pop());
    }
}
