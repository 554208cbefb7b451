//! The `[auth]` section of a service's configuration.
use std::path::PathBuf;

use serde::Deserialize;

/// Whose tokens are accepted. Exactly one of the three key sources must be given.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthConfig {
    /// The `iss` that tokens must have.
    pub issuer: String,
    /// The `aud` that tokens must contain.
    pub audience: String,
    /// Where the identity provider publishes its keys.
    #[serde(default)]
    pub jwks_url: Option<String>,
    /// A file with the keys; read again when a token names an unknown key.
    #[serde(default)]
    pub jwks_file: Option<PathBuf>,
    /// The keys themselves (public keys only).
    #[serde(default)]
    pub jwks_json: Option<String>,
}

/// Why tokens cannot be verified at all.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// None or several key sources.
    #[error("exactly one of auth.jwks_url, auth.jwks_file and auth.jwks_json must be set")]
    KeySource,
    /// The document is not a JWK set.
    #[error("the key set is not valid JSON")]
    Parse(#[from] serde_json::Error),
    /// No key of an accepted kind.
    #[error("the key set has no RS256, ES256 or EdDSA key")]
    NoKeys,
    /// The key file cannot be read.
    #[error("the key set cannot be read")]
    Read(#[from] std::io::Error),
    /// The key URL cannot be fetched.
    #[error("the key set cannot be fetched")]
    Fetch(#[from] reqwest::Error),
    /// The answer is not a key set.
    #[error("the key set is larger than {0} bytes")]
    TooLarge(usize),
}
