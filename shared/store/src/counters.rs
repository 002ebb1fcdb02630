//! The counters' items: buckets and regions, each put on condition that it is as it was read.

use std::collections::BTreeMap;

use anju_counters::bucket::{Bucket, BucketId, BucketNumber};
use anju_counters::ports::{CounterStore, Pause, PutError, Register, Registered, Unavailable};
use anju_counters::region::RegionCounts;
use anju_domain::count::{Cell, Counts, Version, Versioned, Works};
use anju_domain::ids::HouseholdId;
use anju_domain::region::{RegionCode, VillageCode};
use anju_domain::summary::{AlertKind, Packed, WorkKind};
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::household::{REVISION, SUMMARY};
use crate::item::{self, Item, number, text};
use crate::keys::{self, BUCKET_PREFIX, HOUSEHOLD_PREFIX, Key};
use crate::{CounterTable, Registry, StoreError};

/// Attribute of an item's own version.
const VERSION: &str = "version";

impl From<StoreError> for Unavailable {
    fn from(error: StoreError) -> Self {
        Unavailable(Box::new(error))
    }
}

/// A bucket as it is stored: row by household number.
#[derive(Serialize, Deserialize)]
struct StoredBucket {
    version: u64,
    rows: BTreeMap<String, StoredSummary>,
}

#[derive(Serialize, Deserialize)]
struct StoredSummary {
    v: u64,
    s: serde_bytes::ByteBuf,
}

/// A region as it is stored: row by child.
#[derive(Serialize, Deserialize)]
struct StoredRegion {
    version: u64,
    rows: BTreeMap<String, StoredRow>,
}

#[derive(Serialize, Deserialize)]
struct StoredRow {
    v: u64,
    c: StoredCounts,
}

/// Counts with short names and without zeros: a region's item holds one per child and is written often.
#[derive(Serialize, Deserialize, Default)]
struct StoredCounts {
    /// Cells by their code.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    c: BTreeMap<String, u64>,
    /// People.
    #[serde(default, skip_serializing_if = "is_zero")]
    p: u64,
    /// Feedback open.
    #[serde(default, skip_serializing_if = "is_zero")]
    o: u64,
    /// Feedback handled.
    #[serde(default, skip_serializing_if = "is_zero")]
    h: u64,
    /// Surveys.
    #[serde(default, skip_serializing_if = "is_zero")]
    s: u64,
    /// Alerts by kind.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    a: BTreeMap<AlertKind, u64>,
    /// Works by kind: total and open.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    w: BTreeMap<WorkKind, (u64, u64)>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl From<&Counts> for StoredCounts {
    fn from(counts: &Counts) -> Self {
        StoredCounts {
            c: counts.cells.iter().map(|(cell, count)| (cell.code().to_string(), *count)).collect(),
            p: counts.people,
            o: counts.feedback_open,
            h: counts.feedback_handled,
            s: counts.surveys,
            a: counts.alerts.clone(),
            w: counts.works.iter().map(|(kind, works)| (*kind, (works.total, works.open))).collect(),
        }
    }
}

impl StoredCounts {
    fn read(self, key: &Key) -> Result<Counts, StoreError> {
        let cell = |code: &str| code.parse().ok().and_then(Cell::from_code);
        let cells: Option<BTreeMap<Cell, u64>> =
            self.c.iter().map(|(code, count)| Some((cell(code)?, *count))).collect();
        Ok(Counts {
            cells: cells.ok_or_else(|| StoreError::corrupt(key.to_string(), "an unknown cell"))?,
            people: self.p,
            feedback_open: self.o,
            feedback_handled: self.h,
            surveys: self.s,
            alerts: self.a,
            works: self.w.into_iter().map(|(kind, (total, open))| (kind, Works { total, open })).collect(),
        })
    }
}

fn write_bucket(key: &Key, bucket: &Bucket) -> Result<Item, StoreError> {
    let row = |(number, row): (&u32, &Versioned<Packed>)| {
        let stored = StoredSummary { v: row.version.to_number(), s: serde_bytes::ByteBuf::from(row.value.0) };
        (number.to_string(), stored)
    };
    let stored =
        StoredBucket { version: bucket.version.to_number(), rows: bucket.rows.iter().map(row).collect() };
    item::write(key, &stored)
}

/// The bucket of an item, from the table or its stream.
pub(crate) fn read_bucket(item: Item) -> Result<Bucket, StoreError> {
    let key = item::describe(&item);
    let stored: StoredBucket = item::read(item)?;
    let row = |(number, row): (String, StoredSummary)| {
        let number = number.parse().map_err(|error| StoreError::corrupt(&key, error))?;
        let value = Packed::try_from(row.s.as_slice()).map_err(|error| StoreError::corrupt(&key, error))?;
        Ok((number, Versioned { version: Version::from_number(row.v), value }))
    };
    let rows: Result<BTreeMap<_, _>, StoreError> = stored.rows.into_iter().map(row).collect();
    Ok(Bucket { version: Version::from_number(stored.version), rows: rows? })
}

fn write_region(key: &Key, region: &RegionCounts) -> Result<Item, StoreError> {
    let rows = region.rows().iter().map(|(child, row)| {
        (child.to_string(), StoredRow { v: row.version.to_number(), c: StoredCounts::from(&row.value) })
    });
    let stored = StoredRegion { version: region.version().to_number(), rows: rows.collect() };
    item::write(key, &stored)
}

pub(crate) fn read_region(code: &RegionCode, key: &Key, item: Item) -> Result<RegionCounts, StoreError> {
    let stored: StoredRegion = item::read(item)?;
    let row = |(child, row): (String, StoredRow)| {
        Ok((child, Versioned { version: Version::from_number(row.v), value: row.c.read(key)? }))
    };
    let rows: Result<Vec<_>, StoreError> = stored.rows.into_iter().map(row).collect();
    RegionCounts::stored(code.clone(), Version::from_number(stored.version), rows?)
        .map_err(|error| StoreError::corrupt(key.to_string(), error))
}

impl CounterTable {
    async fn get(&self, key: &Key) -> Result<Option<Item>, StoreError> {
        let got = (self.client.get_item().table_name(&self.table))
            .set_key(Some(key.attributes()))
            .consistent_read(true)
            .send()
            .await
            .map_err(StoreError::sdk("GetItem"))?;
        Ok(got.item)
    }

    async fn put(&self, item: Item, expected: Option<Version>) -> Result<(), PutError> {
        let put = self.client.put_item().table_name(&self.table).set_item(Some(item));
        let put = match expected {
            None => put.condition_expression("attribute_not_exists(PK)"),
            Some(version) => put
                .condition_expression("#version = :held")
                .expression_attribute_names("#version", VERSION)
                .expression_attribute_values(":held", number(version.to_number())),
        };
        match put.send().await {
            Ok(_) => Ok(()),
            Err(SdkError::ServiceError(error))
                if matches!(error.err(), PutItemError::ConditionalCheckFailedException(_)) =>
            {
                Err(PutError::Conflict)
            }
            Err(error) => Err(Unavailable::from(StoreError::sdk("PutItem")(error)).into()),
        }
    }

    /// The counts of a region as they are: none where nothing below it was counted yet.
    pub async fn counts_of(&self, region: &RegionCode) -> Result<Option<RegionCounts>, StoreError> {
        let key = keys::region_counts(region);
        let item = self.get(&key).await?;
        item.map(|item| read_region(region, &key, item)).transpose()
    }
}

impl CounterStore for CounterTable {
    async fn bucket(&self, id: &BucketId) -> Result<Option<Bucket>, Unavailable> {
        let item = self.get(&keys::bucket(id)).await?;
        Ok(item.map(read_bucket).transpose()?)
    }

    async fn buckets_of(&self, village: &VillageCode) -> Result<BTreeMap<BucketNumber, Bucket>, Unavailable> {
        let query = (self.client.query().table_name(&self.table))
            .key_condition_expression("PK = :pk AND begins_with(SK, :prefix)")
            .expression_attribute_values(":pk", text(keys::village(village)))
            .expression_attribute_values(":prefix", text(BUCKET_PREFIX))
            .consistent_read(true);
        let items: Result<Vec<_>, _> = query.into_paginator().items().send().collect().await;
        let read = |item: Item| {
            let id = bucket_id(&item)?;
            Ok::<_, StoreError>((id.number(), read_bucket(item)?))
        };
        let buckets: Result<_, _> = items.map_err(StoreError::sdk("Query"))?.into_iter().map(read).collect();
        Ok(buckets?)
    }

    async fn put_bucket(
        &self,
        id: &BucketId,
        new: &Bucket,
        expected: Option<Version>,
    ) -> Result<(), PutError> {
        let item = write_bucket(&keys::bucket(id), new).map_err(Unavailable::from)?;
        self.put(item, expected).await
    }

    async fn region_counts(&self, region: &RegionCode) -> Result<Option<RegionCounts>, Unavailable> {
        Ok(self.counts_of(region).await?)
    }

    async fn put_region_counts(&self, new: &RegionCounts, expected: Option<Version>) -> Result<(), PutError> {
        let item = write_region(&keys::region_counts(new.region()), new).map_err(Unavailable::from)?;
        self.put(item, expected).await
    }
}

/// The bucket that an item is of.
pub(crate) fn bucket_id(item: &Item) -> Result<BucketId, StoreError> {
    let part = |name: &str, prefix: &str| {
        item.get(name).and_then(|value| value.as_s().ok()).and_then(|text| text.strip_prefix(prefix))
    };
    let village = part(keys::PK, "V#").and_then(|code| code.parse().ok());
    let number = part(keys::SK, BUCKET_PREFIX).and_then(|number| number.parse().ok());
    let id = village.zip(number).map(|(village, number)| BucketId::new(village, number));
    id.ok_or_else(|| StoreError::corrupt(item::describe(item), "not a bucket's key"))
}

/// What counting reads of a household.
#[derive(Deserialize)]
pub(crate) struct Counted {
    pub(crate) id: HouseholdId,
    pub(crate) revision: u64,
    pub(crate) summary: serde_bytes::ByteBuf,
    pub(crate) updated_at: Timestamp,
}

impl Counted {
    pub(crate) fn packed(&self) -> Result<Packed, StoreError> {
        Packed::try_from(self.summary.as_slice())
            .map_err(|error| StoreError::corrupt(self.id.to_string(), error))
    }
}

impl Register for Registry {
    type Time = Timestamp;

    async fn households_of(&self, village: &VillageCode) -> Result<Vec<Registered<Timestamp>>, Unavailable> {
        let query = (self.client.query().table_name(&self.table))
            .key_condition_expression("PK = :pk AND begins_with(SK, :prefix)")
            .projection_expression("#id, #revision, #summary, #updated_at")
            .expression_attribute_names("#id", "id")
            .expression_attribute_names("#revision", REVISION)
            .expression_attribute_names("#summary", SUMMARY)
            .expression_attribute_names("#updated_at", "updated_at")
            .expression_attribute_values(":pk", text(keys::village(village)))
            .expression_attribute_values(":prefix", text(HOUSEHOLD_PREFIX))
            .consistent_read(true);
        let items: Result<Vec<_>, _> = query.into_paginator().items().send().collect().await;
        let read = |item: Item| {
            let counted: Counted = item::read(item)?;
            let summary = counted.packed()?;
            let (number, revision) = (counted.id.number(), counted.revision);
            Ok::<_, StoreError>(Registered { number, revision, summary, updated_at: counted.updated_at })
        };
        let households: Result<_, _> =
            items.map_err(StoreError::sdk("Query"))?.into_iter().map(read).collect();
        Ok(households?)
    }
}

/// Waits a little longer after each attempt, never the same for two.
#[derive(Debug, Clone, Copy, Default)]
pub struct Jitter;

impl Pause for Jitter {
    async fn after(&self, attempt: u32) {
        let limit = 8_u64 << attempt.min(7);
        tokio::time::sleep(std::time::Duration::from_millis(rand::random_range(1..=limit))).await;
    }
}

#[cfg(test)]
mod tests {
    use anju_domain::summary::Summary;

    use super::*;

    #[test]
    fn a_bucket_survives_storage() {
        let id = BucketId::of(&"530627101203-17".parse().unwrap());
        let row = Versioned { version: Version { epoch: 1, n: 7 }, value: Summary::pending(3).pack() };
        let bucket = Bucket { version: Version { epoch: 2, n: 5 }, rows: BTreeMap::from([(17, row)]) };
        let item = write_bucket(&keys::bucket(&id), &bucket).unwrap();
        assert_eq!(bucket_id(&item).unwrap(), id);
        assert_eq!(read_bucket(item).unwrap(), bucket);
    }

    #[test]
    fn a_region_survives_storage() {
        let code: RegionCode = "530627".parse().unwrap();
        let mut summary = Summary::pending(3);
        summary.alerts.push(AlertKind::PhotoFar);
        summary.works.insert(WorkKind::Unfinished2019, true);
        let row = Versioned { version: Version { epoch: 1, n: 7 }, value: Counts::of(&summary) };
        let counts =
            RegionCounts::stored(code.clone(), Version { epoch: 1, n: 9 }, [("530627101", row)]).unwrap();
        let key = keys::region_counts(&code);
        let item = write_region(&key, &counts).unwrap();
        assert_eq!(read_region(&code, &key, item).unwrap(), counts);
    }
}
