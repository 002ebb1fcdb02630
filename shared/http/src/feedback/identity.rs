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
use uuid::Uuid;

use crate::error::ApiError;
use crate::feedback::form::IdentityForm;
use crate::request::{path, source_address};

/// Checks of one token (architecture.md, security).
const LIMITS_OF_TOKEN: [(&str, Limit); 2] = [
    ("identity-hour", Limit { attempts: 5, seconds: 3600 }),
    ("identity-day", Limit { attempts: 20, seconds: 24 * 3600 }),
];

/// Checks from one network address: many phones have the same one behind a carrier's gateway.
const LIMITS_OF_ADDRESS: [(&str, Limit); 2] = [
    ("address-hour", Limit { attempts: 120, seconds: 3600 }),
    ("address-day", Limit { attempts: 1000, seconds: 24 * 3600 }),
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
        self.count(&token, &LIMITS_OF_TOKEN, now).await?;
        let salt = self.control.salt_of_day(&Uuid::new_v4().simple().to_string(), now).await?;
        self.count(&(salt + &source_address(request)), &LIMITS_OF_ADDRESS, now).await?;
        let token: Option<LookupToken> = token.parse().ok();
        let household = self.household(token.as_ref()).await?;
        household.filter(|household| matches(household, &form.claim)).ok_or(ApiError::IdentityMismatch)
    }

    /// Counts a check of a token, known or not, or one from an address.
    async fn count(&self, whom: &str, limits: &[(&str, Limit)], now: Timestamp) -> Result<(), ApiError> {
        let whom = hex::encode(Sha256::digest(whom));
        for (name, limit) in limits {
            if let Some(retry_after) = self.control.attempt(name, &whom, *limit, now).await? {
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
