//! Reading many items by their keys.

use anju_counters::ports::Pause;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::KeysAndAttributes;

use crate::StoreError;
use crate::counters::Jitter;
use crate::item::Item;
use crate::keys::Key;

/// Keys that one BatchGetItem takes.
const BATCH: usize = 100;

/// Whether a reading sees every write that was answered before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    Consistent,
    Eventual,
}

/// The items at these keys, which differ from one another; in no order, missing ones left out.
pub(crate) async fn batch_get(
    client: &Client,
    table: &str,
    keys: &[Key],
    reading: Reading,
) -> Result<Vec<Item>, StoreError> {
    let mut found = Vec::with_capacity(keys.len());
    for batch in keys.chunks(BATCH) {
        let mut wanted: Vec<_> = batch.iter().map(Key::attributes).collect();
        let mut attempt = 0;
        while !wanted.is_empty() {
            let request = KeysAndAttributes::builder()
                .set_keys(Some(wanted))
                .consistent_read(reading == Reading::Consistent)
                .build()?;
            let got = (client.batch_get_item().request_items(table, request).send().await)
                .map_err(StoreError::sdk("BatchGetItem"))?;
            found.extend(got.responses.unwrap_or_default().into_values().flatten());
            let left = got.unprocessed_keys.unwrap_or_default();
            wanted = left.into_values().flat_map(|keys| keys.keys).collect();
            if !wanted.is_empty() {
                // Throttled, or more than 16 MB.
                attempt += 1;
                Jitter.after(attempt).await;
            }
        }
    }
    Ok(found)
}
