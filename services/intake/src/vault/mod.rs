//! The cryptography of the identity vault: sealing fields, opening them, recognising the same caller.
//!
//! Each field is sealed alone with AES-256-GCM under a random 96-bit nonce; the associated data name table, column,
//! row and key version, so a ciphertext moved anywhere else does not open. The blind index and the caller token are
//! HMAC-SHA-256 under a key of their own: they tell "same caller" to whoever has the key, and nothing to others.
//! No table and no time in here; the rows are in `store::identities`.
mod index;
mod keys;
mod seal;

pub use keys::{KeyError, VaultKeys};
pub use seal::OpenError;

use crate::domain::ComplaintId;
use crate::domain::reveal::Field;
use index::BlindIndex;
use seal::Sealer;
use std::fmt;
use uuid::Uuid;

/// The keys, ready for use.
pub struct Vault {
    sealer: Sealer,
    index: BlindIndex,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault(***)")
    }
}

impl Vault {
    /// A vault with these keys.
    #[must_use]
    pub fn new(keys: &VaultKeys) -> Self {
        Self {
            sealer: Sealer::new(keys),
            index: BlindIndex::new(keys),
        }
    }

    /// Version of the key that seals now.
    #[must_use]
    pub const fn key_version(&self) -> i32 {
        self.sealer.current()
    }

    /// Nonce, ciphertext and tag of a field, under the newest key.
    #[must_use]
    pub fn seal(&self, complaint_id: ComplaintId, field: Field, value: &str) -> Vec<u8> {
        self.sealer.seal(complaint_id, field, value)
    }

    /// The value of a sealed field.
    ///
    /// # Errors
    /// When the key is missing, or the bytes are not what was sealed for this row and column.
    pub fn open(
        &self,
        complaint_id: ComplaintId,
        field: Field,
        key_version: i32,
        sealed: &[u8],
    ) -> Result<String, OpenError> {
        self.sealer.open(complaint_id, field, key_version, sealed)
    }

    /// A secret shared with a peer, sealed under the newest key; `name` says which.
    #[must_use]
    pub fn seal_secret(&self, peer: &str, name: &str, value: &str) -> Vec<u8> {
        self.sealer.seal_secret(peer, name, value)
    }

    /// The value of a sealed secret of a peer.
    ///
    /// # Errors
    /// When the key is missing, or the bytes are not what was sealed for this peer and name.
    pub fn open_secret(&self, peer: &str, name: &str, sealed: &[u8]) -> Result<String, OpenError> {
        self.sealer.open_secret(peer, name, sealed)
    }

    /// The blind index of a phone number, however it is written.
    #[must_use]
    pub fn phone_index(&self, phone: &str) -> [u8; 32] {
        self.index.phone(phone)
    }

    /// Token of the caller with this number: the same for every complaint, and no way back.
    #[must_use]
    pub fn caller_token(&self, phone: &str) -> Uuid {
        self.index.token(phone)
    }

    /// Keyed hash of a request, to recognise a repeated one without keeping what it says.
    #[must_use]
    pub fn request_hash(&self, request: &[u8]) -> [u8; 32] {
        self.index.request(request)
    }
}

#[cfg(test)]
mod tests;
