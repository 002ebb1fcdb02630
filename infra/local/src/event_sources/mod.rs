//! Event source mappings: what polls queues and streams, and invokes functions with what it finds.

mod delivery;
mod queue;
mod stream;
mod stream_event;
mod trim;

use bytes::Bytes;
use serde_json::Value;

pub(crate) use queue::QueuePoller;
pub(crate) use stream::StreamPoller;
pub(crate) use trim::Trimmer;

/// What an answer says about a batch.
#[derive(Debug, PartialEq, Eq)]
enum BatchAnswer {
    Succeeded,
    /// Identifiers of the entries that failed.
    Failed(Vec<String>),
    /// The answer makes no sense: the whole batch counts as failed.
    Nonsense,
}

/// Reads `batchItemFailures` the way Lambda does.
fn read_answer(payload: &Bytes) -> BatchAnswer {
    let answer: Value = serde_json::from_slice(payload).unwrap_or_default();
    let failures = match answer.get("batchItemFailures") {
        None | Some(Value::Null) => return BatchAnswer::Succeeded,
        Some(Value::Array(failures)) if failures.is_empty() => return BatchAnswer::Succeeded,
        Some(Value::Array(failures)) => failures,
        Some(_) => return BatchAnswer::Nonsense,
    };
    let identifiers = failures.iter().map(|failure| {
        failure.get("itemIdentifier").and_then(Value::as_str).filter(|id| !id.is_empty()).map(str::to_owned)
    });
    identifiers.collect::<Option<Vec<_>>>().map_or(BatchAnswer::Nonsense, BatchAnswer::Failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_names_the_entries_that_failed() {
        let read = |text: &'static str| read_answer(&Bytes::from_static(text.as_bytes()));
        assert_eq!(read("null"), BatchAnswer::Succeeded);
        assert_eq!(read(r#"{"batchItemFailures":[]}"#), BatchAnswer::Succeeded);
        assert_eq!(
            read(r#"{"batchItemFailures":[{"itemIdentifier":"a"}]}"#),
            BatchAnswer::Failed(vec!["a".to_owned()])
        );
        assert_eq!(read(r#"{"batchItemFailures":[{"itemIdentifier":""}]}"#), BatchAnswer::Nonsense);
        assert_eq!(read(r#"{"batchItemFailures":[{"other":"a"}]}"#), BatchAnswer::Nonsense);
    }
}
