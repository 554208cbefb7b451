//! [Standard Webhooks](https://www.standardwebhooks.com) 1.0.0: how a receiver knows that a call is the sender's, whole
//! and fresh. Pure: no clock, no randomness, no I/O.
//!
//! Three headers: `webhook-id`, `webhook-timestamp` (seconds) and `webhook-signature` (several, separated by spaces). What
//! is signed is `"{id}.{timestamp}.{body}"`:
//! `v1` = base64(HMAC-SHA256(secret, …)), the secret travels as `whsec_<base64>`;
//! `v1a` = base64(Ed25519(private key, …)), which is checked with a public key `whpk_<base64>`: then nothing that the
//! receiver holds can sign.
mod keys;
mod verify;

pub use keys::{PrivateKey, SigningKeys, sign, sign_all, sign_each};
pub use verify::{PublicKey, SignatureError, verify};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// How secrets are written.
pub const SECRET_PREFIX: &str = "whsec_";
/// How public keys are written.
pub const PUBLIC_PREFIX: &str = "whpk_";
/// Bytes of randomness in a secret that we make.
pub const SECRET_BYTES: usize = 32;
/// How far the sender's clock may be from the receiver's, in seconds.
pub const TOLERANCE_SECS: i64 = 300;

/// Header with the id of the message; stable over retries.
pub const HEADER_ID: &str = "webhook-id";
/// Header with the time of this try, in seconds since 1970.
pub const HEADER_TIMESTAMP: &str = "webhook-timestamp";
/// Header with the signatures.
pub const HEADER_SIGNATURE: &str = "webhook-signature";

/// The secret as people and settings write it.
#[must_use]
pub fn present(secret: &[u8]) -> String {
    format!("{SECRET_PREFIX}{}", STANDARD.encode(secret))
}

/// The bytes of a written secret; `None` when it is none, or not of 24 to 64 bytes.
#[must_use]
pub fn read(secret: &str) -> Option<Vec<u8>> {
    let bytes = STANDARD.decode(secret.strip_prefix(SECRET_PREFIX)?).ok()?;
    (24..=64).contains(&bytes.len()).then_some(bytes)
}

/// What is signed, before the body.
fn head(id: &str, timestamp_secs: i64) -> String {
    format!("{id}.{timestamp_secs}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_written_and_read() {
        assert_eq!(read(&present(&[9; SECRET_BYTES])), Some(vec![9; SECRET_BYTES]));
        assert_eq!(read("whsec_AAAA"), None, "too short");
        assert_eq!(read("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), None);
    }
}
