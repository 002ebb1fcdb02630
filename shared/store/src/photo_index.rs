//! Where photos are found again: an item for each value of a band and each content, which holds a bounded set.
//! It stands in the control table, for nothing follows from it and its writes would fill the registry's stream;
//! the registry's photos have all that it takes to make it anew.

use std::collections::BTreeSet;

use anju_domain::change::{Actor, ChangeKind};
use anju_domain::household::Household;
use anju_domain::ids::{HouseholdId, PhotoId};
use anju_domain::likeness::{FineHash, Fingerprint};
use anju_reuse::ports::{Entry, Households, PhotoIndex, Written};
use anju_reuse::{MOST_ENTRIES, Place};
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::update_item::{UpdateItemError, UpdateItemOutput};
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;

use crate::batch_get::{Reading, batch_get};
use crate::household::Transition;
use crate::item::{self, Item, number};
use crate::keys::{self, Key};
use crate::{Control, Registry, StoreError};

/// Attribute of photos with the same content: their ids.
const SAME: &str = "same";
/// Attribute of photos with a band in common: fingerprint and id of each.
const ALIKE: &str = "alike";
/// Bytes of a fingerprint, which the id stands behind.
const FINGERPRINT: usize = 8 + 32;

impl PhotoIndex for Control {
    type Error = StoreError;

    async fn enter(&self, place: &Place, entry: &Entry) -> Result<(), StoreError> {
        let (attribute, value) = stored(entry);
        let update = (self.client.update_item().table_name(&self.table))
            .set_key(Some(key(place).attributes()))
            .update_expression("ADD #photos :photo")
            .condition_expression("attribute_not_exists(#photos) OR size(#photos) < :most")
            .expression_attribute_names("#photos", attribute)
            .expression_attribute_values(":photo", value)
            .expression_attribute_values(":most", number(MOST_ENTRIES));
        // Refused where it is full.
        unless_refused(update.send().await)
    }

    async fn leave(&self, place: &Place, entry: &Entry) -> Result<(), StoreError> {
        let (attribute, value) = stored(entry);
        let update = (self.client.update_item().table_name(&self.table))
            .set_key(Some(key(place).attributes()))
            .update_expression("DELETE #photos :photo")
            .condition_expression("attribute_exists(#photos)")
            .expression_attribute_names("#photos", attribute)
            .expression_attribute_values(":photo", value);
        unless_refused(update.send().await)
    }

    async fn entries(&self, places: &[Place]) -> Result<Vec<Entry>, StoreError> {
        let keys: Vec<Key> = places.iter().map(key).collect();
        let items = batch_get(&self.client, &self.table, &keys, Reading::Consistent).await?;
        let entries: Result<Vec<_>, _> = items.iter().map(entries).collect();
        Ok(entries?.into_iter().flatten().collect())
    }
}

/// The set that an entry is kept in, and the set of it alone.
fn stored(entry: &Entry) -> (&'static str, AttributeValue) {
    match entry.shows {
        None => (SAME, AttributeValue::Ss(vec![entry.photo.to_string()])),
        Some(shows) => (ALIKE, AttributeValue::Bs(vec![Blob::new(encoded(&entry.photo, &shows))])),
    }
}

/// An update whose condition was refused had nothing to do.
fn unless_refused(updated: Result<UpdateItemOutput, SdkError<UpdateItemError>>) -> Result<(), StoreError> {
    match updated {
        Ok(_) => Ok(()),
        Err(error) => match error.as_service_error() {
            Some(UpdateItemError::ConditionalCheckFailedException(_)) => Ok(()),
            _ => Err(StoreError::sdk("UpdateItem")(error)),
        },
    }
}

fn key(place: &Place) -> Key {
    match place {
        Place::Content(content) => keys::photos_of_content(*content),
        Place::Band(county, band) => keys::photos_alike(county, *band),
    }
}

fn encoded(photo: &PhotoId, shows: &Fingerprint) -> Vec<u8> {
    let words = [shows.hash].into_iter().chain(shows.fine.0);
    words.flat_map(u64::to_be_bytes).chain(photo.to_string().into_bytes()).collect()
}

fn decoded(bytes: &[u8]) -> Option<Entry> {
    let (fingerprint, id) = bytes.split_at_checked(FINGERPRINT)?;
    let (words, _) = fingerprint.as_chunks::<8>();
    let mut words = words.iter().map(|word| u64::from_be_bytes(*word));
    let hash = words.next()?;
    let fine = [words.next()?, words.next()?, words.next()?, words.next()?];
    let photo = std::str::from_utf8(id).ok()?.parse().ok()?;
    Some(Entry { photo, shows: Some(Fingerprint { hash, fine: FineHash(fine) }) })
}

fn entries(item: &Item) -> Result<Vec<Entry>, StoreError> {
    let corrupt = || StoreError::corrupt(item::describe(item), "no set of photos");
    let same = item.get(SAME).map(|same| same.as_ss().map_err(|_| corrupt())).transpose()?;
    let alike = item.get(ALIKE).map(|alike| alike.as_bs().map_err(|_| corrupt())).transpose()?;
    let same = same.into_iter().flatten().map(|id| Some(Entry { photo: id.parse().ok()?, shows: None }));
    let alike = alike.into_iter().flatten().map(|bytes| decoded(bytes.as_ref()));
    same.chain(alike).map(|entry| entry.ok_or_else(corrupt)).collect()
}

impl Households for Registry {
    type Error = StoreError;

    async fn household(&self, id: &HouseholdId) -> Result<Option<Household>, StoreError> {
        Registry::household(self, id).await
    }

    async fn learn(
        &self,
        before: &Household,
        after: Household,
        photo: &PhotoId,
        others: &BTreeSet<PhotoId>,
    ) -> Result<Written, StoreError> {
        let transition = Transition {
            before: Some(before),
            after,
            kind: ChangeKind::PhotoReused,
            by: Actor::System,
            recorded: serde_json::json!({"photo_id": photo, "reused": others}),
            photo: None,
            with: Vec::new(),
        };
        match self.commit(transition).await {
            Ok(_) => Ok(Written::ByUs),
            Err(StoreError::Conflict) => Ok(Written::ByOthers),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_entry_survives_storage(hash: u64, fine: [u64; 4], unique: u128, number in 1_u32..9_999) {
            let photo = PhotoId::new(HouseholdId::new("530627101203".parse().unwrap(), number), unique);
            let shows = Fingerprint { hash, fine: FineHash(fine) };
            let entry = Entry { photo: photo.clone(), shows: Some(shows) };
            prop_assert_eq!(decoded(&encoded(&photo, &shows)), Some(entry));
        }

        #[test]
        fn bytes_that_are_no_entry_are_told(bytes in prop::collection::vec(any::<u8>(), 0..FINGERPRINT + 10)) {
            prop_assert_eq!(decoded(&bytes), None);
        }
    }
}
