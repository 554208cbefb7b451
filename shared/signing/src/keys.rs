//! The sender's side.
use crate::{PUBLIC_PREFIX, head};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use sha2::Sha256;

/// What only the sender has: signs `v1a`.
pub struct PrivateKey(Ed25519KeyPair);

impl PrivateKey {
    /// Of its seed, 32 random bytes.
    ///
    /// # Panics
    /// Never: a seed has the length that it must have.
    #[must_use]
    pub fn new(seed: &[u8; 32]) -> Self {
        Self(Ed25519KeyPair::from_seed_unchecked(seed).expect("a seed has 32 bytes"))
    }

    /// What the receiver checks `v1a` with, as it is written.
    #[must_use]
    pub fn public_key(&self) -> String {
        format!("{PUBLIC_PREFIX}{}", STANDARD.encode(self.0.public_key()))
    }

    fn sign(&self, head: &str, body: &[u8]) -> String {
        let signed = [head.as_bytes(), body].concat();
        format!("v1a,{}", STANDARD.encode(self.0.sign(&signed)))
    }
}

impl std::fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PrivateKey")
    }
}

/// What one secret signs with: HMAC, and Ed25519 with a private key that the receiver does not know.
pub struct SigningKeys {
    secret: Vec<u8>,
    private: PrivateKey,
}

impl SigningKeys {
    /// Of a shared secret and the seed of a private key that only the sender knows: `v1` and `v1a`.
    #[must_use]
    pub fn new(secret: Vec<u8>, seed: &[u8; 32]) -> Self {
        let private = PrivateKey::new(seed);
        Self { secret, private }
    }

    /// What the receiver checks `v1a` with, as it is written.
    #[must_use]
    pub fn public_key(&self) -> String {
        self.private.public_key()
    }

    fn sign(&self, head: &str, body: &[u8]) -> String {
        let v1 = v1(&self.secret, head, body);
        format!("{v1} {}", self.private.sign(head, body))
    }
}

impl std::fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningKeys")
    }
}

fn v1(secret: &[u8], head: &str, body: &[u8]) -> String {
    format!(
        "v1,{}",
        STANDARD.encode(mac(secret, head, body).finalize().into_bytes())
    )
}

pub(crate) fn mac(secret: &[u8], head: &str, body: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes keys of any length");
    mac.update(head.as_bytes());
    mac.update(body);
    mac
}

/// The value of `webhook-signature` by one shared secret.
#[must_use]
pub fn sign(secret: &[u8], id: &str, timestamp_secs: i64, body: &[u8]) -> String {
    v1(secret, &head(id, timestamp_secs), body)
}

/// The value of `webhook-signature` by a shared secret, where there is one, and by private keys.
#[must_use]
pub fn sign_each(
    secret: Option<&[u8]>,
    keys: &[PrivateKey],
    id: &str,
    timestamp_secs: i64,
    body: &[u8],
) -> String {
    let head = head(id, timestamp_secs);
    let shared = secret.map(|secret| v1(secret, &head, body));
    let own = keys.iter().map(|key| key.sign(&head, body));
    shared.into_iter().chain(own).collect::<Vec<_>>().join(" ")
}

/// The value of `webhook-signature` by all keys that are valid now.
#[must_use]
pub fn sign_all(keys: &[SigningKeys], id: &str, timestamp_secs: i64, body: &[u8]) -> String {
    let head = head(id, timestamp_secs);
    let each: Vec<String> = keys.iter().map(|keys| keys.sign(&head, body)).collect();
    each.join(" ")
}
