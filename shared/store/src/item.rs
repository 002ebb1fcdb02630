//! Items: domain values as attributes, and back.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::StoreError;
use crate::keys::{Key, PK, SK};

/// An item as the SDK has it.
pub type Item = HashMap<String, AttributeValue>;

/// A value as the item at `key`.
pub fn write(key: &Key, value: &impl Serialize) -> Result<Item, StoreError> {
    let mut item: Item =
        serde_dynamo::to_item(value).map_err(|error| StoreError::corrupt(key.to_string(), error))?;
    item.extend(key.attributes());
    Ok(item)
}

/// The value of an item.
pub fn read<T: DeserializeOwned>(item: Item) -> Result<T, StoreError> {
    let key = describe(&item);
    serde_dynamo::from_item(item).map_err(|error| StoreError::corrupt(key, error))
}

/// The keys of an item, for messages.
pub fn describe(item: &Item) -> String {
    let part = |name| item.get(name).and_then(|value| value.as_s().ok()).map_or("?", String::as_str);
    format!("{} {}", part(PK), part(SK))
}

/// A text attribute.
pub(crate) fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

/// A number attribute.
pub(crate) fn number(value: impl std::fmt::Display) -> AttributeValue {
    AttributeValue::N(value.to_string())
}
