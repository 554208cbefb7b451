//! AES-256-GCM of one field of one row.
use super::keys::VaultKeys;
use crate::domain::ComplaintId;
use crate::domain::reveal::Field;
use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit};
use secrecy::ExposeSecret;
use std::collections::BTreeMap;
use thiserror::Error;

const NONCE_BYTES: usize = 12;

/// Why a sealed field does not open. Says nothing about the value.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum OpenError {
    /// The configuration has no key of that version.
    #[error("no key of version {0}")]
    NoKey(i32),
    /// Another key, another row, another column, or changed bytes.
    #[error("the sealed bytes are not what was sealed for this row and column")]
    Altered,
}

pub(super) struct Sealer {
    ciphers: BTreeMap<i32, Aes256Gcm>,
    current: i32,
}

impl Sealer {
    pub(super) fn new(keys: &VaultKeys) -> Self {
        let cipher = |key: &super::keys::Key| Aes256Gcm::new(key.expose_secret().into());
        let ciphers: BTreeMap<_, _> = keys
            .sealing
            .iter()
            .map(|(version, key)| (*version, cipher(key)))
            .collect();
        let current = ciphers
            .keys()
            .next_back()
            .copied()
            .expect("keys are read only when there is one");
        Self { ciphers, current }
    }

    pub(super) const fn current(&self) -> i32 {
        self.current
    }

    pub(super) fn seal(&self, complaint_id: ComplaintId, field: Field, value: &str) -> Vec<u8> {
        let cipher = self
            .ciphers
            .get(&self.current)
            .expect("the current key is one of them");
        let nonce: [u8; NONCE_BYTES] = rand::random();
        let aad = associated(complaint_id, field, self.current);
        let payload = Payload {
            msg: value.as_bytes(),
            aad: aad.as_bytes(),
        };
        let sealed = cipher
            .encrypt((&nonce).into(), payload)
            .expect("a field is far below the limit of the cipher");
        [nonce.as_slice(), &sealed].concat()
    }

    pub(super) fn open(
        &self,
        complaint_id: ComplaintId,
        field: Field,
        key_version: i32,
        sealed: &[u8],
    ) -> Result<String, OpenError> {
        let cipher = self
            .ciphers
            .get(&key_version)
            .ok_or(OpenError::NoKey(key_version))?;
        let (nonce, sealed) = sealed
            .split_first_chunk::<NONCE_BYTES>()
            .ok_or(OpenError::Altered)?;
        let aad = associated(complaint_id, field, key_version);
        let opened = cipher.decrypt(
            nonce.into(),
            Payload {
                msg: sealed,
                aad: aad.as_bytes(),
            },
        );
        String::from_utf8(opened.map_err(|_| OpenError::Altered)?).map_err(|_| OpenError::Altered)
    }
}

/// Secrets of peers: the version of the key stands before the nonce, so that a rotation needs no column.
impl Sealer {
    pub(super) fn seal_secret(&self, peer: &str, name: &str, value: &str) -> Vec<u8> {
        let cipher = self
            .ciphers
            .get(&self.current)
            .expect("the current key is one of them");
        let nonce: [u8; NONCE_BYTES] = rand::random();
        let aad = format!("peers|{name}|{peer}|{}", self.current);
        let payload = Payload {
            msg: value.as_bytes(),
            aad: aad.as_bytes(),
        };
        let sealed = cipher
            .encrypt((&nonce).into(), payload)
            .expect("a secret is far below the limit of the cipher");
        [self.current.to_be_bytes().as_slice(), &nonce, &sealed].concat()
    }

    pub(super) fn open_secret(&self, peer: &str, name: &str, sealed: &[u8]) -> Result<String, OpenError> {
        let (version, sealed) = sealed.split_first_chunk::<4>().ok_or(OpenError::Altered)?;
        let version = i32::from_be_bytes(*version);
        let cipher = self.ciphers.get(&version).ok_or(OpenError::NoKey(version))?;
        let (nonce, sealed) = sealed
            .split_first_chunk::<NONCE_BYTES>()
            .ok_or(OpenError::Altered)?;
        let aad = format!("peers|{name}|{peer}|{version}");
        let opened = cipher.decrypt(
            nonce.into(),
            Payload {
                msg: sealed,
                aad: aad.as_bytes(),
            },
        );
        String::from_utf8(opened.map_err(|_| OpenError::Altered)?).map_err(|_| OpenError::Altered)
    }
}

/// Table, column, row and key version: what a ciphertext belongs to. Part of every stored field, so it never changes.
fn associated(complaint_id: ComplaintId, field: Field, key_version: i32) -> String {
    format!("vault.identities|{field}|{complaint_id}|{key_version}")
}
