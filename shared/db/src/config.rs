//! Settings of the pool; every service has them under `[db]`.
use crate::{Clock, Db, DbError};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::str::FromStr;
use std::time::Duration;

/// A process that stands still inside a transaction loses it, with its locks, after this: another replica takes
/// its shards within 15 s, and must not wait longer for these.
const IDLE_IN_TRANSACTION_MS: u64 = 9_000;

/// Connections of the reserve.
const RESERVE: u32 = 2;

/// `[db]` of every service.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DbConfig {
    /// `postgres://user:password@host:port/database`.
    pub url: SecretString,
    /// Most connections for the work; two more are kept for leases and readiness.
    pub pool_max: u32,
    /// How long a caller waits for a connection before it is told "unavailable".
    pub acquire_timeout_ms: u64,
    /// Longest single statement.
    pub statement_timeout_ms: u64,
    /// Longest wait for a lock.
    pub lock_timeout_ms: u64,
    /// Shortest time between two transactions of one use case whose callers share them; 0 = as fast as it can.
    pub gather_ms: u64,
}

impl DbConfig {
    /// Opens the pool and synchronises the clock with the database.
    ///
    /// # Errors
    /// When the address cannot be read or the database cannot be reached.
    pub async fn connect(&self, application: &str) -> Result<Db, DbError> {
        let options = PgConnectOptions::from_str(self.url.expose_secret())?
            .application_name(application)
            .statement_cache_capacity(256)
            .options([
                ("statement_timeout", self.statement_timeout_ms.to_string()),
                ("lock_timeout", self.lock_timeout_ms.to_string()),
                // Whatever ANALYZE knows: a table that was empty when a plan was made must not be read from end to
                // end an hour later.
                ("enable_seqscan", "off".to_owned()),
                ("jit", "off".to_owned()),
                (
                    "idle_in_transaction_session_timeout",
                    IDLE_IN_TRANSACTION_MS.to_string(),
                ),
            ]);
        let pool = self.pool(self.pool_max).connect_with(options.clone()).await?;
        let reserve = self.pool(RESERVE).connect_with(options).await?;
        let clock = Clock::following_database();
        clock.synchronise(&pool).await?;
        let gather = Duration::from_millis(self.gather_ms);
        Ok(Db::new(pool, clock).with_reserve(reserve).gathering(gather))
    }

    fn pool(&self, connections: u32) -> PgPoolOptions {
        PgPoolOptions::new()
            .max_connections(connections)
            .min_connections(1)
            .acquire_timeout(Duration::from_millis(self.acquire_timeout_ms))
            .max_lifetime(Duration::from_secs(30 * 60))
            .test_before_acquire(false)
    }
}
