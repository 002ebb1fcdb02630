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
use crate::request::if_match;
use crate::respond::Answer;
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

/// Carries out an edit of a household that the caller may edit, and answers with the record.
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
    edit: &impl Edit,
) -> Answer {
    let if_match = if_match(request)?;
    for attempt in 0..ATTEMPTS {
        let read = async || records.registry.household(id).await?.ok_or(ApiError::NotFound);
        // The household first: the same edit carried out in between then either is known as such, or
        // our commit is refused. The other way round it would look like somebody else's.
        let before = read().await?;
        if once.answered().await?.is_some() {
            return records.answer(request, caller, &read().await?).await;
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
            Ok(saved) => return records.answer(request, caller, &saved).await,
            Err(StoreError::Conflict) => pause(attempt).await,
            Err(error) => return Err(error.into()),
        }
    }
    Err(ApiError::Busy)
}
