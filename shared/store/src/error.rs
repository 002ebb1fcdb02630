//! What can go wrong between us and the tables.

use aws_sdk_dynamodb::error::{BuildError, DisplayErrorContext, SdkError};

/// Why the store could not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else changed the item in between: read again and decide again.
    #[error("the item was changed meanwhile")]
    Conflict,
    /// The database or object store did not carry it out: unreachable, throttled, or a wrong request.
    /// The text names the operation and error, never values.
    #[error("{operation}: {cause}")]
    Unavailable {
        /// The operation of the service.
        operation: &'static str,
        /// What the SDK says of it.
        cause: String,
    },
    /// An item does not have the shape that the code expects.
    #[error("the item at {key} can't be read: {cause}")]
    Corrupt {
        /// Where it is; keys hold no personal data.
        key: String,
        /// What doesn't fit.
        cause: String,
    },
    /// The function lacks something it needs for this, which is a mistake in its configuration.
    #[error("not configured: {0}")]
    NotConfigured(&'static str),
}

impl StoreError {
    /// An error of the SDK in `operation`.
    pub(crate) fn sdk<E, R>(operation: &'static str) -> impl FnOnce(SdkError<E, R>) -> StoreError
    where
        E: std::error::Error + 'static,
        R: std::fmt::Debug,
    {
        move |error| StoreError::Unavailable { operation, cause: DisplayErrorContext(&error).to_string() }
    }

    /// A stored item that doesn't fit.
    pub(crate) fn corrupt(key: impl Into<String>, cause: impl std::fmt::Display) -> StoreError {
        StoreError::Corrupt { key: key.into(), cause: cause.to_string() }
    }
}

impl From<BuildError> for StoreError {
    fn from(error: BuildError) -> Self {
        StoreError::Unavailable { operation: "building a request", cause: error.to_string() }
    }
}
