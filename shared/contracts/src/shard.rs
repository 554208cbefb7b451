//! The shard: one idea that appears in the outbox row, the subject, the consumer name and the lease.
use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

/// Number of shards; fixed at installation, because subjects and consumers carry it.
pub const SHARDS: u8 = 16;

/// A shard number below [`SHARDS`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Shard(u8);

impl Shard {
    /// All shards, in order.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..SHARDS).map(Self)
    }

    /// The shard of a key (an order id or a complaint id): FNV-1a over its 16 bytes, folded, modulo 16.
    #[must_use]
    pub fn of(key: Uuid) -> Self {
        let hash = key
            .as_bytes()
            .iter()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
                (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
            });
        let folded = hash ^ (hash >> 32);
        Self((folded % u64::from(SHARDS)) as u8)
    }

    /// A shard from its number; `None` when out of range.
    #[must_use]
    pub fn from_number(number: i16) -> Option<Self> {
        u8::try_from(number).ok().filter(|n| *n < SHARDS).map(Self)
    }

    /// The number, as the SQL type of the shard columns.
    #[must_use]
    pub const fn number(self) -> i16 {
        self.0 as i16
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s{:02}", self.0)
    }
}
