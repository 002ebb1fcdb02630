//! Initial passwords: random ones, or the well-known one where the stage allows it.

use anju_domain::region::RegionCode;
use anju_domain::violation::ViolationCode;
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::auth::password;
use crate::error::ApiError;

/// How long the well-known password opens an account: anybody could claim it.
const DEFAULT_VALIDITY: SignedDuration = SignedDuration::from_hours(72);
/// Characters of a random password; 12 of these make 59 bits or more.
const LENGTH: usize = 12;
/// Characters that people don't confuse, by kind; every password has one of each.
const KINDS: [&[u8]; 4] = [b"23456789", b"ABCDEFGHJKLMNPQRSTUVWXYZ", b"abcdefghijkmnpqrstuvwxyz", b"@#%+=?"];

/// Which kind of initial password is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Initial {
    /// One for each account.
    #[default]
    Random,
    /// The well-known one.
    Default,
}

/// How this stage issues passwords.
#[derive(Debug, Clone)]
pub struct InitialPasswords {
    default: Option<String>,
    is_local: bool,
}

/// A fresh initial password.
pub struct Issued {
    /// Shown once.
    pub password: String,
    /// What is stored.
    pub hash: String,
    /// Until when it opens the account; none where it doesn't end.
    pub until: Option<Timestamp>,
}

impl InitialPasswords {
    /// With the well-known password, where the stage has one. On the local stack it doesn't end.
    pub fn new(default: Option<String>, is_local: bool) -> Self {
        InitialPasswords { default, is_local }
    }

    /// A password of the kind asked for.
    pub fn issue(&self, initial: Initial, now: Timestamp) -> Result<Issued, ApiError> {
        self.issue_as(initial, random(), now)
    }

    /// A password of the kind asked for; `random` where it is a random one.
    pub fn issue_as(&self, initial: Initial, random: String, now: Timestamp) -> Result<Issued, ApiError> {
        let (password, until) = match (initial, &self.default) {
            (Initial::Random, _) => (random, None),
            (Initial::Default, Some(default)) => {
                let until = now.checked_add(DEFAULT_VALIDITY).map_err(ApiError::internal)?;
                (default.clone(), (!self.is_local).then_some(until))
            }
            (Initial::Default, None) => {
                return Err(ApiError::invalid("/initial_password", ViolationCode::DefaultPasswordNotAllowed));
            }
        };
        Ok(Issued { hash: password::hash(&password)?, password, until })
    }
}

fn random() -> String {
    of_choices(|from| rand::random_range(0..from))
}

/// The password that follows from a secret for an account: random to whoever doesn't know the secret, and the same
/// each time. Issuing many accounts may be repeated with it after a crash.
pub fn derived(secret: &[u8], account: &RegionCode) -> String {
    let mut choices = 0_u32;
    of_choices(|from| {
        let mut hash = Sha256::new();
        hash.update((secret.len() as u64).to_be_bytes());
        hash.update(secret);
        hash.update(choices.to_be_bytes());
        hash.update(account.as_str());
        choices += 1;
        let digest: [u8; 32] = hash.finalize().into();
        let [a, b, c, d, e, f, g, h, ..] = digest;
        // Of 2 to the 64th, the remainder's bias is nothing.
        (u64::from_be_bytes([a, b, c, d, e, f, g, h]) % from as u64) as usize
    })
}

/// A password by choices below what `choose` is given.
fn of_choices(mut choose: impl FnMut(usize) -> usize) -> String {
    let any: Vec<u8> = KINDS.concat();
    let mut characters: Vec<u8> = KINDS.iter().map(|kind| kind[choose(kind.len())]).collect();
    characters.extend((KINDS.len()..LENGTH).map(|_| any[choose(any.len())]));
    for index in (1..characters.len()).rev() {
        characters.swap(index, choose(index + 1));
    }
    // A letter first: no program that opens a list of them takes one for a formula.
    let letter = characters.iter().position(u8::is_ascii_alphabetic).unwrap_or_default();
    characters.swap(0, letter);
    characters.into_iter().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use anju_domain::account::is_strong_password;

    use super::*;

    #[test]
    fn random_passwords_are_strong_and_differ() {
        let some: std::collections::BTreeSet<String> = (0..50).map(|_| random()).collect();
        assert!(some.len() == 50 && some.iter().all(|password| is_strong_password(password)));
    }

    #[test]
    fn derived_passwords_are_strong_the_same_each_time_and_differ_by_account_and_secret() {
        let of = |secret: &[u8], account: &str| derived(secret, &account.parse().unwrap());
        assert_eq!(of(b"one", "530627"), of(b"one", "530627"));
        let some = [of(b"one", "530627"), of(b"one", "530628"), of(b"two", "530627")];
        assert!(some[0] != some[1] && some[0] != some[2]);
        assert!(some.iter().all(|password| is_strong_password(password)));
    }

    #[test]
    fn the_well_known_password_is_issued_only_where_the_stage_has_one_and_for_three_days() {
        let now = Timestamp::UNIX_EPOCH;
        assert!(InitialPasswords::new(None, false).issue(Initial::Default, now).is_err());
        let issued =
            InitialPasswords::new(Some("a123456".to_owned()), false).issue(Initial::Default, now).unwrap();
        assert_eq!(issued.until.map(Timestamp::as_second), Some(72 * 3600));
        let local =
            InitialPasswords::new(Some("a123456".to_owned()), true).issue(Initial::Default, now).unwrap();
        assert_eq!(local.until, None);
    }
}
