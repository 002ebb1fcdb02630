//! A region compared with what it is made from, beside live traffic: nothing is written, and what is only
//! on its way is told from what is wrong.
//!
//! A region at a time, so that a nation can be checked by many workers: where the rows of every region are
//! its children's counts, and those of every village are the register's, the nation's are the register's.

use std::collections::BTreeSet;

use anju_domain::count::{Version, Versioned};
use anju_domain::region::{Level, RegionCode, VillageCode};

use crate::Counters;
use crate::at_once::{Work, at_once};
use crate::bucket::BucketId;
use crate::difference::{self, Difference, Kind, Place};
use crate::ports::{CounterStore, Pause, Register, Unavailable};
use crate::region::{Child, ChildCounts, ChildKey, RegionCounts};

/// What a check found. `T` is the register's kind of time.
#[derive(Debug)]
pub struct Checked<T> {
    /// What differed when it was read.
    pub differences: Vec<Difference<T>>,
    /// Households that were compared with their rows; none above a township.
    pub households: usize,
}

/// A row of a region that was behind its child when it was looked at. It may have been on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspect {
    /// The region.
    pub region: RegionCode,
    /// The child.
    pub child: ChildKey,
    /// The row's version; none where there was no row.
    pub held: Option<Version>,
}

/// Differences, by what is known of them so far.
#[derive(Debug)]
pub struct Judged<T> {
    /// Not to be explained by traffic.
    pub certain: Vec<Difference<T>>,
    /// Regions' rows that are to be looked at again.
    pub suspects: Vec<Suspect>,
    /// Households that changed so recently that they may not be counted yet.
    pub on_their_way: usize,
}

/// Tells what can't be on its way from what may be. `is_overdue` says of a household's last change whether
/// it should have been counted long since.
pub fn judge<T>(
    differences: impl IntoIterator<Item = Difference<T>>,
    is_overdue: impl Fn(&T) -> bool,
) -> Judged<T> {
    let mut judged = Judged { certain: Vec::new(), suspects: Vec::new(), on_their_way: 0 };
    for difference in differences {
        match (&difference.kind, &difference.place) {
            (Kind::Behind { since: Some(since), .. }, _) if !is_overdue(since) => judged.on_their_way += 1,
            (Kind::Behind { held, since: None }, Place::Child { region, child }) => {
                judged.suspects.push(Suspect { region: region.clone(), child: child.clone(), held: *held });
            }
            _ => judged.certain.push(difference),
        }
    }
    judged
}

impl<S: CounterStore, P: Pause> Counters<S, P> {
    /// Compares a region's rows with its children, and of a township or village all that lies below with the
    /// register. `children` are those that the register knows; those that only the region knows are added.
    ///
    /// What is above is read before what it is made from, as in a recount: so nothing seems ahead or wrong
    /// because of traffic.
    pub async fn check<R: Register>(
        &self,
        register: &R,
        region: &RegionCode,
        children: &BTreeSet<RegionCode>,
    ) -> Result<Checked<R::Time>, Unavailable> {
        let item = self.store.region_counts(region).await?;
        let mut checked = Checked { differences: Vec::new(), households: 0 };
        if let Ok(village) = VillageCode::try_from(region.clone()) {
            self.check_village(register, &village, item.as_ref(), &mut checked).await?;
            return Ok(checked);
        }
        let mut all = children.clone();
        all.extend(item.iter().flat_map(RegionCounts::rows).filter_map(|(child, _)| match child {
            ChildKey::Region(code) => Some(code.clone()),
            ChildKey::Bucket(_) => None,
        }));
        for (code, below) in self.items_of(&all).await? {
            checked.differences.extend(match (&below, &item) {
                (Some(below), item) => difference::of_region(item.as_ref(), below),
                (None, Some(item)) => difference::of_missing_region(item, code),
                (None, None) => None,
            });
            if region.level() == Level::Township
                && let Ok(village) = VillageCode::try_from(code.clone())
            {
                self.check_village(register, &village, below.as_ref(), &mut checked).await?;
            }
        }
        Ok(checked)
    }

    /// Compares a region's row in the one above with the region itself.
    pub async fn check_row<T>(&self, region: &RegionCode) -> Result<Option<Difference<T>>, Unavailable> {
        let Some(parent) = region.parent() else { return Ok(None) };
        let parent = self.store.region_counts(&parent).await?;
        let item = self.store.region_counts(region).await?;
        Ok(match (&parent, &item) {
            (parent, Some(item)) => difference::of_region(parent.as_ref(), item),
            (Some(parent), None) => difference::of_missing_region(parent, region),
            (None, None) => None,
        })
    }

    /// Looks at rows again that were behind some time ago. Those that have moved since were on their way; the
    /// others differ if they are behind still.
    pub async fn look_again<T>(&self, suspects: &[Suspect]) -> Result<Vec<Difference<T>>, Unavailable> {
        let mut differences = Vec::new();
        for suspect in suspects {
            let item = self.store.region_counts(&suspect.region).await?;
            let row = item.as_ref().and_then(|item| item.rows().get(&suspect.child));
            if row.map(|row| row.version) != suspect.held {
                continue;
            }
            let child = self.child(suspect).await?;
            let found = child.and_then(|child| difference::of_child(item.as_ref(), &suspect.region, &child));
            differences.extend(found);
        }
        Ok(differences)
    }

    async fn check_village<R: Register>(
        &self,
        register: &R,
        village: &VillageCode,
        item: Option<&RegionCounts>,
        checked: &mut Checked<R::Time>,
    ) -> Result<(), Unavailable> {
        let read = self.read_village(register, village).await?;
        checked.households += read.households.len();
        checked.differences.extend(read.differences(self.epoch, item));
        Ok(())
    }

    /// The regions' items, where there are any.
    async fn items_of<'a>(
        &self,
        codes: &'a BTreeSet<RegionCode>,
    ) -> Result<Vec<(&'a RegionCode, Option<RegionCounts>)>, Unavailable> {
        let mut work: Vec<Work<'_, Result<_, Unavailable>>> = Vec::new();
        for code in codes {
            work.push(Box::pin(async move { Ok((code, self.store.region_counts(code).await?)) }));
        }
        at_once(work).await.into_iter().collect()
    }

    /// The child as it is now; none where it isn't there. A bucket that can't be counted is none either: the
    /// check of its village says so.
    async fn child(&self, suspect: &Suspect) -> Result<Option<ChildCounts>, Unavailable> {
        match &suspect.child {
            ChildKey::Region(code) => {
                Ok(self.store.region_counts(code).await?.as_ref().map(ChildCounts::from))
            }
            ChildKey::Bucket(number) => {
                let Ok(village) = VillageCode::try_from(suspect.region.clone()) else { return Ok(None) };
                let id = BucketId::new(village, *number);
                let bucket = self.store.bucket(&id).await?;
                Ok(bucket.and_then(|bucket| {
                    let counts = Versioned { version: bucket.version, value: bucket.total().ok()? };
                    Some(ChildCounts { of: Child::Bucket(id), counts })
                }))
            }
        }
    }
}
