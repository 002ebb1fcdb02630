//! Sessions: one per device that signed in.

use anju_domain::account::Account;
use anju_store::accounts::Session;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// How long a device stays signed in, in seconds: phones stay offline for long.
const SESSION_SECONDS: i64 = 30 * 24 * 3600;

/// A new session and the one thing of it that is not stored.
#[derive(Debug)]
pub struct Opened {
    /// The session.
    pub session: Session,
    /// Shown to the client once; only its hash is kept.
    pub refresh_token: String,
}

/// Opens a session of an account.
pub fn open(account: &Account, now: Timestamp) -> Opened {
    let secret: [u8; 32] = rand::random();
    let refresh_token = BASE64_URL_SAFE_NO_PAD.encode(secret);
    let session = Session {
        id: Uuid::now_v7().simple().to_string(),
        account: account.region.clone(),
        refresh_hash: hex::encode(Sha256::digest(&refresh_token)),
        generation: account.generation,
        created_at: now,
        expires_at: now.as_second() + SESSION_SECONDS,
    };
    Opened { session, refresh_token }
}
