//! Keyed hashes: "is it the same?" without "what is it?". The first word keeps the uses apart.
use super::keys::VaultKeys;
use crate::domain::caller::normalised_phone;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::ExposeSecret;
use sha2::Sha256;
use uuid::Uuid;

pub(super) struct BlindIndex(Hmac<Sha256>);

impl BlindIndex {
    pub(super) fn new(keys: &VaultKeys) -> Self {
        let key = keys.blind_index.expose_secret();
        Self(Hmac::new_from_slice(key).expect("HMAC takes a key of any length"))
    }

    pub(super) fn phone(&self, phone: &str) -> [u8; 32] {
        self.hash("phone", normalised_phone(phone).as_bytes())
    }

    pub(super) fn token(&self, phone: &str) -> Uuid {
        let hash = self.hash("caller", &self.phone(phone));
        let (bytes, _) = hash.split_first_chunk::<16>().expect("a hash has 32 bytes");
        uuid::Builder::from_custom_bytes(*bytes).into_uuid()
    }

    pub(super) fn request(&self, request: &[u8]) -> [u8; 32] {
        self.hash("request", request)
    }

    fn hash(&self, used_for: &str, value: &[u8]) -> [u8; 32] {
        let mut mac = self.0.clone();
        mac.update(used_for.as_bytes());
        mac.update(b"|");
        mac.update(value);
        mac.finalize().into_bytes().into()
    }
}
