//! The one place that lets a caller in.

use anju_domain::access::{Action, Denied, permit, sees_full_numbers};
use anju_domain::account::Account;
use anju_domain::ids::HouseholdId;
use anju_domain::region::RegionCode;
use anju_store::Control;
use jiff::Timestamp;
use lambda_http::Request;
use lambda_http::http::header::AUTHORIZATION;

use crate::auth::token::SigningKeys;
use crate::error::ApiError;

/// Somebody with a valid token and an account that may still be used.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Their account, as it is now.
    pub account: Account,
    /// The session that the token belongs to.
    pub session: String,
}

/// Whether a call is part of the first sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstSignIn {
    /// The call needs a complete profile and a changed password: all calls but three.
    MustBeDone,
    /// The call is how the first sign-in gets done.
    MayBeOpen,
}

/// Checks tokens and accounts.
///
/// Account and session are read at every call: a disabled account, a reset password, a sign-out and a
/// finished first sign-in take effect at once, for one request that reads two items.
#[derive(Debug, Clone)]
pub struct Authenticator {
    keys: SigningKeys,
    control: Control,
}

impl Authenticator {
    /// With the signing keys and the table of the accounts.
    pub fn new(keys: SigningKeys, control: Control) -> Self {
        Authenticator { keys, control }
    }

    /// The caller, or why they don't get in.
    pub async fn caller(&self, request: &Request, first: FirstSignIn) -> Result<Caller, ApiError> {
        let claims = self.keys.verify(bearer(request).ok_or(ApiError::Unauthorized)?, Timestamp::now())?;
        let (account, session) = self.control.account_and_session(&claims.sub, &claims.sid).await?;
        let account = account.filter(|_| session.is_some()).ok_or(ApiError::Unauthorized)?;
        if !account.admits(&claims.sid, claims.generation) {
            return Err(ApiError::Unauthorized);
        }
        if first == FirstSignIn::MustBeDone && !account.is_ready() {
            return Err(ApiError::ProfileIncomplete);
        }
        Ok(Caller { account, session: claims.sid })
    }
}

fn bearer(request: &Request) -> Option<&str> {
    let (scheme, token) = request.headers().get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

impl Caller {
    /// The caller's own region.
    pub fn region(&self) -> &RegionCode {
        &self.account.region
    }

    /// Whether they may do this in a region that they named themselves.
    pub fn may(&self, action: Action, region: &RegionCode) -> Result<(), ApiError> {
        permit(self.region(), action, region).map_err(ApiError::from)
    }

    /// Whether they may do this with a household. One outside their region doesn't exist for them.
    pub fn may_with(&self, action: Action, household: &HouseholdId) -> Result<(), ApiError> {
        self.may_in(action, household.village().region())
    }

    /// Whether they may do this with something that is in a region. What is outside theirs doesn't exist
    /// for them.
    pub fn may_in(&self, action: Action, region: &RegionCode) -> Result<(), ApiError> {
        permit(self.region(), action, region).map_err(|denied| match denied {
            Denied::OutsideRegion => ApiError::NotFound,
            Denied::NotAllowed => denied.into(),
        })
    }

    /// Whether they see ID numbers and phones in full.
    pub fn sees_full_numbers(&self) -> bool {
        sees_full_numbers(self.region().level())
    }
}
