//! People's edits of a household: If-Match, once only, decided anew when somebody else was faster.

use anju_domain::change::{Actor, ChangeKind};
use anju_domain::household::Household;
use anju_domain::ids::HouseholdId;
use anju_store::household::Transition;
use anju_store::transaction::Write;
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

/// What an act makes of a household and of something that belongs to it.
#[derive(Debug)]
pub struct Deed {
    /// What it makes of the household.
    pub decision: Decision,
    /// What it writes besides, in the same transaction.
    pub with: Vec<Write>,
    /// The id of what it made or changed, which the Idempotency-Key remembers.
    pub reference: Option<String>,
}

/// Something that somebody does to a household and what belongs to it. Each edit of the household alone
/// is one.
pub trait Act: Sync {
    /// What comes of it as things are now, or why it can't be. Whatever else it reads, it reads after the
    /// household: what changes in between moves the household's revision.
    fn act(
        &self,
        household: &Household,
        now: Timestamp,
    ) -> impl Future<Output = Result<Deed, ApiError>> + Send;
}

impl<T: Edit> Act for T {
    async fn act(&self, household: &Household, now: Timestamp) -> Result<Deed, ApiError> {
        let decision = self.decide(household, now).await?;
        Ok(Deed { decision, with: Vec::new(), reference: None })
    }
}

/// An act that was carried out, now or before under the same Idempotency-Key.
#[derive(Debug)]
pub struct Done {
    /// The household afterwards, or as it is now.
    pub household: Household,
    /// The id of what it made or changed.
    pub reference: Option<String>,
}

impl Edits {
    /// Carries out an edit of a household that the caller may edit, and gives the household afterwards.
    pub async fn carry_out(
        &self,
        request: &Request,
        caller: &Caller,
        id: &HouseholdId,
        if_match: IfMatch,
        edit: &impl Edit,
    ) -> Result<Household, ApiError> {
        Ok(self.perform(request, caller, id, if_match, edit).await?.household)
    }

    /// Carries out an act on a household that the caller may do.
    ///
    /// One that was carried out before under the same Idempotency-Key is answered again. Where only
    /// the revision moved since the household was read (a photo got ready), it is decided anew; where
    /// its version moved, the client must look first.
    pub async fn perform(
        &self,
        request: &Request,
        caller: &Caller,
        id: &HouseholdId,
        if_match: IfMatch,
        act: &impl Act,
    ) -> Result<Done, ApiError> {
        let once = Once::of(request, caller.region(), &self.control)?;
        for attempt in 0..ATTEMPTS {
            // The household first: the same edit carried out in between then either is known as such, or
            // our commit is refused. The other way round it would look like somebody else's.
            let before = self.read(id).await?;
            if let Some(answered) = once.answered().await? {
                return Ok(Done { household: self.read(id).await?, reference: answered.reference });
            }
            if !if_match.accepts(before.version) {
                return Err(self.stale(request, caller, &before).await?);
            }
            let now = Timestamp::now();
            let Deed { decision, mut with, reference } = act.act(&before, now).await?;
            with.extend(once.remember(reference.clone(), now)?);
            let Decision { after, kind, recorded } = decision;
            let transition = Transition {
                before: Some(&before),
                after,
                kind,
                by: Actor::Account(caller.region().to_string()),
                recorded,
                photo: None,
                with,
            };
            match self.records.registry.commit(transition).await {
                Ok(household) => return Ok(Done { household, reference }),
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
