//! Transactions: all or nothing, each write on its condition.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, Delete, Put, TransactWriteItem, Update};

use crate::StoreError;
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

    /// Deletes an item, there or not.
    pub(crate) fn delete(table: &str, key: &Key) -> Result<Write, StoreError> {
        let delete = Delete::builder().table_name(table).set_key(Some(key.attributes())).build()?;
        Ok(Write(TransactWriteItem::builder().delete(delete).build()))
    }
}

/// Carries out all writes or none. Any condition that doesn't hold and any overlap with another
/// transaction is a [`StoreError::Conflict`].
pub(crate) async fn commit(client: &Client, writes: Vec<Write>) -> Result<(), StoreError> {
    let items = writes.into_iter().map(|write| write.0).collect();
    let sent = client.transact_write_items().set_transact_items(Some(items)).send().await;
    let Err(error) = sent else { return Ok(()) };
    let conflict = match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
            let codes = cancelled.cancellation_reasons().iter().filter_map(|reason| reason.code());
            let mut codes = codes.filter(|code| *code != "None").peekable();
            codes.peek().is_some()
                && codes.all(|code| matches!(code, "ConditionalCheckFailed" | "TransactionConflict"))
        }
        Some(TransactWriteItemsError::TransactionInProgressException(_)) => true,
        _ => false,
    };
    if conflict { Err(StoreError::Conflict) } else { Err(StoreError::sdk("TransactWriteItems")(error)) }
}
