//! Transactions: all or nothing, each write on its condition.

use anju_counters::ports::Pause;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, Delete, Put, TransactWriteItem, Update};

use crate::StoreError;
use crate::counters::Jitter;
use crate::item::Item;
use crate::keys::Key;

/// One write of a transaction.
#[derive(Debug, Clone)]
pub struct Write(TransactWriteItem);

impl Write {
    /// Puts a new item; refused where one exists.
    pub(crate) fn insert(table: &str, item: Item) -> Result<Write, StoreError> {
        let put = Put::builder().table_name(table).set_item(Some(item));
        let put = put.condition_expression("attribute_not_exists(PK)").build()?;
        Ok(Write(TransactWriteItem::builder().put(put).build()))
    }

    /// Puts an item whatever was there.
    pub(crate) fn put(table: &str, item: Item) -> Result<Write, StoreError> {
        let put = Put::builder().table_name(table).set_item(Some(item)).build()?;
        Ok(Write(TransactWriteItem::builder().put(put).build()))
    }

    /// Puts an item where the one that is there has this number in this attribute.
    pub(crate) fn replace(table: &str, item: Item, attribute: &str, held: u64) -> Result<Write, StoreError> {
        let put = Put::builder().table_name(table).set_item(Some(item));
        let put = put
            .condition_expression("#held = :held")
            .expression_attribute_names("#held", attribute)
            .expression_attribute_values(":held", crate::item::number(held))
            .build()?;
        Ok(Write(TransactWriteItem::builder().put(put).build()))
    }

    /// Puts an item where one is there already.
    pub(crate) fn overwrite(table: &str, item: Item) -> Result<Write, StoreError> {
        let put = Put::builder().table_name(table).set_item(Some(item));
        let put = put.condition_expression("attribute_exists(PK)").build()?;
        Ok(Write(TransactWriteItem::builder().put(put).build()))
    }

    /// Sets an attribute of an item that is there.
    pub(crate) fn set(
        table: &str,
        key: &Key,
        attribute: &str,
        value: AttributeValue,
    ) -> Result<Write, StoreError> {
        let update = Update::builder().table_name(table).set_key(Some(key.attributes()));
        let update = update
            .update_expression("SET #attribute = :value")
            .condition_expression("attribute_exists(PK)")
            .expression_attribute_names("#attribute", attribute)
            .expression_attribute_values(":value", value)
            .build()?;
        Ok(Write(TransactWriteItem::builder().update(update).build()))
    }

    /// Changes attributes of an item, on the update's own condition.
    pub(crate) fn update(update: Update) -> Write {
        Write(TransactWriteItem::builder().update(update).build())
    }

    /// Deletes an item, there or not.
    pub(crate) fn delete(table: &str, key: &Key) -> Result<Write, StoreError> {
        let delete = Delete::builder().table_name(table).set_key(Some(key.attributes())).build()?;
        Ok(Write(TransactWriteItem::builder().delete(delete).build()))
    }
}

/// Attempts at a transaction that is throttled. The SDK tries again what else is throttled, but takes a
/// cancelled transaction for final, whatever cancelled it.
const ATTEMPTS: u32 = 4;

/// Carries out all writes or none. Any condition that doesn't hold and any overlap with another
/// transaction is a [`StoreError::Conflict`].
pub(crate) async fn commit(client: &Client, writes: Vec<Write>) -> Result<(), StoreError> {
    let items: Vec<TransactWriteItem> = writes.into_iter().map(|write| write.0).collect();
    let mut attempt = 1;
    loop {
        let sent = client.transact_write_items().set_transact_items(Some(items.clone())).send().await;
        let Err(error) = sent else { return Ok(()) };
        match error.as_service_error().and_then(refusal) {
            Some(Refusal::Conflict) => return Err(StoreError::Conflict),
            Some(Refusal::Throttled) if attempt < ATTEMPTS => Jitter.after(attempt).await,
            _ => return Err(StoreError::sdk("TransactWriteItems")(error)),
        }
        attempt += 1;
    }
}

/// Why a transaction was refused, where nothing of it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    Conflict,
    Throttled,
}

fn refusal(error: &TransactWriteItemsError) -> Option<Refusal> {
    let cancelled = match error {
        TransactWriteItemsError::TransactionCanceledException(cancelled) => cancelled,
        TransactWriteItemsError::TransactionInProgressException(_) => return Some(Refusal::Conflict),
        _ => return None,
    };
    let codes = cancelled.cancellation_reasons().iter().filter_map(|reason| reason.code());
    let mut refusal = None;
    for code in codes.filter(|code| *code != "None") {
        match code {
            "ConditionalCheckFailed" | "TransactionConflict" => refusal = refusal.or(Some(Refusal::Conflict)),
            // Whether the conditions hold is then to be seen.
            "ThrottlingError" | "ProvisionedThroughputExceeded" => refusal = Some(Refusal::Throttled),
            _ => return None,
        }
    }
    refusal
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::types::CancellationReason;
    use aws_sdk_dynamodb::types::error::TransactionCanceledException;

    use super::*;

    fn cancelled(codes: &[&str]) -> Option<Refusal> {
        let reasons = codes.iter().map(|code| CancellationReason::builder().code(*code).build());
        let error = TransactionCanceledException::builder().set_cancellation_reasons(Some(reasons.collect()));
        refusal(&TransactWriteItemsError::TransactionCanceledException(error.build()))
    }

    #[test]
    fn a_conflict_is_told_from_throttling_and_from_a_wrong_request() {
        assert_eq!(cancelled(&["None", "ConditionalCheckFailed"]), Some(Refusal::Conflict));
        assert_eq!(cancelled(&["TransactionConflict", "None"]), Some(Refusal::Conflict));
        assert_eq!(cancelled(&["ThrottlingError", "None"]), Some(Refusal::Throttled));
        assert_eq!(
            cancelled(&["ConditionalCheckFailed", "ProvisionedThroughputExceeded"]),
            Some(Refusal::Throttled)
        );
        assert_eq!(cancelled(&["ValidationError", "ConditionalCheckFailed"]), None);
        assert_eq!(cancelled(&["None"]), None);
    }
}
