//! Lists: which way leads to a page, and how many there are in all.

use anju_domain::household::Household;
use anju_domain::ids::HouseholdId;
use anju_domain::region::{RegionCode, VillageCode};

use crate::filter::Filter;
use crate::narrow::Enough;
use crate::people::having_all;
use crate::ports::{Index, Register, Sought, Unavailable};
use crate::slice::{Slice, Start, cut};
use crate::walk::walk;

/// Up to so many households with a name are counted.
pub const COUNTED_NAMES: usize = 1000;
/// Households that are read at once.
const AT_ONCE: usize = 100;
/// Nodes that a walk looks at on each level where the counts aren't exact.
const NODES: usize = 100;
/// Walks until a list that isn't counted gives up for this time.
const WALKS: usize = 5;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct HouseholdQuery {
    /// What the households are to be like.
    pub filter: Filter,
    /// Who is to live in them.
    pub people: Vec<Sought>,
    /// Where the page starts.
    pub start: Start,
    /// How many it is to have, from 1 to 100.
    pub limit: usize,
}

/// How many match in the whole region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Total {
    /// So many.
    Exactly(u64),
    /// Perhaps more.
    AtLeast(u64),
    /// Nothing counts this combination.
    Unknown,
}

/// A part of a list.
#[derive(Debug)]
pub struct HouseholdPage {
    /// The households, in order of village and number. Fewer than asked for where some were changed
    /// meanwhile, or where a combination that isn't counted is rare: `next` leads on.
    pub households: Vec<Household>,
    /// Behind which the next page starts; none where this is the last.
    pub next: Option<HouseholdId>,
    /// How many there are.
    pub total: Total,
}

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// A store failed.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// The page lies further on than this list is counted: only cursors lead there.
    #[error("the page lies further on than the list is counted")]
    NotCountedThatFar,
}

/// Lists of the register, led by the counts.
#[derive(Debug, Clone)]
pub struct HouseholdLists<I, R> {
    /// The counts.
    pub index: I,
    /// The households.
    pub register: R,
}

impl<I: Index, R: Register> HouseholdLists<I, R> {
    /// A page of a region's households.
    pub async fn list(
        &self,
        region: &RegionCode,
        query: &HouseholdQuery,
    ) -> Result<HouseholdPage, ListError> {
        let (slice, total) = match VillageCode::try_from(region.clone()) {
            _ if !query.people.is_empty() && !query.filter.is_empty() => {
                return self.filtered_people(region, query).await;
            }
            _ if !query.people.is_empty() => self.people(region, query).await?,
            Ok(village) => self.village(&village, query).await?,
            Err(_) if query.filter.is_counted() => self.counted(region, query).await?,
            Err(_) => (self.uncounted(region, query).await?, Total::Unknown),
        };
        let households = self.matching(&slice.ids, &query.filter).await?;
        Ok(HouseholdPage { households, next: slice.next, total })
    }

    /// A village is read from the register itself: whoever works there sees what they just saved.
    async fn village(
        &self,
        village: &VillageCode,
        query: &HouseholdQuery,
    ) -> Result<(Slice, Total), ListError> {
        let all = self.register.summaries(village).await?;
        let matching = all.into_iter().filter(|(_, summary)| query.filter.accepts(summary));
        let ids: Vec<HouseholdId> =
            matching.map(|(number, _)| HouseholdId::new(village.clone(), number)).collect();
        let total = Total::Exactly(ids.len() as u64);
        Ok((cut(ids, query.start.clone(), query.limit, None), total))
    }

    /// The counts say where the page is.
    async fn counted(
        &self,
        region: &RegionCode,
        query: &HouseholdQuery,
    ) -> Result<(Slice, Total), ListError> {
        let enough = Enough::Matches(query.limit as u64);
        let walked =
            walk(&self.index, region, &query.filter, query.start.clone(), query.limit, enough).await?;
        Ok((walked.slice, Total::Exactly(walked.at_most)))
    }

    /// The counts only say where matches may be, so a walk may find fewer than the page is to have.
    async fn uncounted(&self, region: &RegionCode, query: &HouseholdQuery) -> Result<Slice, ListError> {
        let (skip, mut start) = from_the_beginning(&query.start);
        let wanted = skip.saturating_add(query.limit);
        let mut found = Vec::new();
        let mut next = None;
        for _ in 0..WALKS {
            let (missing, enough) = (wanted - found.len(), Enough::Nodes(NODES));
            let walked = walk(&self.index, region, &query.filter, start, missing, enough).await?;
            found.extend(walked.slice.ids);
            next = walked.slice.next;
            match &next {
                Some(key) if found.len() < wanted => start = Start::After(key.clone()),
                _ => break,
            }
        }
        far_enough(found.len(), skip, next.as_ref())?;
        Ok(Slice { ids: found.into_iter().skip(skip).collect(), next })
    }

    /// The pointers say where they are.
    async fn people(&self, region: &RegionCode, query: &HouseholdQuery) -> Result<(Slice, Total), ListError> {
        let people = &query.people;
        let first = having_all(&self.register, people, region, None, COUNTED_NAMES + 1).await?;
        let total = match first.households.len() {
            all if first.until.is_none() && all <= COUNTED_NAMES => Total::Exactly(all as u64),
            many if many >= COUNTED_NAMES => Total::AtLeast(COUNTED_NAMES as u64),
            _ => Total::Unknown,
        };
        let found = match (&query.start, &first.until) {
            (Start::After(key), Some(until)) if key >= until => {
                having_all(&self.register, people, region, Some(key.clone()), query.limit + 1).await?
            }
            _ => first,
        };
        let (skip, _) = from_the_beginning(&query.start);
        far_enough(found.households.len(), skip, found.until.as_ref())?;
        Ok((cut(found.households, query.start.clone(), query.limit, found.until), total))
    }

    /// The pointers say where they are, and the households themselves whether they match.
    async fn filtered_people(
        &self,
        region: &RegionCode,
        query: &HouseholdQuery,
    ) -> Result<HouseholdPage, ListError> {
        let (skip, start) = from_the_beginning(&query.start);
        let after = match start {
            Start::After(key) => Some(key),
            Start::Skip(_) => None,
        };
        let pointed = having_all(&self.register, &query.people, region, after, COUNTED_NAMES).await?;
        let wanted = skip.saturating_add(query.limit);
        let mut households = Vec::new();
        for ids in pointed.households.chunks(AT_ONCE) {
            households.extend(self.matching(ids, &query.filter).await?);
            if households.len() > wanted {
                break;
            }
        }
        far_enough(households.len(), skip, pointed.until.as_ref())?;
        let more = households.len() > wanted;
        households.truncate(wanted);
        let next = if more { households.last().map(|last| last.id.clone()) } else { pointed.until };
        let households = households.into_iter().skip(skip).collect();
        Ok(HouseholdPage { households, next, total: Total::Unknown })
    }

    /// Those of these households that match as they are now: counts follow the register by a moment.
    async fn matching(&self, ids: &[HouseholdId], filter: &Filter) -> Result<Vec<Household>, ListError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let households = self.register.households(ids).await?;
        Ok(households.into_iter().filter(|household| filter.accepts(&household.summary())).collect())
    }
}

/// For lists of which no position is known: how many matches to pass over, and where from.
fn from_the_beginning(start: &Start) -> (usize, Start) {
    match start {
        Start::Skip(skip) => (usize::try_from(*skip).unwrap_or(usize::MAX), Start::Skip(0)),
        after @ Start::After(_) => (0, after.clone()),
    }
}

/// Refuses a page behind what was found, where more may follow.
fn far_enough(found: usize, skip: usize, more: Option<&HouseholdId>) -> Result<(), ListError> {
    if skip > 0 && found <= skip && more.is_some() { Err(ListError::NotCountedThatFar) } else { Ok(()) }
}
