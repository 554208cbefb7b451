//! An identity provider for laptops and tests: one Ed25519 key in a file, tokens on demand.
//!
//! Whoever can reach it is anybody he likes, so a program that offers it must first call
//! [`assert_loopback`] with the address it listens on.
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, get_current_timestamp};
use serde::Serialize;
use serde_json::json;

use crate::auth::{AuthConfig, Role};

/// The DER of an Ed25519 private key (RFC 8410) up to its 32 secret bytes.
const PKCS8_ED25519: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

/// Mints development tokens.
pub struct DevIssuer {
    issuer: String,
    audience: String,
    key: EncodingKey,
    key_id: String,
    jwks: String,
}

/// Why there is no development issuer.
#[derive(Debug, thiserror::Error)]
pub enum DevIssuerError {
    /// The key file cannot be read or written.
    #[error("the key file cannot be used")]
    File(#[from] std::io::Error),
    /// The key file holds something else.
    #[error("the key file does not hold an Ed25519 key")]
    Key(#[from] jsonwebtoken::errors::Error),
    /// See [`assert_loopback`].
    #[error("the development issuer refuses to serve on {0}, which is not a loopback address")]
    NotLoopback(SocketAddr),
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: &'a str,
    iat: u64,
    exp: u64,
    roles: Vec<Role>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'a str>,
}

impl DevIssuer {
    /// Reads the key from `file`, or makes one and writes it there (mode 0600). Several processes
    /// may do so at once and end up with the same key.
    ///
    /// # Errors
    /// When the file cannot be used.
    pub fn open(file: &Path, issuer: &str, audience: &str) -> Result<Self, DevIssuerError> {
        if !file.exists() {
            create(file)?;
        }
        let pem = std::fs::read(file)?;
        let key = EncodingKey::from_ed_pem(&pem)?;
        let mut jwk = Jwk::from_encoding_key(&key, Algorithm::EdDSA)?;
        let key_id = jwk.thumbprint(ThumbprintHash::SHA256)?;
        jwk.common.key_id = Some(key_id.clone());
        let jwks = json!({ "keys": [jwk] }).to_string();
        Ok(Self {
            issuer: issuer.to_owned(),
            audience: audience.to_owned(),
            key,
            key_id,
            jwks,
        })
    }

    /// A token for `subject` with one role.
    #[must_use]
    pub fn mint(&self, role: Role, unit: Option<&str>, subject: &str, ttl: Duration) -> String {
        self.mint_roles(&[role], unit, subject, ttl)
    }

    /// A token with several roles, or none.
    ///
    /// # Panics
    /// Never: the key was checked when it was read.
    #[must_use]
    pub fn mint_roles(&self, roles: &[Role], unit: Option<&str>, subject: &str, ttl: Duration) -> String {
        let now = get_current_timestamp();
        let claims = Claims {
            iss: &self.issuer,
            aud: &self.audience,
            sub: subject,
            iat: now,
            exp: now.saturating_add(ttl.as_secs()),
            roles: roles.to_vec(),
            unit,
        };
        let header = Header {
            kid: Some(self.key_id.clone()),
            ..Header::new(Algorithm::EdDSA)
        };
        encode(&header, &claims, &self.key).expect("the key was checked when it was read")
    }

    /// The public key as a JWK set.
    #[must_use]
    pub fn jwks(&self) -> &str {
        &self.jwks
    }

    /// The configuration of a service that accepts these tokens.
    #[must_use]
    pub fn auth_config(&self) -> AuthConfig {
        AuthConfig {
            issuer: self.issuer.clone(),
            audience: self.audience.clone(),
            jwks_url: None,
            jwks_file: None,
            jwks_json: Some(self.jwks.clone()),
        }
    }
}

/// Refuses an address that others can reach.
///
/// # Errors
/// When `address` is not a loopback address.
pub fn assert_loopback(address: SocketAddr) -> Result<(), DevIssuerError> {
    if address.ip().to_canonical().is_loopback() {
        Ok(())
    } else {
        Err(DevIssuerError::NotLoopback(address))
    }
}

/// Writes a new key beside `file` and links it into place; a file made meanwhile by somebody else
/// stays.
fn create(file: &Path) -> Result<(), std::io::Error> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let secret: [u8; 32] = rand::random();
    let der = [PKCS8_ED25519.as_slice(), &secret].concat();
    let pem = format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        STANDARD.encode(der)
    );
    let draft = file.with_extension(format!("{}.tmp", uuid::Uuid::new_v4()));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut out = options.open(&draft)?;
    out.write_all(pem.as_bytes())?;
    out.sync_all()?;
    let linked = std::fs::hard_link(&draft, file);
    std::fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

impl std::fmt::Debug for DevIssuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DevIssuer")
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}
