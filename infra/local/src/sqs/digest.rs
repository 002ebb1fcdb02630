//! The MD5 sums that SQS clients check.

use md5::{Digest, Md5};
use serde_json::Value;

pub(crate) fn md5_hex(bytes: &[u8]) -> String {
    Md5::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `MD5OfMessageAttributes`: name, type and value of each attribute, sorted by name, each with its length.
pub(crate) fn md5_of_attributes(attributes: &Value) -> Option<String> {
    // The map is sorted already.
    let attributes = attributes.as_object().filter(|attributes| !attributes.is_empty())?;
    let mut bytes = Vec::new();
    for (name, attribute) in attributes {
        let kind = attribute.get("DataType").and_then(Value::as_str).unwrap_or_default();
        append(&mut bytes, name.as_bytes());
        append(&mut bytes, kind.as_bytes());
        if let Some(text) = attribute.get("StringValue").and_then(Value::as_str) {
            bytes.push(1);
            append(&mut bytes, text.as_bytes());
        }
    }
    Some(md5_hex(&bytes))
}

fn append(bytes: &mut Vec<u8>, part: &[u8]) {
    let length = u32::try_from(part.len()).unwrap_or(u32::MAX);
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(part);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_of_a_body_is_that_of_its_bytes() {
        assert_eq!(md5_hex(b"hello"), "5d41402abc4b2a76b9719d911017c592");
    }
}
