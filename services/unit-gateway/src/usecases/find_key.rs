//! Whose key is this? Asked with every request of a unit's system, so the answer is remembered for a few seconds.
use crate::domain::unit_key;
use crate::store::unit_keys;
use chrono::{DateTime, TimeDelta, Utc};
use contracts::ids::UnitCode;
use db::{Db, DbError};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// Keys remembered at once; beyond it all are forgotten.
const REMEMBERED_MAX: usize = 20_000;

/// The owner of a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyOwner {
    /// What the key is named by.
    pub key_id: Uuid,
    /// Whose it is.
    pub unit: UnitCode,
}

impl KeyOwner {
    /// As whom it acts.
    #[must_use]
    pub fn subject(&self) -> String {
        format!("unit-key:{}", self.key_id)
    }
}

#[derive(Clone)]
struct Remembered {
    owner: KeyOwner,
    until: DateTime<Utc>,
}

/// Looks keys up. Cheap to clone; clones share what they remember.
#[derive(Clone)]
pub struct KeyRing {
    db: Db,
    remember: TimeDelta,
    known: Arc<Mutex<Known>>,
}

#[derive(Default)]
struct Known {
    keys: HashMap<[u8; 32], Remembered>,
    /// Rises when everything is forgotten, so that an answer from before is not remembered after.
    forgotten: u64,
}

impl KeyRing {
    /// A ring that remembers for so long.
    #[must_use]
    pub fn new(db: Db, remember: TimeDelta) -> Self {
        Self {
            db,
            remember,
            known: Arc::default(),
        }
    }

    /// The owner of a usable key. Unknown keys are looked up every time: they must not fill the memory.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find(&self, key: &str) -> Result<Option<KeyOwner>, DbError> {
        let hash = unit_key::hash(key);
        let now = self.db.clock().now();
        if let Some(found) = self.recall(&hash, now) {
            return Ok(Some(found));
        }
        let forgotten = self.lock().forgotten;
        let Some(row) = unit_keys::find(self.db.pool(), &hash, now).await? else {
            return Ok(None);
        };
        let owner = KeyOwner {
            key_id: row.key_id,
            unit: UnitCode(row.unit),
        };
        let until = (now + self.remember).min(row.expires_at);
        let mut known = self.lock();
        if known.keys.len() >= REMEMBERED_MAX {
            known.keys.clear();
        }
        if known.forgotten == forgotten {
            known.keys.insert(
                hash,
                Remembered {
                    owner: owner.clone(),
                    until,
                },
            );
        }
        Ok(Some(owner))
    }

    /// Forgets everything: a key was withdrawn.
    pub fn forget(&self) {
        let mut known = self.lock();
        known.keys.clear();
        known.forgotten += 1;
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn recall(&self, hash: &[u8; 32], now: DateTime<Utc>) -> Option<KeyOwner> {
        self.lock()
            .keys
            .get(hash)
            .filter(|found| now < found.until)
            .map(|found| found.owner.clone())
    }
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyRing")
    }
}
