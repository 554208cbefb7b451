//! Webhook secrets at rest: AES-256-GCM with a key from the configuration, bound to the unit they belong to. And keys
//! that a repeated request must get again although nobody stores them: derived from the same key by HMAC-SHA-256.
//!
//! They must be readable to sign with, so a hash will not do. Layout: nonce (12 bytes), then ciphertext and tag.
use aes_gcm::Aes256Gcm;
use aes_gcm::aead::{Aead, KeyInit, Nonce, Payload};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use signing::SigningKeys;
use thiserror::Error;

const NONCE_BYTES: usize = 12;
const KEY_BYTES: usize = 32;

/// What can be wrong with a key or a sealed secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SealingError {
    /// The configured key is no base64 of 32 bytes.
    #[error("must be base64 of {KEY_BYTES} random bytes")]
    Key,
    /// Sealed with another key, for another unit, or damaged.
    #[error("cannot be opened with the configured key")]
    Sealed,
}

/// Seals and opens secrets. Cheap to clone.
#[derive(Clone)]
pub struct Sealer {
    aead: Aes256Gcm,
    mac: Hmac<Sha256>,
}

impl Sealer {
    /// A sealer with the key of the configuration.
    ///
    /// # Errors
    /// When the key is not what it must be.
    pub fn new(key_base64: &str) -> Result<Self, SealingError> {
        let key = STANDARD
            .decode(key_base64.trim())
            .map_err(|_| SealingError::Key)?;
        if key.len() != KEY_BYTES {
            return Err(SealingError::Key);
        }
        Ok(Self {
            aead: Aes256Gcm::new_from_slice(&key).map_err(|_| SealingError::Key)?,
            mac: Hmac::new_from_slice(&key).map_err(|_| SealingError::Key)?,
        })
    }

    /// 256 bits that follow from these words, and that nobody without the configured key can tell from random ones.
    #[must_use]
    pub fn derive(&self, words: &[&str]) -> [u8; 32] {
        let mut mac = self.mac.clone();
        for word in words {
            mac.update(&(word.len() as u64).to_be_bytes());
            mac.update(word.as_bytes());
        }
        mac.finalize().into_bytes().into()
    }

    /// What calls to a unit are signed with, of its opened secret. The Ed25519 key follows from the secret and the
    /// configured key, so the unit, which knows the secret, cannot make it.
    #[must_use]
    pub fn signing_keys(&self, unit: &str, secret: Vec<u8>) -> SigningKeys {
        let seed = self.derive(&["webhook ed25519", unit, &STANDARD.encode(&secret)]);
        SigningKeys::new(secret, &seed)
    }

    /// Seals a secret for a unit. `nonce` must be random and fresh.
    ///
    /// # Errors
    /// When the secret is absurdly long.
    pub fn seal(&self, unit: &str, secret: &[u8], nonce: [u8; NONCE_BYTES]) -> Result<Vec<u8>, SealingError> {
        let payload = Payload {
            msg: secret,
            aad: unit.as_bytes(),
        };
        let sealed = self
            .aead
            .encrypt(&Nonce::<Aes256Gcm>::from(nonce), payload)
            .map_err(|_| SealingError::Sealed)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what was sealed for the same unit.
    ///
    /// # Errors
    /// When it was not.
    pub fn open(&self, unit: &str, sealed: &[u8]) -> Result<Vec<u8>, SealingError> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE_BYTES).ok_or(SealingError::Sealed)?;
        let nonce: [u8; NONCE_BYTES] = nonce.try_into().map_err(|_| SealingError::Sealed)?;
        let payload = Payload {
            msg: sealed,
            aad: unit.as_bytes(),
        };
        self.aead
            .decrypt(&Nonce::<Aes256Gcm>::from(nonce), payload)
            .map_err(|_| SealingError::Sealed)
    }
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_only_for_its_unit_and_key() {
        let one = Sealer::new(&STANDARD.encode([1; 32])).unwrap();
        let other = Sealer::new(&STANDARD.encode([2; 32])).unwrap();
        let sealed = one.seal("U-1", b"secret", [7; 12]).unwrap();
        assert!(!sealed.windows(6).any(|bytes| bytes == b"secret"));
        assert_eq!(one.open("U-1", &sealed).unwrap(), b"secret");
        assert_eq!(one.open("U-2", &sealed), Err(SealingError::Sealed));
        assert_eq!(other.open("U-1", &sealed), Err(SealingError::Sealed));
        assert_eq!(one.open("U-1", &sealed[..10]), Err(SealingError::Sealed));
    }

    #[test]
    fn the_public_key_depends_on_everything_and_never_changes() {
        let sealer = |byte| Sealer::new(&STANDARD.encode([byte; 32])).unwrap();
        let key =
            |byte, unit: &str, secret: &[u8]| sealer(byte).signing_keys(unit, secret.to_vec()).public_key();
        let one = key(1, "U-1", b"secret");
        assert_eq!(key(1, "U-1", b"secret"), one);
        for other in [
            key(2, "U-1", b"secret"),
            key(1, "U-2", b"secret"),
            key(1, "U-1", b"older"),
        ] {
            assert_ne!(other, one);
        }
    }

    #[test]
    fn a_bad_key_is_refused() {
        for bad in [
            "",
            "short",
            "AAAA",
            "not base64 at all, and this text is long enough",
        ] {
            assert_eq!(Sealer::new(bad).unwrap_err(), SealingError::Key, "{bad}");
        }
    }
}
