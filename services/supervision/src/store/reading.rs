//! Reads of whole periods: hundreds of thousands of cases, as of one moment.
use db::{Conn, DbError};
use sqlx::{PgPool, Postgres, Transaction};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Longest statement of a read that somebody waits for: as long as a request may last by default (`http.timeout_ms`).
const PATIENCE_MS: i64 = 40_000;

/// Places for such reads. Each takes a connection, a processor and much memory of the database, so whoever finds no place
/// waits for one.
#[derive(Clone, Debug)]
pub struct Readings {
    pool: PgPool,
    places: Arc<Semaphore>,
}

impl Readings {
    /// At most so many at the same time.
    #[must_use]
    pub fn new(pool: PgPool, at_once: u32) -> Self {
        let places = usize::try_from(at_once).unwrap_or(usize::MAX);
        Self {
            pool,
            places: Arc::new(Semaphore::new(places)),
        }
    }

    /// Connections for what is small, and needs no place.
    #[must_use]
    pub const fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Begins a read; all of its statements see the same moment.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin(&self) -> Result<Reading, DbError> {
        let place = Arc::clone(&self.places).acquire_owned().await;
        let place = place.expect("the places are never closed");
        let mut transaction = self
            .pool
            .begin_with("begin isolation level repeatable read, read only")
            .await?;
        make_room(&mut transaction, PATIENCE_MS).await?;
        Ok(Reading {
            transaction,
            _place: place,
        })
    }
}

/// A read that goes on.
#[derive(Debug)]
pub struct Reading {
    transaction: Transaction<'static, Postgres>,
    _place: OwnedSemaphorePermit,
}

impl Deref for Reading {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        &self.transaction
    }
}

impl DerefMut for Reading {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.transaction
    }
}

/// Lets all statements of a transaction that has just begun see the same moment.
///
/// # Errors
/// When the database fails.
pub async fn one_moment(conn: &mut Conn) -> Result<(), DbError> {
    sqlx::query("set transaction isolation level repeatable read")
        .execute(conn)
        .await?;
    Ok(())
}

/// Lets the statements of the running transaction join and sort a month in memory, and take so long; 0 = however long.
///
/// # Errors
/// When the database fails.
pub(super) async fn make_room(conn: &mut Conn, longest_ms: i64) -> Result<(), DbError> {
    sqlx::query!(
        "select set_config('statement_timeout', $1::bigint::text, true) as timeout,
                set_config('work_mem', '128MB', true) as memory",
        longest_ms
    )
    .fetch_one(conn)
    .await?;
    Ok(())
}
