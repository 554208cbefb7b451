//! From the `Authorization` header to a principal, by whatever kind of credential it holds.
use std::sync::Arc;

use futures::future::BoxFuture;
use http::{HeaderMap, header};

use super::verifier::invalid;
use super::{Principal, Verifier};
use crate::Problem;

/// Finds the owner of a machine key. `Ok(None)`: no such key. A failing store is an error, not a
/// 401, so that a unit does not throw away a good key.
pub type KeyLookup =
    Arc<dyn Fn(String) -> BoxFuture<'static, Result<Option<Principal>, Problem>> + Send + Sync>;

/// One kind of machine key, recognised by its prefix (`uk_`, `pk_`).
#[derive(Clone)]
pub struct KeyAuth {
    /// What the keys begin with.
    pub prefix: &'static str,
    /// Gets the whole key, prefix included.
    pub lookup: KeyLookup,
}

/// Longest machine key worth looking up.
const KEY_MAX_BYTES: usize = 256;

/// Turns a request's headers into a principal. Cheap to clone.
#[derive(Clone)]
pub struct Authenticator {
    verifier: Verifier,
    keys: Arc<[KeyAuth]>,
}

impl Authenticator {
    /// Tokens go to `verifier`, values with a known prefix to their lookup.
    #[must_use]
    pub fn new(verifier: Verifier, keys: Vec<KeyAuth>) -> Self {
        Self {
            verifier,
            keys: keys.into(),
        }
    }

    /// The caller of a request.
    ///
    /// # Errors
    /// 401 without or with a bad credential, 503 when it cannot be checked.
    pub async fn authenticate(&self, headers: &HeaderMap) -> Result<Principal, Problem> {
        let credential = bearer(headers).ok_or_else(super::principal::token_missing)?;
        self.identify(credential).await
    }

    /// The owner of a bearer value, wherever it came from.
    ///
    /// # Errors
    /// As [`Authenticator::authenticate`].
    pub async fn identify(&self, credential: &str) -> Result<Principal, Problem> {
        let Some(key) = self.keys.iter().find(|key| credential.starts_with(key.prefix)) else {
            return self.verifier.verify(credential).await;
        };
        if credential.len() > KEY_MAX_BYTES {
            return Err(invalid("the key is too long"));
        }
        let owner = (key.lookup)(credential.to_owned()).await?;
        owner.ok_or_else(|| invalid("the key is unknown or revoked"))
    }
}

/// The bearer value of `Authorization`; the scheme is written in any case.
#[must_use]
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, credential) = value.split_once(' ')?;
    let credential = credential.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !credential.is_empty()).then_some(credential)
}

impl std::fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authenticator")
            .field("verifier", &self.verifier)
            .finish_non_exhaustive()
    }
}
