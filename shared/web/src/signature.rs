//! Standard Webhooks 1.0.0: how a receiver knows that a call is the sender's, whole and fresh.
//!
//! `v1` = base64(HMAC-SHA256(secret, "{id}.{timestamp}.{body}")), in the headers `webhook-id`, `webhook-timestamp` (seconds)
//! and `webhook-signature` (several, separated by spaces). A secret travels as `whsec_<base64>`.
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::HeaderMap;
use sha2::Sha256;
use thiserror::Error;

/// How secrets are written.
pub const SECRET_PREFIX: &str = "whsec_";
/// Bytes of randomness in a secret.
pub const SECRET_BYTES: usize = 32;
/// How far the sender's clock may be from ours, in seconds.
pub const TOLERANCE_SECS: i64 = 300;

/// Why a call is not believed. Says nothing about the secret.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum SignatureError {
    /// A header is missing or cannot be read.
    #[error("webhook-id, webhook-timestamp and webhook-signature are needed")]
    Missing,
    /// Signed too long ago, or in the future.
    #[error("the timestamp is too far from now")]
    Stale,
    /// Not signed with this secret, or changed on the way.
    #[error("the signature does not fit")]
    Wrong,
}

/// The secret as people and settings write it.
#[must_use]
pub fn present(secret: &[u8]) -> String {
    format!("{SECRET_PREFIX}{}", STANDARD.encode(secret))
}

/// The bytes of a written secret; `None` when it is none, or shorter than 24 bytes.
#[must_use]
pub fn read(secret: &str) -> Option<Vec<u8>> {
    let bytes = STANDARD.decode(secret.strip_prefix(SECRET_PREFIX)?).ok()?;
    (24..=64).contains(&bytes.len()).then_some(bytes)
}

fn mac(secret: &[u8], id: &str, timestamp_secs: i64, body: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes keys of any length");
    mac.update(format!("{id}.{timestamp_secs}.").as_bytes());
    mac.update(body);
    mac
}

/// The value of `webhook-signature`.
#[must_use]
pub fn sign(secret: &[u8], id: &str, timestamp_secs: i64, body: &[u8]) -> String {
    let signed = mac(secret, id, timestamp_secs, body).finalize().into_bytes();
    format!("v1,{}", STANDARD.encode(signed))
}

/// Checks a call; answers its id, by which repeats are recognised.
///
/// # Errors
/// Says why it is not believed.
pub fn verify(
    secret: &[u8],
    headers: &HeaderMap,
    body: &[u8],
    now_secs: i64,
) -> Result<String, SignatureError> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let id = header("webhook-id").ok_or(SignatureError::Missing)?;
    let timestamp = header("webhook-timestamp").and_then(|text| text.parse::<i64>().ok());
    let timestamp = timestamp.ok_or(SignatureError::Missing)?;
    let signatures = header("webhook-signature").ok_or(SignatureError::Missing)?;
    if timestamp.abs_diff(now_secs) > TOLERANCE_SECS.unsigned_abs() {
        return Err(SignatureError::Stale);
    }
    let fits = signatures
        .split(' ')
        .filter_map(|signature| STANDARD.decode(signature.strip_prefix("v1,")?).ok())
        // Compared in constant time.
        .any(|signature| mac(secret, id, timestamp, body).verify_slice(&signature).is_ok());
    if fits {
        Ok(id.to_owned())
    } else {
        Err(SignatureError::Wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const AT: i64 = 1_614_265_330;
    const BODY: &[u8] = br#"{"test": 2432232314}"#;

    fn headers(signature: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("webhook-id", ID.parse().unwrap());
        headers.insert("webhook-timestamp", AT.to_string().parse().unwrap());
        headers.insert("webhook-signature", signature.parse().unwrap());
        headers
    }

    /// The example that the specification's own libraries test with.
    #[test]
    fn the_signature_is_the_one_of_the_specification() {
        let secret = read("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signature = sign(&secret, ID, AT, BODY);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_eq!(
            verify(&secret, &headers(&signature), BODY, AT + 300),
            Ok(ID.to_owned())
        );
        let rotated = format!("v1,AAAA {signature}");
        assert!(verify(&secret, &headers(&rotated), BODY, AT).is_ok());
    }

    #[test]
    fn what_is_changed_old_or_unsigned_is_not_believed() {
        let secret = [7; SECRET_BYTES];
        let good = headers(&sign(&secret, ID, AT, BODY));
        assert_eq!(
            verify(&[8; SECRET_BYTES], &good, BODY, AT),
            Err(SignatureError::Wrong)
        );
        assert_eq!(verify(&secret, &good, b"{}", AT), Err(SignatureError::Wrong));
        assert_eq!(verify(&secret, &good, BODY, AT + 301), Err(SignatureError::Stale));
        assert_eq!(verify(&secret, &good, BODY, AT - 301), Err(SignatureError::Stale));
        let mut bare = good.clone();
        bare.remove("webhook-signature");
        assert_eq!(verify(&secret, &bare, BODY, AT), Err(SignatureError::Missing));
    }

    #[test]
    fn secrets_are_written_and_read() {
        assert_eq!(read(&present(&[9; SECRET_BYTES])), Some(vec![9; SECRET_BYTES]));
        assert_eq!(read("whsec_AAAA"), None, "too short");
        assert_eq!(read("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), None);
    }
}
