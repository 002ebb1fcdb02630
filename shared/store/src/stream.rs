//! What the tables' streams deliver.

use anju_counters::bucket::{Bucket, BucketId};
use anju_counters::tally::Observed;
use anju_domain::ids::HouseholdId;
use aws_lambda_events::dynamodb::EventRecord;

use crate::StoreError;
use crate::counters::{Counted, bucket_id, read_bucket};
use crate::item::{self, Item};

/// Where a record stands in its shard: what a partial batch response names.
pub fn sequence_number(record: &EventRecord) -> Option<String> {
    record.change.sequence_number.clone()
}

/// A household's write. Its image's names and numbers are never looked at.
pub fn household_write(record: &EventRecord) -> Result<Observed, StoreError> {
    let new: Counted = item::read(image(&record.change.new_image)?)?;
    let old = if record.change.old_image.is_empty() {
        None
    } else {
        let old: Counted = item::read(image(&record.change.old_image)?)?;
        Some(old.packed()?)
    };
    Ok(Observed { household: new.id.clone(), revision: new.revision, old, new: new.packed()? })
}

/// The household that a record is about, even where its image can't be read.
pub fn household_id(record: &EventRecord) -> Option<HouseholdId> {
    let keys = image(&record.change.keys).ok()?;
    let part =
        |name: &str, prefix: &str| keys.get(name)?.as_s().ok()?.strip_prefix(prefix).map(str::to_owned);
    let village = part(crate::keys::PK, "V#")?.parse().ok()?;
    let number = part(crate::keys::SK, crate::keys::HOUSEHOLD_PREFIX)?.parse().ok()?;
    Some(HouseholdId::new(village, number))
}

/// Whether the household had a public page at this write.
pub fn has_page(record: &EventRecord) -> bool {
    record.change.new_image.contains_key("lookup")
}

/// A bucket's write.
pub fn bucket_write(record: &EventRecord) -> Result<(BucketId, Bucket), StoreError> {
    let id = bucket_id(&image(&record.change.keys)?)?;
    Ok((id, read_bucket(image(&record.change.new_image)?)?))
}

/// The bucket that a record is about, even where its image can't be read.
pub fn bucket_of(record: &EventRecord) -> Option<BucketId> {
    bucket_id(&image(&record.change.keys).ok()?).ok()
}

pub(crate) fn image(stored: &serde_dynamo::Item) -> Result<Item, StoreError> {
    Ok(stored.clone().into())
}
