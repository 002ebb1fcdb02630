//! Access tokens: short-lived JWTs, signed with a named key; a second one stays valid while keys change.

use anju_domain::region::RegionCode;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::error::ApiError;

/// How long an access token is valid, in seconds.
pub const ACCESS_SECONDS: i64 = 900;

/// What an access token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The account.
    pub sub: RegionCode,
    /// The session that it belongs to.
    pub sid: String,
    /// The account's generation when it was issued.
    #[serde(rename = "gen")]
    pub generation: u64,
    /// When it was issued, in seconds since 1970.
    pub iat: i64,
    /// When it expires, in seconds since 1970.
    pub exp: i64,
}

/// A key and its name.
#[derive(Clone, Deserialize)]
struct NamedKey {
    kid: String,
    key: String,
}

/// The key that signs, and the one that signed before it. `docs/signing-keys.md` says how to rotate.
#[derive(Clone, Deserialize)]
pub struct SigningKeys {
    #[serde(flatten)]
    current: NamedKey,
    #[serde(default)]
    previous: Option<NamedKey>,
}

/// Secrets: only names are printed.
impl std::fmt::Debug for SigningKeys {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let previous = self.previous.as_ref().map(|key| key.kid.as_str());
        write!(formatter, "SigningKeys({}, {previous:?})", self.current.kid)
    }
}

impl SigningKeys {
    /// One key alone.
    pub fn of_one(kid: &str, key: &str) -> Self {
        SigningKeys { current: NamedKey { kid: kid.to_owned(), key: key.to_owned() }, previous: None }
    }

    /// Signs an access token for an account's session.
    pub fn issue(
        &self,
        account: &RegionCode,
        session: &str,
        generation: u64,
        now: Timestamp,
    ) -> Result<String, ApiError> {
        let iat = now.as_second();
        let claims = Claims {
            sub: account.clone(),
            sid: session.to_owned(),
            generation,
            iat,
            exp: iat + ACCESS_SECONDS,
        };
        let NamedKey { kid, key } = &self.current;
        let header = Header { kid: Some(kid.clone()), ..Header::new(Algorithm::HS256) };
        encode(&header, &claims, &EncodingKey::from_secret(key.as_bytes())).map_err(ApiError::internal)
    }

    /// What a token says, if one of the keys signed it and it is valid at `now`.
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<Claims, ApiError> {
        let kid = decode_header(token).map_err(|_| ApiError::Unauthorized)?.kid;
        let mut keys = [Some(&self.current), self.previous.as_ref()].into_iter().flatten();
        let key = keys.find(|key| Some(&key.kid) == kid.as_ref()).ok_or(ApiError::Unauthorized)?;
        let mut validation = Validation::new(Algorithm::HS256);
        // Checked below, against the clock that was passed in.
        validation.validate_exp = false;
        let key = DecodingKey::from_secret(key.key.as_bytes());
        let claims = decode::<Claims>(token, &key, &validation).map_err(|_| ApiError::Unauthorized)?.claims;
        if claims.exp > now.as_second() { Ok(claims) } else { Err(ApiError::Unauthorized) }
    }

    /// A keyed digest, for what must be told apart but not be read: addresses in keys, refresh tokens.
    pub fn digest(&self, text: &str) -> String {
        // HMAC takes keys of any length.
        let mac = Hmac::<Sha256>::new_from_slice(self.current.key.as_bytes());
        let mac = mac.map(|mac| mac.chain_update(text).finalize().into_bytes());
        mac.map(hex::encode).unwrap_or_default()
    }

    /// Whether one of the keys makes this text, compared in constant time.
    pub(crate) fn made(&self, text: &str, make: impl Fn(&SigningKeys) -> String) -> bool {
        let alone = |key: &NamedKey| SigningKeys { current: key.clone(), previous: None };
        let keys = [Some(&self.current), self.previous.as_ref()].into_iter().flatten();
        keys.map(alone).any(|key| same(&make(&key), text))
    }
}

/// Whether two texts are the same, in a time that doesn't tell where they differ.
fn same(one: &str, other: &str) -> bool {
    let differing = one.bytes().zip(other.bytes()).fold(0, |differing, (a, b)| differing | (a ^ b));
    one.len() == other.len() && differing == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_unexpired_tokens_are_valid() {
        let now: Timestamp = "2020-06-03T00:00:00Z".parse().unwrap();
        let later = Timestamp::from_second(now.as_second() + ACCESS_SECONDS).unwrap();
        let account: RegionCode = "530627101203".parse().unwrap();
        let keys = SigningKeys::of_one("k1", "secret");
        let token = keys.issue(&account, "s", 3, now).unwrap();
        let claims = keys.verify(&token, now).unwrap();
        assert_eq!((claims.sub, claims.generation), (account, 3));
        assert!(keys.verify(&token, later).is_err(), "expired");
        assert!(SigningKeys::of_one("k1", "other").verify(&token, now).is_err(), "signed with another key");
        assert!(SigningKeys::of_one("k2", "secret").verify(&token, now).is_err(), "a key of another name");
        assert!(keys.verify("e30.e30.", now).is_err(), "not signed");
        assert!(keys.verify("rubbish", now).is_err());
    }

    #[test]
    fn the_key_before_stays_valid_and_signs_no_more() {
        let now: Timestamp = "2020-06-03T00:00:00Z".parse().unwrap();
        let account: RegionCode = "53".parse().unwrap();
        let token = SigningKeys::of_one("k1", "old").issue(&account, "s", 1, now).unwrap();
        let rotated: SigningKeys = serde_json::from_value(serde_json::json!({
            "kid": "k2", "key": "new", "previous": {"kid": "k1", "key": "old"}
        }))
        .unwrap();
        assert!(rotated.verify(&token, now).is_ok());
        let fresh = rotated.issue(&account, "s", 1, now).unwrap();
        assert!(SigningKeys::of_one("k2", "new").verify(&fresh, now).is_ok());
        assert!(!format!("{rotated:?}").contains("new"));
    }
}
