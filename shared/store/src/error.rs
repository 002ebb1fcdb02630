//! What can go wrong between us and the tables.

use aws_sdk_dynamodb::error::{BuildError, ProvideErrorMetadata, SdkError};

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
    /// More items change than one transaction takes: it is all or nothing.
    #[error("more than one transaction takes")]
    TooLarge,
    /// The function lacks something it needs for this, which is a mistake in its configuration.
    #[error("not configured: {0}")]
    NotConfigured(&'static str),
}

impl StoreError {
    /// An error of the SDK in `operation`: the service's code and message, or what happened on the way
    /// to it. The error's debug form, which may hold a response's body, is never used.
    pub(crate) fn sdk<E, R>(operation: &'static str) -> impl FnOnce(SdkError<E, R>) -> StoreError
    where
        E: std::error::Error + ProvideErrorMetadata + 'static,
        R: std::fmt::Debug,
    {
        move |error| {
            let cause = match &error {
                SdkError::ServiceError(service) => {
                    let service = service.err();
                    format!(
                        "{}: {}",
                        service.code().unwrap_or("unknown"),
                        service.message().unwrap_or_default()
                    )
                }
                SdkError::TimeoutError(_) => "timed out".to_owned(),
                SdkError::DispatchFailure(failure) => {
                    failure.as_connector_error().map_or_else(|| "not sent".to_owned(), ToString::to_string)
                }
                SdkError::ResponseError(_) => "the response could not be read".to_owned(),
                _ => "the request could not be built".to_owned(),
            };
            StoreError::Unavailable { operation, cause }
        }
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
