//! Checking access tokens: signature, issuer, audience, time; then claims into a principal.
use std::sync::Arc;
use std::time::Duration;

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Validation, decode, decode_header, get_current_timestamp};
use serde::Deserialize;

use super::remembered::Remembered;
use super::source::KeySource;
use super::{AuthConfig, AuthError, Principal, Role};
use crate::Problem;

/// Clocks of the provider and of this machine may differ by this much.
const LEEWAY_SECS: u64 = 30;
/// Longer bearer values are refused unread.
const TOKEN_MAX_BYTES: usize = 8 * 1024;

/// Checks access tokens of one issuer for one audience. Cheap to clone.
#[derive(Clone)]
pub struct Verifier {
    inner: Arc<Inner>,
}

struct Inner {
    issuer: String,
    audience: String,
    source: KeySource,
    remembered: Remembered,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    /// Seconds since 1970; that it is there is checked with the rest.
    #[serde(default)]
    exp: f64,
    #[serde(default)]
    roles: Vec<String>,
    #[serde(default)]
    unit: Option<String>,
    #[serde(default)]
    name: Option<String>,
}

impl Verifier {
    /// Parses inline keys; files and URLs are read when the first token comes.
    ///
    /// # Errors
    /// When not exactly one key source is configured or inline keys are not usable.
    pub fn new(config: &AuthConfig) -> Result<Self, AuthError> {
        let inner = Inner {
            issuer: config.issuer.clone(),
            audience: config.audience.clone(),
            source: KeySource::new(config)?,
            remembered: Remembered::default(),
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// The caller named by a valid token.
    ///
    /// # Errors
    /// 401 for a bad token, 503 when no key set could ever be read.
    pub async fn verify(&self, token: &str) -> Result<Principal, Problem> {
        if token.len() > TOKEN_MAX_BYTES {
            return Err(invalid("the token is too long"));
        }
        if let Some(principal) = self.inner.remembered.find(token) {
            return Ok(principal);
        }
        let header = decode_header(token).map_err(|_| invalid("the token is malformed"))?;
        let key = match self.inner.source.find(header.kid.as_deref()).await {
            Ok(Some(key)) => key,
            Ok(None) => return Err(invalid("the token is signed with an unknown key")),
            Err(()) => return Err(Problem::unavailable(30)),
        };
        let mut validation = Validation::new(key.algorithm);
        validation.leeway = LEEWAY_SECS;
        validation.validate_nbf = true;
        validation.set_issuer(&[&self.inner.issuer]);
        validation.set_audience(&[&self.inner.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        let claims = decode::<Claims>(token, &key.decoding, &validation)
            .map_err(|error| refused(error.kind()))?
            .claims;
        let good_for = (claims.exp as u64 + LEEWAY_SECS).saturating_sub(get_current_timestamp());
        let principal = Principal {
            subject: claims.sub,
            // Names we do not know belong to other systems of the same provider, and so do those that only machines have.
            roles: claims
                .roles
                .iter()
                .filter_map(|name| name.parse::<Role>().ok())
                .filter(|role| role.is_for_people())
                .collect(),
            unit: claims.unit,
            name: claims.name,
        };
        let good_for = Duration::from_secs(good_for);
        self.inner.remembered.keep(token, &principal, good_for);
        Ok(principal)
    }
}

fn refused(kind: &ErrorKind) -> Problem {
    match kind {
        ErrorKind::ExpiredSignature => {
            Problem::unauthorized("token_expired", "the token has expired").detail_zh("令牌已过期")
        }
        ErrorKind::ImmatureSignature => invalid("the token is not valid yet"),
        ErrorKind::InvalidIssuer => invalid("the token is from another issuer"),
        ErrorKind::InvalidAudience => invalid("the token is for another audience"),
        ErrorKind::InvalidAlgorithm => invalid("the token is signed with another algorithm"),
        ErrorKind::InvalidSignature => invalid("the signature does not match"),
        ErrorKind::MissingRequiredClaim(_) => invalid("the token lacks a required claim"),
        _ => invalid("the token is malformed"),
    }
}

pub(super) fn invalid(detail: &'static str) -> Problem {
    Problem::unauthorized("token_invalid", detail).detail_zh("令牌无效")
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verifier")
            .field("issuer", &self.inner.issuer)
            .finish_non_exhaustive()
    }
}
