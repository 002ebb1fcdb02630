//! People's edits of a household: If-Match, once only, decided anew when somebody else was faster.

use anju_domain::change::{Actor, ChangeKind};
use anju_domain::household::Household;
use anju_domain::ids::HouseholdId;
use anju_store::household::Transition;
use anju_store::{Control, StoreError};
use jiff::Timestamp;
use lambda_http::Request;

use crate::auth::{Authenticator, Caller};
use crate::error::ApiError;
use crate::record::Records;
use crate::request::IfMatch;
use crate::write::{ATTEMPTS, Once, pause};

/// What edits of households need.
#[derive(Debug, Clone)]
pub struct Edits {
    /// The way in.
    pub auth: Authenticator,
    /// Answers already given.
    pub control: Control,
    /// The households.
    pub records: Records,
}

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

impl Edits {
    /// Carries out an edit of a household that the caller may edit, and gives the household afterwards.
    ///
    /// An edit that was carried out before under the same Idempotency-Key is answered again. Where only
    /// the revision moved since the household was read (a photo got ready), it is decided anew; where
    /// its version moved, the client must look first.
    pub async fn carry_out(
        &self,
        request: &Request,
        caller: &Caller,
        id: &HouseholdId,
        if_match: IfMatch,
        edit: &impl Edit,
    ) -> Result<Household, ApiError> {
        let once = Once::of(request, caller.region(), &self.control)?;
        for attempt in 0..ATTEMPTS {
            // The household first: the same edit carried out in between then either is known as such, or
            // our commit is refused. The other way round it would look like somebody else's.
            let before = self.read(id).await?;
            if once.answered().await?.is_some() {
                return self.read(id).await;
            }
            if !if_match.accepts(before.version) {
                return Err(self.stale(request, caller, &before).await?);
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
            match self.records.registry.commit(transition).await {
                Ok(saved) => return Ok(saved),
                Err(StoreError::Conflict) => pause(attempt).await,
                Err(error) => return Err(error.into()),
            }
        }
        Err(ApiError::Busy)
    }

    async fn read(&self, id: &HouseholdId) -> Result<Household, ApiError> {
        self.records.registry.household(id).await?.ok_or(ApiError::NotFound)
    }

    /// The answer to an edit of what is no longer current: with what is.
    async fn stale(&self, request: &Request, caller: &Caller, now: &Household) -> Result<ApiError, ApiError> {
        let view = self.records.view(request, caller, now).await?;
        let current = serde_json::to_value(view).map_err(ApiError::internal)?;
        Ok(ApiError::Stale { current: Box::new(current) })
    }
}
