//! Wrong passwords: they slow down whoever guesses, and never shut an officer out.
//!
//! Account names are public codes, so anybody can fail at any account. Failures of an account or of an
//! address ask for a captcha; only one address' failures at one account refuse that address there.

use anju_domain::region::RegionCode;
use anju_store::Control;
use anju_store::failures::Failing;
use jiff::Timestamp;

use crate::auth::token::SigningKeys;
use crate::error::ApiError;

/// Failures of an account or an address after which a captcha is required.
const CAPTCHA_AFTER: u32 = 3;
/// Failures of one address at one account after which it is refused there.
const REFUSED_AFTER: u32 = 10;
/// How long failures are remembered after the last one, in seconds.
const REMEMBERED_SECONDS: i64 = 15 * 60;

/// Sign-ins of one account from one address.
#[derive(Debug)]
pub struct Attempts<'a> {
    control: &'a Control,
    of_account: Failing,
    of_address: Failing,
    of_both: Failing,
}

impl<'a> Attempts<'a> {
    /// Those of an account from an address. Addresses are personal: only their keyed digest is kept.
    pub fn new(control: &'a Control, keys: &SigningKeys, account: &RegionCode, address: &str) -> Self {
        let address = keys.digest(&format!("address\n{address}"));
        Attempts {
            control,
            of_account: Failing::new("sign-in-account", account.as_str()),
            of_address: Failing::new("sign-in-address", &address),
            of_both: Failing::new("sign-in", &format!("{account}#{address}")),
        }
    }

    /// Whether another attempt is let through; with a solved captcha or without.
    pub async fn check(&self, captcha_solved: bool, now: Timestamp) -> Result<(), ApiError> {
        let (account, address, both) = tokio::try_join!(
            self.control.failures(&self.of_account, now),
            self.control.failures(&self.of_address, now),
            self.control.failures(&self.of_both, now),
        )?;
        if both.count >= REFUSED_AFTER {
            return Err(ApiError::TooMany { retry_after: both.expires_at - now.as_second() });
        }
        let suspicious = account.count >= CAPTCHA_AFTER || address.count >= CAPTCHA_AFTER;
        if suspicious && !captcha_solved { Err(ApiError::CaptchaRequired) } else { Ok(()) }
    }

    /// Counts a wrong password.
    pub async fn failed(&self, now: Timestamp) -> Result<(), ApiError> {
        let count = |failing| self.control.count_failure(failing, now, REMEMBERED_SECONDS);
        tokio::try_join!(count(&self.of_account), count(&self.of_address), count(&self.of_both))?;
        Ok(())
    }

    /// A right password: this address is trusted again.
    pub async fn succeeded(&self) -> Result<(), ApiError> {
        let forget = |failing| self.control.forget_failures(failing);
        tokio::try_join!(forget(&self.of_address), forget(&self.of_both))?;
        Ok(())
    }
}
