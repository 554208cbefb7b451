//! Runs a use case in a transaction of its own: named, timed, retried on conflicts.
use crate::{Clock, DbError, ExecuteError, Results, Work};
use contracts::cause::Asked;
use sqlx::PgPool;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tracing::Instrument;

/// The database and its time: what a service's ways in hold. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Db {
    pool: PgPool,
    clock: Clock,
    committed: Arc<Notify>,
}

/// How often a transaction that lost a race is tried again.
const CONFLICT_TRIES_MAX: u32 = 5;

impl Db {
    /// A database with its clock.
    #[must_use]
    pub fn new(pool: PgPool, clock: Clock) -> Self {
        Self {
            pool,
            clock,
            committed: Arc::new(Notify::new()),
        }
    }

    /// The pool, for reads and for the platform's own tables.
    #[must_use]
    pub const fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// The clock.
    #[must_use]
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The same database with another clock (tests).
    #[must_use]
    pub fn with_clock(&self, clock: Clock) -> Self {
        Self {
            clock,
            ..self.clone()
        }
    }

    /// Wakes the relay of this process: something was committed. Only saves it a wait; it looks anyway.
    #[must_use]
    pub fn committed(&self) -> &Notify {
        &self.committed
    }

    /// Runs one command.
    ///
    /// # Errors
    /// [`ExecuteError::Refused`] when the rules say no, [`ExecuteError::Db`] when the database fails.
    pub async fn execute<W: Work>(
        &self,
        work: &W,
        asked: Asked<W::Command>,
    ) -> Result<W::Output, ExecuteError<W::Refusal>> {
        let results = self.execute_many(work, std::slice::from_ref(&asked)).await?;
        match results.into_iter().next() {
            Some(Ok(output)) => Ok(output),
            Some(Err(refusal)) => Err(ExecuteError::Refused(refusal)),
            None => Err(ExecuteError::Db(DbError::Sql(sqlx::Error::RowNotFound))),
        }
    }

    /// Runs a slice of commands in one transaction; refused ones change nothing, the others commit.
    ///
    /// # Errors
    /// When the database fails; nothing was changed then.
    pub async fn execute_many<W: Work>(
        &self,
        work: &W,
        commands: &[Asked<W::Command>],
    ) -> Result<Results<W>, DbError> {
        let span = tracing::info_span!("usecase", otel.name = W::NAME, commands = commands.len());
        async {
            let mut attempt = 1;
            loop {
                match self.attempt(work, commands).await {
                    Err(error) if error.is_conflict() && attempt < CONFLICT_TRIES_MAX => {
                        tracing::debug!(usecase = W::NAME, attempt, %error, "transaction lost a race, trying again");
                        tokio::time::sleep(Duration::from_millis(u64::from(attempt) * (2 + rand::random::<u64>() % 8))).await;
                        attempt += 1;
                    }
                    result => return result,
                }
            }
        }
        .instrument(span)
        .await
    }

    async fn attempt<W: Work>(
        &self,
        work: &W,
        commands: &[Asked<W::Command>],
    ) -> Result<Results<W>, DbError> {
        let mut tx = self.pool.begin().await?;
        let now = self.clock.now();
        let results = work.apply(&mut tx, now, commands).await?;
        assert_eq!(
            results.len(),
            commands.len(),
            "{} must answer every command",
            W::NAME
        );
        tx.commit().await?;
        self.committed.notify_one();
        Ok(results)
    }
}
