//! The identity check of the public page: one door for all who have no account.

use anju_domain::household::Household;
use anju_domain::identity::matches;
use anju_domain::ids::{HouseholdId, LookupToken};
use anju_domain::violation::ViolationCode;
use anju_store::attempts::Limit;
use anju_store::{Control, Registry};
use jiff::Timestamp;
use lambda_http::Request;
use sha2::{Digest, Sha256};

use crate::error::ApiError;
use crate::feedback::form::IdentityForm;
use crate::request::path;

/// Checks of one token (architecture.md, security).
const LIMITS: [(&str, Limit); 2] = [
    ("identity-hour", Limit { attempts: 5, seconds: 3600 }),
    ("identity-day", Limit { attempts: 20, seconds: 24 * 3600 }),
];

/// A village that no region code is given to.
const NOWHERE: &str = "999999999999-1";

/// Lets in whoever knows a household's numbers.
#[derive(Debug, Clone)]
pub struct PublicDoor {
    /// The households.
    pub registry: Registry,
    /// Captchas and attempts.
    pub control: Control,
}

impl PublicDoor {
    /// The household of the request's token, if the captcha is solved, the limits are kept and the numbers
    /// are the household's. An unknown token, a withdrawn one and wrong numbers are all the same, in what is
    /// answered and in what is done for it.
    pub async fn admit(
        &self,
        request: &Request,
        form: &IdentityForm,
        now: Timestamp,
    ) -> Result<Household, ApiError> {
        let token: String = path(request, "token")?;
        if !self.control.use_captcha(&form.captcha_id, &form.captcha, now).await? {
            return Err(ApiError::invalid("/captcha", ViolationCode::WrongCaptcha));
        }
        self.count(&token, now).await?;
        let token: Option<LookupToken> = token.parse().ok();
        let household = self.household(token.as_ref()).await?;
        household.filter(|household| matches(household, &form.claim)).ok_or(ApiError::IdentityMismatch)
    }

    /// Counts a check of a token, known or not.
    async fn count(&self, token: &str, now: Timestamp) -> Result<(), ApiError> {
        let token = hex::encode(Sha256::digest(token));
        for (name, limit) in LIMITS {
            if let Some(retry_after) = self.control.attempt(name, &token, limit, now).await? {
                return Err(ApiError::TooMany { retry_after });
            }
        }
        Ok(())
    }

    /// The household whose token this is today. Two items are read, whatever comes out.
    async fn household(&self, token: Option<&LookupToken>) -> Result<Option<Household>, ApiError> {
        let unknown = LookupToken::from_random([0; 15]);
        let found = self.registry.household_of_token(token.unwrap_or(&unknown)).await?;
        let nowhere = || NOWHERE.parse::<HouseholdId>().map_err(ApiError::internal);
        let id = found.map_or_else(nowhere, Ok)?;
        let household = self.registry.household(&id).await?;
        Ok(household.filter(|household| token.is_some() && household.lookup.as_ref() == token))
    }
}
