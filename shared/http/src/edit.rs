//! People's edits of a household: If-Match, once only, decided anew when somebody else was faster.

use anju_domain::change::{Actor, ChangeKind};
use anju_domain::household::Household;
use anju_domain::ids::HouseholdId;
use anju_store::StoreError;
use anju_store::household::Transition;
use jiff::Timestamp;
use lambda_http::Request;

use crate::auth::Caller;
use crate::error::ApiError;
use crate::record::Records;
use crate::request::IfMatch;
use crate::write::{ATTEMPTS, Once, pause};

/// What an edit makes of a household.
#[derive(Debug)]
pub struct Decision {
    /// The household afterwards.
    pub after: Household,
    /// What happened.
    pub kind: ChangeKind,
    /// What the history records.
    pub recorded: serde_json::Value,
}

/// An edit that somebody asks for.
pub trait Edit: Sync {
    /// What it makes of the household as it is now, or why it can't be.
    fn decide(
        &self,
        household: &Household,
        now: Timestamp,
    ) -> impl Future<Output = Result<Decision, ApiError>> + Send;
}

/// Carries out an edit of a household that the caller may edit, and gives the household afterwards.
///
/// An edit that was carried out before under the same Idempotency-Key is answered again. Where only
/// the revision moved since the household was read (a photo got ready), it is decided anew; where its
/// version moved, the client must look first.
pub async fn edit(
    records: &Records,
    request: &Request,
    caller: &Caller,
    id: &HouseholdId,
    once: &Once<'_>,
    if_match: IfMatch,
    edit: &impl Edit,
) -> Result<Household, ApiError> {
    for attempt in 0..ATTEMPTS {
        let again = once.answered().await?.is_some();
        let before = records.registry.household(id).await?.ok_or(ApiError::NotFound)?;
        if again {
            return Ok(before);
        }
        if !if_match.accepts(before.version) {
            let view = records.view(request, caller, &before).await?;
            let current = serde_json::to_value(view).map_err(ApiError::internal)?;
            return Err(ApiError::Stale { current: Box::new(current) });
        }
        let now = Timestamp::now();
        let Decision { after, kind, recorded } = edit.decide(&before, now).await?;
        let transition = Transition {
            before: Some(&before),
            after,
            kind,
            by: Actor::Account(caller.region().to_string()),
            recorded,
            photo: None,
            with: once.remember(None, now)?,
        };
        match records.registry.commit(transition).await {
            Ok(saved) => return Ok(saved),
            Err(StoreError::Conflict) => pause(attempt).await,
            Err(error) => return Err(error.into()),
        }
    }
    Err(ApiError::Busy)
}
