//! Orders that the ladder must look at because time has passed: a lateness, a silence, a rung without an answer. Oldest
//! first, in chunks; what the looking does and the event about it commit together. The storm brake of the clocks holds
//! these, too.
use crate::domain::{Order, Policy};
use crate::usecases::brake_timers::{Brake, held};
use crate::usecases::watch::Watch;
use crate::usecases::{CalendarShelf, PolicyShelf};
use crate::{events, store};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::cause::{Asked, Cause};
use db::{Conn, Db, DbError, ExecuteError, Results, Work};
use std::convert::Infallible;

/// After so long an order that could not be read is tried again.
const UNREAD_AGAIN: TimeDelta = TimeDelta::minutes(10);

/// The use case.
#[derive(Clone, Debug)]
pub struct FireLadder {
    /// The city's rules.
    pub policy: Policy,
    /// Published calendars.
    pub shelf: CalendarShelf,
    /// Policy documents.
    pub policies: PolicyShelf,
}

/// At most so many orders.
#[derive(Clone, Copy, Debug)]
pub struct Command {
    /// Orders in this transaction.
    pub limit: u32,
    /// What is implausible.
    pub brake: Brake,
}

impl Work for FireLadder {
    const NAME: &'static str = "fire_ladder";
    type Command = Command;
    type Output = usize;
    type Refusal = Infallible;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        for asked in commands {
            results.push(Ok(self.fire(conn, now, asked.command).await?));
        }
        Ok(results)
    }
}

impl FireLadder {
    async fn fire(&self, conn: &mut Conn, now: DateTime<Utc>, command: Command) -> Result<usize, DbError> {
        if held(conn, now, Some(command.brake)).await? {
            return Ok(0);
        }
        let due = store::orders::lock_ladder(conn, now, i64::from(command.limit)).await?;
        let count = due.len();
        let watch = Watch::over_readable(conn, due.clone()).await?.in_time();
        // What cannot be read keeps nobody else from its time, and is tried again later.
        let unread: Vec<Order> = due
            .into_iter()
            .filter(|order| !watch.has(order.order_id))
            .collect();
        later(conn, unread, now).await?;
        let (_, facts) = watch
            .settle(conn, now, &self.shelf, &self.policy, &self.policies)
            .await?;
        bus::outbox::append(conn, &facts).await?;
        Ok(count)
    }
}

async fn later(conn: &mut Conn, mut unread: Vec<Order>, now: DateTime<Utc>) -> Result<(), DbError> {
    for order in &mut unread {
        order.ladder_at = Some(now + UNREAD_AGAIN);
    }
    store::orders::upsert(conn, &unread.iter().collect::<Vec<_>>()).await
}

/// Fires one chunk in a transaction of its own.
///
/// # Errors
/// When the database fails.
pub async fn fire_chunk(
    db: &Db,
    work: &FireLadder,
    command: Command,
) -> Result<usize, ExecuteError<Infallible>> {
    let cause = Cause::asked_by(events::LADDER_ACTOR, None);
    db.execute(work, Asked { cause, command }).await
}
