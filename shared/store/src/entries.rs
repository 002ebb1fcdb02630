//! Lists in order of time: townships, counties and provinces keep their own, the others merge theirs.

use anju_domain::region::{Level, RegionCode};
use serde::de::DeserializeOwned;

use crate::item::{self, Item, text};
use crate::keys::{self, PK, SK};
use crate::{Registry, StoreError};

/// Which entries are wanted.
#[derive(Debug, Clone)]
pub struct Entries<'a> {
    /// The list's name in keys.
    pub list: &'static str,
    /// All entries in this region.
    pub region: &'a RegionCode,
    /// Of these kinds.
    pub kinds: Vec<&'static str>,
    /// Only those that stand after this one in the list.
    pub after: Option<&'a Place>,
    /// So many, and one more that tells whether there are more.
    pub limit: usize,
}

/// Where an entry stands: its time and id, and the partition that holds it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    sk: String,
    pk: String,
}

impl std::fmt::Display for Place {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}|{}", self.sk, self.pk)
    }
}

impl std::str::FromStr for Place {
    type Err = std::convert::Infallible;

    /// Any text is a place, if not one where something stands: it only says where to go on.
    fn from_str(place: &str) -> Result<Self, Self::Err> {
        let (sk, pk) = place.split_once('|').unwrap_or((place, ""));
        Ok(Place { sk: sk.to_owned(), pk: pk.to_owned() })
    }
}

/// A part of a list, newest first.
#[derive(Debug)]
pub struct EntryPage<T> {
    /// The entries.
    pub entries: Vec<T>,
    /// The last one's place, where more follow.
    pub next: Option<Place>,
}

impl Registry {
    /// A part of a list, newest first. One request per partition: a region's own or those of the
    /// regions whose lists it merges, times the kinds.
    pub async fn entries<T: DeserializeOwned>(
        &self,
        wanted: &Entries<'_>,
    ) -> Result<EntryPage<T>, StoreError> {
        let mut found: Vec<(Place, Item)> = Vec::new();
        for region in self.listing_regions(wanted.region).await? {
            for kind in &wanted.kinds {
                let pk = keys::entries(wanted.list, &region, kind);
                self.add_newest(wanted, &pk, &mut found).await?;
            }
        }
        page_of(found, wanted.limit)
    }

    /// The regions whose lists together are the region's.
    pub(crate) async fn listing_regions(&self, region: &RegionCode) -> Result<Vec<RegionCode>, StoreError> {
        Ok(match region.level() {
            Level::Province | Level::County | Level::Township => vec![region.clone()],
            Level::Village => region.parent().into_iter().collect(),
            Level::Nation | Level::Prefecture => {
                self.regions_below(region).await?.into_iter().map(|child| child.code).collect()
            }
        })
    }

    /// Adds a partition's newest entries before `after`, one more than wanted.
    pub(crate) async fn add_newest(
        &self,
        wanted: &Entries<'_>,
        pk: &str,
        found: &mut Vec<(Place, Item)>,
    ) -> Result<(), StoreError> {
        let end = found.len() + wanted.limit + 1;
        let mut start = None;
        loop {
            let mut query = (self.client.query().table_name(&self.table))
                .key_condition_expression("PK = :pk")
                .expression_attribute_values(":pk", text(pk))
                .scan_index_forward(false)
                .set_exclusive_start_key(start.take());
            if let Some(after) = wanted.after {
                query = query.key_condition_expression("PK = :pk AND SK <= :after");
                query = query.expression_attribute_values(":after", text(&after.sk));
            }
            let got = query.send().await.map_err(StoreError::sdk("Query"))?;
            for item in got.items.unwrap_or_default() {
                let place = place_of(&item);
                if keys::is_listed_in(&place.sk, wanted.region)
                    && wanted.after.is_none_or(|after| place < *after)
                {
                    found.push((place, item));
                }
                if found.len() == end {
                    return Ok(());
                }
            }
            start = got.last_evaluated_key;
            if start.is_none() {
                return Ok(());
            }
        }
    }
}

/// The newest of what was found in several partitions.
pub(crate) fn page_of<T: DeserializeOwned>(
    mut found: Vec<(Place, Item)>,
    limit: usize,
) -> Result<EntryPage<T>, StoreError> {
    found.sort_unstable_by(|(one, _), (other, _)| other.cmp(one));
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|(place, _)| place.clone());
    let entries: Result<Vec<T>, _> = found.into_iter().map(|(_, item)| item::read(item)).collect();
    Ok(EntryPage { entries: entries?, next })
}

fn place_of(item: &Item) -> Place {
    let part = |name: &str| item.get(name).and_then(|value| value.as_s().ok()).cloned().unwrap_or_default();
    Place { sk: part(SK), pk: part(PK) }
}
