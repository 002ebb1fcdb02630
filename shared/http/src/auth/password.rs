//! Passwords: Argon2id, in equal time whether or not the account exists.

use std::sync::LazyLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};

use crate::error::ApiError;

/// Longest password that is looked at, in bytes: hashing must not be a way to keep us busy.
const MAX_BYTES: usize = 256;

/// The hash of a password, in PHC form.
pub fn hash(password: &str) -> Result<String, ApiError> {
    let hashed = Argon2::default().hash_password(password.as_bytes());
    hashed.map(|hash| hash.to_string()).map_err(ApiError::internal)
}

/// Whether the password fits the hash. Without a hash it takes the same time and never fits.
pub fn verify(password: &str, hash: Option<&str>) -> bool {
    /// The hash of nothing that anybody could type.
    static NOBODY: LazyLock<String> = LazyLock::new(|| {
        let random: [u8; 32] = rand::random();
        self::hash(&hex::encode(random)).unwrap_or_default()
    });
    let password = password.get(..password.len().min(MAX_BYTES)).unwrap_or_default();
    let Ok(parsed) = PasswordHash::new(hash.unwrap_or(&NOBODY)) else { return false };
    let fits = Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok();
    fits && hash.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_password_fits_its_hash() {
        let hash = hash("Aa1!aaaa").unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(verify("Aa1!aaaa", Some(&hash)));
        assert!(!verify("Aa1!aaab", Some(&hash)));
        assert!(!verify("Aa1!aaaa", None));
        assert!(!verify("Aa1!aaaa", Some("not a hash")));
    }
}
