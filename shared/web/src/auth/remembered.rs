//! Tokens whose signature was checked a moment ago. A busy desk sends the same token with every request, and checking a
//! signature costs more than all else that a small request needs.
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use tokio::time::Instant;

use super::Principal;

/// A token is believed this long without looking at its signature again, and never beyond its own end. Much shorter
/// than a set of keys is used without asking for a newer one.
const BELIEVED: Duration = Duration::from_secs(30);
/// Tokens remembered at once; beyond it all are forgotten.
const TOKENS_MAX: usize = 10_000;

/// What is remembered of a token: its digest, never itself.
#[derive(Default)]
pub(super) struct Remembered {
    tokens: Mutex<HashMap<[u8; 32], Believed>>,
}

struct Believed {
    principal: Principal,
    until: Instant,
}

impl Remembered {
    /// Whose token this is, when it was checked a moment ago.
    pub(super) fn find(&self, token: &str) -> Option<Principal> {
        let tokens = self.lock();
        let believed = tokens.get(&digest(token))?;
        (Instant::now() < believed.until).then(|| believed.principal.clone())
    }

    /// Remembers a token that is good for `good_for` from now on.
    pub(super) fn keep(&self, token: &str, principal: &Principal, good_for: Duration) {
        let mut tokens = self.lock();
        if tokens.len() >= TOKENS_MAX {
            tokens.clear();
        }
        let believed = Believed {
            principal: principal.clone(),
            until: Instant::now() + good_for.min(BELIEVED),
        };
        tokens.insert(digest(token), believed);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<[u8; 32], Believed>> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_token_is_believed_for_a_moment_and_never_beyond_its_end() {
        let remembered = Remembered::default();
        let agent = Principal {
            subject: "agent-1".to_owned(),
            roles: std::iter::empty().collect(),
            unit: None,
            name: None,
        };
        remembered.keep("long", &agent, Duration::from_secs(3_600));
        remembered.keep("short", &agent, Duration::from_secs(10));
        let known = |token: &str| remembered.find(token).is_some();
        assert!(known("long") && known("short") && !known("other"));
        tokio::time::advance(Duration::from_secs(11)).await;
        assert!(known("long") && !known("short"));
        tokio::time::advance(BELIEVED).await;
        assert!(!known("long"));
    }
}
