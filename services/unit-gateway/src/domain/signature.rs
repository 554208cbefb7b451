//! Standard Webhooks 1.0.0: how a unit knows that a call is ours, whole and fresh.
//!
//! `v1` = base64(HMAC-SHA256(secret, "{id}.{timestamp}.{body}")). The secret travels as `whsec_<base64>`. `v1a` = the
//! Ed25519 signature of the same text, which the unit checks with a public key `whpk_<base64>`: then nothing that the unit
//! holds can sign. Every call carries both, and while a secret is being replaced, both of the old one too.
use crate::domain::sealing::Sealer;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use sha2::Sha256;

/// What secrets look like to the unit.
pub const SECRET_PREFIX: &str = "whsec_";
/// Bytes of randomness in a secret.
pub const SECRET_BYTES: usize = 32;

/// The secret as the unit gets it, once.
#[must_use]
pub fn present(secret: &[u8]) -> String {
    format!("{SECRET_PREFIX}{}", STANDARD.encode(secret))
}

/// What public keys look like to the unit.
pub const PUBLIC_PREFIX: &str = "whpk_";

/// The keys of one secret.
pub struct SigningKeys {
    secret: Vec<u8>,
    pair: Ed25519KeyPair,
}

impl SigningKeys {
    /// Of an opened secret. The Ed25519 key follows from the secret and the configured key, so the unit, which knows the
    /// secret, cannot make it.
    ///
    /// # Panics
    /// Never: a seed has the length that it must have.
    #[must_use]
    pub fn new(sealer: &Sealer, unit: &str, secret: Vec<u8>) -> Self {
        let seed = sealer.derive(&["webhook ed25519", unit, &STANDARD.encode(&secret)]);
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).expect("a seed has 32 bytes");
        Self { secret, pair }
    }

    /// What the unit checks `v1a` with.
    #[must_use]
    pub fn public_key(&self) -> String {
        format!("{PUBLIC_PREFIX}{}", STANDARD.encode(self.pair.public_key()))
    }

    fn sign(&self, signed: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).expect("HMAC takes keys of any length");
        mac.update(signed.as_bytes());
        let v1 = STANDARD.encode(mac.finalize().into_bytes());
        let v1a = STANDARD.encode(self.pair.sign(signed.as_bytes()));
        format!("v1,{v1} v1a,{v1a}")
    }
}

impl std::fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningKeys")
    }
}

/// The value of `webhook-signature`, by all keys that are valid now.
#[must_use]
pub fn sign(keys: &[SigningKeys], id: &str, timestamp_secs: i64, body: &str) -> String {
    let signed = format!("{id}.{timestamp_secs}.{body}");
    let each: Vec<String> = keys.iter().map(|keys| keys.sign(&signed)).collect();
    each.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use ring::signature::{ED25519, UnparsedPublicKey};

    /// The example that the specification's own libraries test with, and both signatures of two secrets.
    #[test]
    fn the_signatures_are_those_of_the_specification() {
        let sealer = Sealer::new("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap();
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        assert_eq!(present(&secret), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let new = SigningKeys::new(&sealer, "U-1", secret.clone());
        let public = new.public_key();
        let old = SigningKeys::new(&sealer, "U-1", b"older".to_vec());
        assert_ne!(public, old.public_key());
        assert_ne!(public, SigningKeys::new(&sealer, "U-2", secret).public_key());
        let (id, body) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", r#"{"test": 2432232314}"#);
        let header = sign(&[new, old], id, 1_614_265_330, body);
        let parts: Vec<&str> = header.split(' ').collect();
        assert_eq!(parts.len(), 4);
        assert_eq!(parts[0], "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        let key = STANDARD
            .decode(public.strip_prefix(PUBLIC_PREFIX).unwrap())
            .unwrap();
        let check = |part: &str| {
            let signature = STANDARD.decode(part.strip_prefix("v1a,").unwrap()).unwrap();
            let signed = format!("{id}.1614265330.{body}");
            UnparsedPublicKey::new(&ED25519, &key).verify(signed.as_bytes(), &signature)
        };
        assert!(check(parts[1]).is_ok() && check(parts[3]).is_err());
    }
}
