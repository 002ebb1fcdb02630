//! Access tokens: short-lived JWTs.

use anju_domain::region::RegionCode;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};

use crate::error::ApiError;

/// How long an access token is valid, in seconds.
pub const ACCESS_SECONDS: i64 = 1800;

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

/// The key that signs access tokens, named so that a later one can stand beside it.
#[derive(Clone, Deserialize)]
pub struct SigningKey {
    kid: String,
    key: String,
}

/// A secret: only its name is printed.
impl std::fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "SigningKey({})", self.kid)
    }
}

impl SigningKey {
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
        let header = Header { kid: Some(self.kid.clone()), ..Header::new(Algorithm::HS256) };
        encode(&header, &claims, &EncodingKey::from_secret(self.key.as_bytes())).map_err(ApiError::internal)
    }

    /// What a token says, if we signed it and it is valid at `now`.
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<Claims, ApiError> {
        let header = decode_header(token).map_err(|_| ApiError::Unauthorized)?;
        if header.kid.as_deref() != Some(self.kid.as_str()) {
            return Err(ApiError::Unauthorized);
        }
        let mut validation = Validation::new(Algorithm::HS256);
        // Checked below, against the clock that was passed in.
        validation.validate_exp = false;
        let key = DecodingKey::from_secret(self.key.as_bytes());
        let claims = decode::<Claims>(token, &key, &validation).map_err(|_| ApiError::Unauthorized)?.claims;
        if claims.exp > now.as_second() { Ok(claims) } else { Err(ApiError::Unauthorized) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(kid: &str, secret: &str) -> SigningKey {
        SigningKey { kid: kid.to_owned(), key: secret.to_owned() }
    }

    #[test]
    fn only_our_own_unexpired_tokens_are_valid() {
        let now: Timestamp = "2020-06-03T00:00:00Z".parse().unwrap();
        let later = Timestamp::from_second(now.as_second() + ACCESS_SECONDS).unwrap();
        let account: RegionCode = "530627101203".parse().unwrap();
        let token = key("k1", "secret").issue(&account, "s", 3, now).unwrap();
        let claims = key("k1", "secret").verify(&token, now).unwrap();
        assert_eq!((claims.sub, claims.generation), (account, 3));
        assert!(key("k1", "secret").verify(&token, later).is_err(), "expired");
        assert!(key("k1", "other").verify(&token, now).is_err(), "signed with another key");
        assert!(key("k2", "secret").verify(&token, now).is_err(), "signed with a key of another name");
        assert!(key("k1", "secret").verify("e30.e30.", now).is_err(), "not signed");
        assert!(key("k1", "secret").verify("rubbish", now).is_err());
    }
}
