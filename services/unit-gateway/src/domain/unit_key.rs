//! Keys of the units' own systems: `uk_` and 256 random bits. We keep only their hash.
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// What every unit key begins with.
pub const PREFIX: &str = "uk_";
/// Keys of one unit that may be in use at the same time: the old one and the new one of a rotation.
pub const ACTIVE_MAX: usize = 2;

/// The key as the unit gets it, once.
#[must_use]
pub fn present(random: [u8; 32]) -> String {
    format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(random))
}

/// What is stored and looked up. No salt: 256 random bits cannot be guessed.
#[must_use]
pub fn hash(key: &str) -> [u8; 32] {
    Sha256::digest(key.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_recognised_and_hash_apart() {
        let (one, two) = (present([0; 32]), present([1; 32]));
        assert!(one.starts_with(PREFIX) && one.len() == PREFIX.len() + 43, "{one}");
        assert_ne!(hash(&one), hash(&two));
    }
}
