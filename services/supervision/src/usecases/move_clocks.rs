//! Clocks that run by a calendar which was published differently: their due times are set anew, chunk by chunk. Until an
//! order was moved, none of its timers of that calendar fires (`fire_timers` leaves them out).
use crate::domain::Policy;
use crate::events;
use crate::store;
use crate::usecases::watch::Watch;
use crate::usecases::{CalendarShelf, PolicyShelf};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::cause::{Asked, Cause};
use db::{Conn, Db, DbError, ExecuteError, Results, Work};
use std::convert::Infallible;
use uuid::Uuid;

/// The use case.
#[derive(Clone, Debug)]
pub struct MoveClocks {
    /// The city's rules.
    pub policy: Policy,
    /// Published calendars.
    pub shelf: CalendarShelf,
    /// Policy documents.
    pub policies: PolicyShelf,
}

impl Work for MoveClocks {
    const NAME: &'static str = "move_clocks";
    type Command = u32;
    type Output = usize;
    type Refusal = Infallible;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<u32>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        for asked in commands {
            results.push(Ok(self.chunk(conn, now, asked.command).await?));
        }
        Ok(results)
    }
}

impl MoveClocks {
    /// Moves one chunk; answers 0 when there is nothing (more) to move.
    async fn chunk(&self, conn: &mut Conn, now: DateTime<Utc>, limit: u32) -> Result<usize, DbError> {
        let Some(mut of) = store::calendar_moves::lock_next(conn).await? else {
            return self.check(conn, now, limit).await;
        };
        let ids = store::calendar_moves::orders(conn, &of, i64::from(limit)).await?;
        let done = ids.len() < limit as usize;
        of.after_order = ids.last().copied().unwrap_or(of.after_order);
        self.anew(conn, now, &ids).await?;
        store::calendar_moves::advance(conn, &of, done.then_some(now)).await?;
        Ok(ids.len() + 1)
    }

    /// A transaction that looked at the calendars before the change was committed, and ended after its orders were gone
    /// through, left clocks by the old one: those, once nothing of that age runs any more.
    async fn check(&self, conn: &mut Conn, now: DateTime<Utc>, limit: u32) -> Result<usize, DbError> {
        let Some(mut of) = store::calendar_moves::lock_unchecked(conn).await? else {
            return Ok(0);
        };
        let ids = store::calendar_moves::stragglers(conn, &of, i64::from(limit)).await?;
        let done = ids.len() < limit as usize;
        of.looked_after = ids.last().copied().unwrap_or(of.looked_after);
        self.anew(conn, now, &ids).await?;
        store::calendar_moves::checked(conn, &of, done.then_some(now)).await?;
        Ok(ids.len() + 1)
    }

    /// Sets the clocks of some orders anew. Those that cannot be read stay as they are, and keep no other order from its new
    /// calendar.
    async fn anew(&self, conn: &mut Conn, now: DateTime<Utc>, ids: &[Uuid]) -> Result<(), DbError> {
        let orders = store::orders::lock(conn, ids).await?;
        let watch = Watch::over_readable(conn, orders).await?;
        let (_, facts) = watch
            .settle(conn, now, &self.shelf, &self.policy, &self.policies)
            .await?;
        bus::outbox::append(conn, &facts).await
    }
}

/// Even the clocks of the largest city are moved by then; every round says so from there on.
const OPEN_TOO_LONG: TimeDelta = TimeDelta::minutes(10);

/// Moves one chunk in a transaction of its own.
///
/// # Errors
/// When the database fails.
pub async fn move_chunk(db: &Db, work: &MoveClocks, limit: u32) -> Result<usize, ExecuteError<Infallible>> {
    if let Some(since) = store::calendar_moves::open_since(db.pool()).await?
        && db.clock().now() - since > OPEN_TOO_LONG
    {
        tracing::error!(%since, "clocks wait for a new calendar, and none of their timers fires");
    }
    let cause = Cause::asked_by(events::CLOCK_ACTOR, None);
    db.execute(
        work,
        Asked {
            cause,
            command: limit,
        },
    )
    .await
}
