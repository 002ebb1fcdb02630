//! Sessions: one per device that signed in, with refresh tokens that rotate.
//!
//! A refresh token is `<account>.<session>.<rotation>.<code>`; the code is an HMAC over the rest and
//! the session's nonce, so nothing of it is stored, and the successor of a token is always the same.

use anju_domain::account::Account;
use anju_domain::region::RegionCode;
use anju_store::accounts::Session;
use jiff::Timestamp;
use uuid::Uuid;

use crate::auth::token::SigningKeys;

/// How long a device stays signed in without being used, in seconds: phones stay offline for long.
const SESSION_SECONDS: i64 = 30 * 24 * 3600;
/// How long a token yields its successor again while that is not used, in seconds: lossy links must
/// not sign officers out.
const GRACE_SECONDS: i64 = 60;

/// A new session of an account.
pub fn open(account: &Account, now: Timestamp) -> Session {
    let nonce: [u8; 16] = rand::random();
    Session {
        id: Uuid::now_v7().simple().to_string(),
        account: account.region.clone(),
        nonce: hex::encode(nonce),
        rotation: 0,
        rotated_at: now,
        generation: account.generation,
        created_at: now,
        expires_at: now.as_second() + SESSION_SECONDS,
    }
}

/// The session's refresh token as it is now.
pub fn refresh_token(keys: &SigningKeys, session: &Session) -> String {
    let named = format!("{}.{}.{}", session.account, session.id, session.rotation);
    let code = keys.digest(&format!("refresh\n{named}\n{}", session.nonce));
    format!("{named}.{code}")
}

/// A refresh token as a client sent it, not yet checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentToken {
    /// The account that it names.
    pub account: RegionCode,
    /// The session that it names.
    pub session: String,
    rotation: u64,
    text: String,
}

/// What a refresh token is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Worth {
    /// It is the current one: the session goes on as this one, with the next token.
    Rotate(Session),
    /// It is the one before, whose successor nobody has used yet: the same successor again.
    Again,
    /// It was used before: somebody else has it. The session must end.
    Reused,
    /// It is no token of this session.
    Forged,
}

impl SentToken {
    /// The parts of a token; none where it isn't one.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let (account, session, rotation) = (parts.next()?, parts.next()?, parts.next()?);
        parts.next().filter(|_| parts.next().is_none())?;
        Some(SentToken {
            account: account.parse().ok()?,
            session: session.to_owned(),
            rotation: rotation.parse().ok()?,
            text: text.to_owned(),
        })
    }

    /// What it is worth for the session that it names.
    pub fn worth(&self, keys: &SigningKeys, session: &Session, generation: u64, now: Timestamp) -> Worth {
        let named = Session { rotation: self.rotation, ..session.clone() };
        if !keys.made(&self.text, |key| refresh_token(key, &named)) {
            return Worth::Forged;
        }
        if self.rotation == session.rotation {
            return Worth::Rotate(Session {
                rotation: session.rotation + 1,
                rotated_at: now,
                generation,
                expires_at: now.as_second() + SESSION_SECONDS,
                ..session.clone()
            });
        }
        let graced = now.as_second() <= session.rotated_at.as_second() + GRACE_SECONDS;
        if self.rotation + 1 == session.rotation && graced { Worth::Again } else { Worth::Reused }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_591_000_000 + second).unwrap()
    }

    fn account() -> Account {
        Account::issued("530627101203".parse().unwrap(), String::new(), None)
    }

    fn sent(keys: &SigningKeys, session: &Session) -> SentToken {
        SentToken::parse(&refresh_token(keys, session)).unwrap()
    }

    #[test]
    fn a_token_rotates_and_the_one_before_gives_the_same_successor_for_a_minute() {
        let keys = SigningKeys::of_one("k1", "secret");
        let first = open(&account(), at(0));
        let Worth::Rotate(second) = sent(&keys, &first).worth(&keys, &first, 1, at(10)) else { panic!() };
        assert_eq!(sent(&keys, &first).worth(&keys, &second, 1, at(70)), Worth::Again);
        assert_eq!(sent(&keys, &first).worth(&keys, &second, 1, at(71)), Worth::Reused);
    }

    #[test]
    fn once_the_successor_is_used_the_one_before_is_a_theft() {
        let keys = SigningKeys::of_one("k1", "secret");
        let first = open(&account(), at(0));
        let Worth::Rotate(second) = sent(&keys, &first).worth(&keys, &first, 1, at(10)) else { panic!() };
        let Worth::Rotate(third) = sent(&keys, &second).worth(&keys, &second, 1, at(11)) else { panic!() };
        assert_eq!(sent(&keys, &first).worth(&keys, &third, 1, at(12)), Worth::Reused);
        assert_eq!(sent(&keys, &second).worth(&keys, &third, 1, at(12)), Worth::Again);
    }

    #[test]
    fn a_token_of_another_key_or_session_is_forged() {
        let (keys, others) = (SigningKeys::of_one("k1", "secret"), SigningKeys::of_one("k1", "other"));
        let (mine, other) = (open(&account(), at(0)), open(&account(), at(0)));
        assert_eq!(sent(&others, &mine).worth(&keys, &mine, 1, at(1)), Worth::Forged);
        assert_eq!(sent(&keys, &other).worth(&keys, &mine, 1, at(1)), Worth::Forged);
        let ahead = Session { rotation: 5, ..mine.clone() };
        let mut claimed = sent(&keys, &mine);
        claimed.rotation = 5;
        assert_eq!(claimed.worth(&keys, &ahead, 1, at(1)), Worth::Forged);
        for rubbish in ["", "a.b.c", "530627101203.s.x.code", "530627101203.s.1.code.more"] {
            assert_eq!(SentToken::parse(rubbish), None, "{rubbish}");
        }
    }
}
