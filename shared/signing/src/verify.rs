//! The receiver's side.
use crate::keys::mac;
use crate::{HEADER_ID, HEADER_SIGNATURE, HEADER_TIMESTAMP, PUBLIC_PREFIX, TOLERANCE_SECS, head};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::Mac as _;
use http::HeaderMap;
use ring::signature::{ED25519, UnparsedPublicKey};
use thiserror::Error;

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

/// What is said of a call, before it is believed.
struct Claim<'a> {
    id: &'a str,
    timestamp: i64,
    signatures: &'a str,
}

impl<'a> Claim<'a> {
    fn read(headers: &'a HeaderMap, now_secs: i64) -> Result<Self, SignatureError> {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let claim = Self {
            id: header(HEADER_ID).ok_or(SignatureError::Missing)?,
            timestamp: header(HEADER_TIMESTAMP)
                .and_then(|text| text.parse().ok())
                .ok_or(SignatureError::Missing)?,
            signatures: header(HEADER_SIGNATURE).ok_or(SignatureError::Missing)?,
        };
        if claim.timestamp.abs_diff(now_secs) > TOLERANCE_SECS.unsigned_abs() {
            return Err(SignatureError::Stale);
        }
        Ok(claim)
    }

    /// Answers the id when a signature of this version fits.
    fn believed(&self, version: &str, fits: impl Fn(&[u8]) -> bool) -> Result<String, SignatureError> {
        let one = self
            .signatures
            .split(' ')
            .filter_map(|signature| {
                let (stated, text) = signature.split_once(',')?;
                STANDARD.decode(text).ok().filter(|_| stated == version)
            })
            .any(|signature| fits(&signature));
        if one {
            Ok(self.id.to_owned())
        } else {
            Err(SignatureError::Wrong)
        }
    }
}

/// Checks a call with the shared secret (`v1`); answers its id, by which repeats are recognised.
///
/// # Errors
/// Says why it is not believed.
pub fn verify(
    secret: &[u8],
    headers: &HeaderMap,
    body: &[u8],
    now_secs: i64,
) -> Result<String, SignatureError> {
    let claim = Claim::read(headers, now_secs)?;
    let head = head(claim.id, claim.timestamp);
    // Compared in constant time.
    claim.believed("v1", |signature| {
        mac(secret, &head, body).verify_slice(signature).is_ok()
    })
}

/// What `v1a` is checked with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// A key as it is written; `None` when it is none.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let bytes = STANDARD.decode(text.strip_prefix(PUBLIC_PREFIX)?).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// Checks a call (`v1a`); answers its id.
    ///
    /// # Errors
    /// Says why it is not believed.
    pub fn verify(&self, headers: &HeaderMap, body: &[u8], now_secs: i64) -> Result<String, SignatureError> {
        let claim = Claim::read(headers, now_secs)?;
        let signed = [head(claim.id, claim.timestamp).as_bytes(), body].concat();
        let key = UnparsedPublicKey::new(&ED25519, &self.0);
        claim.believed("v1a", |signature| key.verify(&signed, signature).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{PrivateKey, SECRET_BYTES, SigningKeys, read, sign, sign_all, sign_each};

    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const AT: i64 = 1_614_265_330;
    const BODY: &[u8] = br#"{"test": 2432232314}"#;

    fn headers(signature: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(HEADER_ID, ID.parse().unwrap());
        headers.insert(HEADER_TIMESTAMP, AT.to_string().parse().unwrap());
        headers.insert(HEADER_SIGNATURE, signature.parse().unwrap());
        headers
    }

    /// The example that the specification's own libraries test with.
    #[test]
    fn the_signature_is_the_one_of_the_specification() {
        let secret = read("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signature = sign(&secret, ID, AT, BODY);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        let good = verify(&secret, &headers(&signature), BODY, AT + 300);
        assert_eq!(good, Ok(ID.to_owned()));
        let rotated = format!("v1,AAAA {signature}");
        assert!(verify(&secret, &headers(&rotated), BODY, AT).is_ok());
    }

    #[test]
    fn two_secrets_sign_in_two_ways_each() {
        let secret = read("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let new = SigningKeys::new(secret.clone(), &[1; 32]);
        let old = SigningKeys::new(b"older".to_vec(), &[2; 32]);
        let public = [&new, &old].map(|keys| PublicKey::read(&keys.public_key()).unwrap());
        let signatures = sign_all(&[new, old], ID, AT, BODY);
        assert_eq!(signatures.split(' ').count(), 4);
        let good = headers(&signatures);
        assert!(verify(&secret, &good, BODY, AT).is_ok() && verify(b"older", &good, BODY, AT).is_ok());
        for key in &public {
            assert_eq!(key.verify(&good, BODY, AT), Ok(ID.to_owned()));
            assert_eq!(key.verify(&good, b"{}", AT), Err(SignatureError::Wrong));
            assert_eq!(key.verify(&good, BODY, AT + 301), Err(SignatureError::Stale));
        }
        // A signature of one version is none of the other.
        let taken = headers(&signatures.replace("v1a,", "v1,"));
        assert_eq!(public[0].verify(&taken, BODY, AT), Err(SignatureError::Wrong));
        let stranger = SigningKeys::new(secret, &[3; 32]);
        let stranger = PublicKey::read(&stranger.public_key()).unwrap();
        assert_eq!(stranger.verify(&good, BODY, AT), Err(SignatureError::Wrong));
        assert_eq!(PublicKey::read("whpk_AAAA"), None);
    }

    #[test]
    fn private_keys_sign_with_and_without_a_shared_secret() {
        let (one, two) = (PrivateKey::new(&[1; 32]), PrivateKey::new(&[2; 32]));
        let public = [&one, &two].map(|key| PublicKey::read(&key.public_key()).unwrap());
        let secret = [7; SECRET_BYTES];
        let alone = headers(&sign_each(None, &[one, two], ID, AT, BODY));
        for key in &public {
            assert_eq!(key.verify(&alone, BODY, AT), Ok(ID.to_owned()));
        }
        assert_eq!(verify(&secret, &alone, BODY, AT), Err(SignatureError::Wrong));
        let both = sign_each(Some(&secret), &[PrivateKey::new(&[1; 32])], ID, AT, BODY);
        let both = headers(&both);
        assert!(verify(&secret, &both, BODY, AT).is_ok() && public[0].verify(&both, BODY, AT).is_ok());
        assert_eq!(public[1].verify(&both, BODY, AT), Err(SignatureError::Wrong));
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
        bare.remove(HEADER_SIGNATURE);
        assert_eq!(verify(&secret, &bare, BODY, AT), Err(SignatureError::Missing));
    }
}
