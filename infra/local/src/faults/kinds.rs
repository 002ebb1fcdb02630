//! What can go wrong with a request, and how often it is to.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What goes wrong with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// The connection ends before the request got anywhere.
    RequestDropped,
    /// It is carried out, and the connection ends before its answer.
    AnswerDropped,
    /// Refused for coming too fast, in each service's own words.
    Throttled,
    /// The service fails, and nothing is carried out.
    ServerError,
    /// It is carried out, and the service says that it failed.
    ErrorAfter,
    /// It takes long.
    Delayed,
}

impl Kind {
    pub(crate) const ALL: [Kind; 6] = [
        Kind::RequestDropped,
        Kind::AnswerDropped,
        Kind::Throttled,
        Kind::ServerError,
        Kind::ErrorAfter,
        Kind::Delayed,
    ];
}

/// The service that a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Service {
    DynamoDb,
    S3,
    Sqs,
}

/// The share of requests that each kind is to hit.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub(crate) struct Shares(BTreeMap<Kind, f64>);

impl Shares {
    /// What happens to the request that drew this number from 0 to 1.
    pub(crate) fn hit(&self, drawn: f64) -> Option<Kind> {
        let mut below = 0.0;
        Kind::ALL.into_iter().find(|kind| {
            below += self.0.get(kind).copied().unwrap_or(0.0);
            drawn < below
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_hits_its_share() {
        let shares: Shares = serde_json::from_str(r#"{"throttled": 0.25, "request_dropped": 0.5}"#).unwrap();
        assert_eq!(shares.hit(0.0), Some(Kind::RequestDropped));
        assert_eq!(shares.hit(0.49), Some(Kind::RequestDropped));
        assert_eq!(shares.hit(0.5), Some(Kind::Throttled));
        assert_eq!(shares.hit(0.74), Some(Kind::Throttled));
        assert_eq!(shares.hit(0.75), None);
        assert_eq!(Shares::default().hit(0.0), None);
    }
}
