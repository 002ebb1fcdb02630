//! Accounts: one per region, named after its code.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::access::Role;
use crate::phone::Phone;
use crate::region::RegionCode;
use crate::text::{Name, Position};

/// What the first sign-in asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Name of the person who uses the account.
    pub name: Name,
    /// 职务.
    pub position: Position,
    /// Mobile phone.
    pub phone: Phone,
}

/// An account as the system knows it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The region it belongs to; its code is the account's name.
    pub region: RegionCode,
    /// Completed at the first sign-in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<Profile>,
    /// Argon2id hash in PHC form.
    pub password_hash: String,
    /// The password is still the one that was issued.
    pub initial_password: bool,
    /// Until when the issued password opens the account; none where it never ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initial_until: Option<Timestamp>,
    /// Moves with every change of the credentials; tokens of an earlier one are void.
    pub generation: u64,
    /// The session that changed the password, which alone outlives the change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_session: Option<String>,
    /// Moves with every write.
    pub revision: u64,
    /// May no longer sign in.
    #[serde(default)]
    pub disabled: bool,
}

/// Personal data or secrets: never printed by accident.
impl std::fmt::Debug for Account {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Account({} at {})", self.region, self.revision)
    }
}

impl Account {
    /// A new account, to be opened with an issued password until `initial_until`.
    pub fn issued(region: RegionCode, password_hash: String, initial_until: Option<Timestamp>) -> Account {
        Account {
            region,
            profile: None,
            password_hash,
            initial_password: true,
            initial_until,
            generation: 1,
            kept_session: None,
            revision: 1,
            disabled: false,
        }
    }

    /// The account with an issued password again: all sessions end, the profile stays. One that was
    /// disabled may sign in again.
    pub fn reset(&self, password_hash: String, initial_until: Option<Timestamp>) -> Account {
        Account {
            password_hash,
            initial_password: true,
            initial_until,
            generation: self.generation + 1,
            kept_session: None,
            revision: self.revision + 1,
            disabled: false,
            ..self.clone()
        }
    }

    /// The account without any right, until it is reset. All sessions end.
    pub fn disable(&self) -> Account {
        Account {
            generation: self.generation + 1,
            kept_session: None,
            revision: self.revision + 1,
            disabled: true,
            ..self.clone()
        }
    }

    /// Whether its password opens it: not when it is disabled, nor when it was issued too long ago.
    pub fn may_sign_in(&self, now: Timestamp) -> bool {
        let expired = self.initial_password && self.initial_until.is_some_and(|until| until <= now);
        !self.disabled && !expired
    }

    /// The account's role.
    pub fn role(&self) -> Role {
        Role::of(self.region.level())
    }

    /// Whether a session's tokens of this generation are valid.
    pub fn admits(&self, session: &str, generation: u64) -> bool {
        let kept = self.kept_session.as_deref() == Some(session);
        !self.disabled && (generation == self.generation || kept)
    }

    /// The account with its profile given.
    pub fn with_profile(&self, profile: Profile) -> Account {
        Account { profile: Some(profile), revision: self.revision + 1, ..self.clone() }
    }

    /// The account with a new password, chosen in `session`: all other sessions end.
    pub fn with_password(&self, password_hash: String, session: String) -> Account {
        Account {
            password_hash,
            initial_password: false,
            initial_until: None,
            generation: self.generation + 1,
            kept_session: Some(session),
            revision: self.revision + 1,
            ..self.clone()
        }
    }

    /// Whether the first sign-in is done: profile given and password changed.
    pub fn is_ready(&self) -> bool {
        self.profile.is_some() && !self.initial_password
    }
}

/// Whether a password is strong enough: 8 to 20 characters with digits, upper case, lower case
/// and a symbol (domain.md).
pub fn is_strong_password(password: &str) -> bool {
    let length = password.chars().count();
    let has = |test: fn(char) -> bool| password.chars().any(test);
    (8..=20).contains(&length)
        && has(|c| c.is_ascii_digit())
        && has(|c| c.is_ascii_uppercase())
        && has(|c| c.is_ascii_lowercase())
        && has(|c| c.is_ascii_punctuation())
        && password.chars().all(|c| c.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_password_ends_all_sessions_but_the_one_that_chose_it() {
        let account = Account::issued("530627101203".parse().unwrap(), "old".to_owned(), None);
        let changed = account.with_password("new".to_owned(), "mine".to_owned());
        assert!(changed.admits("mine", 1) && changed.admits("later", 2));
        assert!(!changed.admits("other", 1));
        assert!(!Account { disabled: true, ..changed }.admits("mine", 2));
    }

    #[test]
    fn an_issued_password_dies_in_time_and_a_chosen_one_does_not() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let until = Some(at("2020-06-06T00:00:00Z"));
        let account = Account::issued("530627101203".parse().unwrap(), "issued".to_owned(), until);
        assert!(
            account.may_sign_in(at("2020-06-05T23:59:59Z"))
                && !account.may_sign_in(at("2020-06-06T00:00:00Z"))
        );
        let chosen = account.with_password("chosen".to_owned(), "s".to_owned());
        assert!(chosen.may_sign_in(at("2021-01-01T00:00:00Z")));
        assert!(!chosen.disable().may_sign_in(at("2020-06-05T00:00:00Z")));
        let reset = chosen.disable().reset("again".to_owned(), None);
        assert!(reset.may_sign_in(at("2021-01-01T00:00:00Z")) && !reset.admits("s", 1) && !reset.is_ready());
    }

    #[test]
    fn a_password_needs_all_four_kinds_and_8_to_20_characters() {
        for strong in ["Aa1!aaaa", "Zz9_Zz9_Zz9_Zz9_Zz9_"] {
            assert!(is_strong_password(strong), "{strong}");
        }
        for weak in [
            "a123456",
            "Aa1!aaa",
            "aa1!aaaa",
            "AA1!AAAA",
            "Aaa!aaaa",
            "Aa11aaaa",
            "Zz9_Zz9_Zz9_Zz9_Zz9_Z",
            "Aa1!aaa密",
        ] {
            assert!(!is_strong_password(weak), "{weak}");
        }
    }
}
