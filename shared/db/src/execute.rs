//! Runs a use case in a transaction of its own: named, timed, retried on conflicts.
use crate::{Clock, DbError, ExecuteError, Pace, Results, Work};
use contracts::cause::Asked;
use sqlx::PgPool;
use std::sync::Arc;
use std::time::Duration;
use telemetry::propagation;
use tokio::sync::watch;
use tracing::Instrument;

/// The database and its time: what a service's ways in hold. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Db {
    pool: PgPool,
    reserve: PgPool,
    clock: Clock,
    committed: Arc<watch::Sender<u64>>,
    applied: Arc<watch::Sender<u64>>,
    gather: Duration,
}

/// How often a transaction that lost a race is tried again.
const CONFLICT_TRIES_MAX: u32 = 5;
/// How often one that waited for a row until the limit is tried: each try is long already.
const LOCK_WAIT_TRIES_MAX: u32 = 2;
const BEGIN: &str = "begin";
/// Commands from one queue do not wait long for a row that one of them needs.
const BEGIN_SHARED: &str = "begin; set local lock_timeout = '300ms'";

impl Db {
    /// A database with its clock.
    #[must_use]
    pub fn new(pool: PgPool, clock: Clock) -> Self {
        Self {
            reserve: pool.clone(),
            pool,
            clock,
            committed: Arc::new(watch::Sender::new(0)),
            applied: Arc::new(watch::Sender::new(0)),
            gather: Duration::ZERO,
        }
    }

    /// The same with connections kept apart for what must work under overload.
    #[must_use]
    pub fn with_reserve(self, reserve: PgPool) -> Self {
        Self { reserve, ..self }
    }

    /// The same whose shared transactions ([`crate::Together`]) begin at least so far apart.
    #[must_use]
    pub fn gathering(self, gather: Duration) -> Self {
        Self { gather, ..self }
    }

    /// The pool for what must work while the other one is exhausted: leases and readiness, nothing else.
    #[must_use]
    pub const fn reserve(&self) -> &PgPool {
        &self.reserve
    }

    /// A beat for a worker whose callers share transactions.
    #[must_use]
    pub fn pace(&self) -> Pace {
        Pace::new(self.gather)
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

    /// Tells the relay and the jobs of this process that something was committed. Only saves them a wait; they look
    /// anyway.
    pub fn tell_committed(&self) {
        self.committed
            .send_modify(|commits| *commits = commits.wrapping_add(1));
    }

    /// As [`Db::tell_committed`], and that it was a batch of events.
    pub fn tell_applied(&self) {
        self.applied
            .send_modify(|batches| *batches = batches.wrapping_add(1));
        self.tell_committed();
    }

    /// Changes with every [`Db::tell_committed`]: what waits for commits of this process.
    #[must_use]
    pub fn committed(&self) -> watch::Receiver<u64> {
        self.committed.subscribe()
    }

    /// Changes with every [`Db::tell_applied`]: for jobs whose work nearly always comes from events, so that commands
    /// do not wake them for nothing.
    #[must_use]
    pub fn applied(&self) -> watch::Receiver<u64> {
        self.applied.subscribe()
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
        self.tries(work, commands, LOCK_WAIT_TRIES_MAX, BEGIN).await
    }

    /// As [`Db::execute_many`], for callers that wait in one queue: a row that is locked for more than a moment fails
    /// it, so that the queue goes on.
    pub(crate) async fn execute_shared<W: Work>(
        &self,
        work: &W,
        commands: &[Asked<W::Command>],
    ) -> Result<Results<W>, DbError> {
        self.tries(work, commands, 1, BEGIN_SHARED).await
    }

    async fn tries<W: Work>(
        &self,
        work: &W,
        commands: &[Asked<W::Command>],
        lock_wait_tries_max: u32,
        begin: &'static str,
    ) -> Result<Results<W>, DbError> {
        let tries_max = |error: &DbError| match error {
            error if error.is_lock_wait() => lock_wait_tries_max,
            error if error.is_conflict() => CONFLICT_TRIES_MAX,
            _ => 1,
        };
        async {
            let mut attempt = 1;
            loop {
                match self.attempt(work, commands, begin).await {
                    Err(error) if attempt < tries_max(&error) => {
                        tracing::debug!(usecase = W::NAME, attempt, %error, "transaction lost a race, trying again");
                        tokio::time::sleep(Duration::from_millis(u64::from(attempt) * (2 + rand::random::<u64>() % 8))).await;
                        attempt += 1;
                    }
                    result => return result,
                }
            }
        }
        .instrument(span::<W>(commands))
        .await
    }

    async fn attempt<W: Work>(
        &self,
        work: &W,
        commands: &[Asked<W::Command>],
        begin: &'static str,
    ) -> Result<Results<W>, DbError> {
        let mut tx = self.pool.begin_with(begin).await?;
        let now = self.clock.now();
        let results = work.apply(&mut tx, now, commands).await?;
        assert_eq!(
            results.len(),
            commands.len(),
            "{} must answer every command",
            W::NAME
        );
        tx.commit().await?;
        self.tell_committed();
        Ok(results)
    }
}

/// Child of the one command's span; linked to the spans of all when many share it.
fn span<W: Work>(commands: &[Asked<W::Command>]) -> tracing::Span {
    let span = tracing::info_span!("usecase", otel.name = W::NAME, commands = commands.len());
    if let [only] = commands {
        propagation::set_parent(&span, only.cause.traceparent.as_deref());
    } else {
        for asked in commands {
            propagation::add_link(&span, asked.cause.traceparent.as_deref());
        }
    }
    span
}
