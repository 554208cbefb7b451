//! The keys as they are configured, checked: `[service.vault]`.
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretBox, SecretString};
use std::collections::BTreeMap;
use std::fmt;
use thiserror::Error;

const KEY_BYTES: usize = 32;

/// A key of 256 bits.
pub(super) type Key = SecretBox<[u8; KEY_BYTES]>;

/// Keys that seal, by version, and the key of the blind index.
pub struct VaultKeys {
    pub(super) sealing: BTreeMap<i32, Key>,
    pub(super) blind_index: Key,
}

impl fmt::Debug for VaultKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VaultKeys({:?})", self.sealing.keys())
    }
}

/// Why the configured keys cannot be used; names the setting.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum KeyError {
    /// A setting is empty.
    #[error(
        "{0} is not set: the vault needs 32 bytes in base64 (openssl rand -base64 32), best from a \"file:\""
    )]
    Missing(&'static str),
    /// A version is not a positive number.
    #[error("service.vault.keys.{0}: a key version is a number from 1 to 2147483647, used once")]
    Version(String),
    /// A value is not 32 bytes in base64.
    #[error("{0} is not 32 bytes in base64")]
    Value(String),
    /// The same key is used twice.
    #[error("{0} is the same key as another: every use needs a key of its own")]
    Reused(String),
}

impl VaultKeys {
    /// The keys, when every one is usable and there is one of each kind.
    ///
    /// # Errors
    /// Names the setting that is missing or wrong.
    pub fn read(
        sealing: &BTreeMap<String, SecretString>,
        blind_index: &SecretString,
    ) -> Result<Self, KeyError> {
        if sealing.is_empty() {
            return Err(KeyError::Missing("service.vault.keys"));
        }
        if blind_index.expose_secret().is_empty() {
            return Err(KeyError::Missing("service.vault.blind_index_key"));
        }
        let mut keys: BTreeMap<i32, Key> = BTreeMap::new();
        let blind_index = decode("service.vault.blind_index_key", blind_index)?;
        for (version, value) in sealing {
            let name = format!("service.vault.keys.{version}");
            let number = version
                .parse()
                .ok()
                .filter(|number| *number > 0 && !keys.contains_key(number));
            let number = number.ok_or_else(|| KeyError::Version(version.clone()))?;
            let key = decode(&name, value)?;
            let same = |other: &Key| other.expose_secret() == key.expose_secret();
            if same(&blind_index) || keys.values().any(same) {
                return Err(KeyError::Reused(name));
            }
            keys.insert(number, key);
        }
        Ok(Self {
            sealing: keys,
            blind_index,
        })
    }
}

fn decode(name: &str, value: &SecretString) -> Result<Key, KeyError> {
    let wrong = || KeyError::Value(name.to_owned());
    let bytes = STANDARD
        .decode(value.expose_secret().trim())
        .map_err(|_| wrong())?;
    let bytes: [u8; KEY_BYTES] = bytes.try_into().map_err(|_| wrong())?;
    Ok(SecretBox::new(Box::new(bytes)))
}
