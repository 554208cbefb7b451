//! Clocks whose time has come warn or breach: oldest first, in chunks, each arming once and never early. The effect
//! and the event about it commit together.
use crate::domain::Clock;
use crate::usecases::brake_timers::{Brake, held};
use crate::{events, store};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::cause::{Asked, Cause};
use contracts::ids::OrderId;
use db::{Conn, Db, DbError, ExecuteError, Results, Work};
use std::convert::Infallible;
use uuid::Uuid;

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct FireTimers;

/// At most so many timers.
#[derive(Clone, Copy, Debug)]
pub struct Command {
    /// Timers in this transaction.
    pub limit: u32,
    /// What is implausible; `None` = how many are due was judged a moment ago.
    pub brake: Option<Brake>,
}

/// What was done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fired {
    /// How many.
    pub count: usize,
}

impl Work for FireTimers {
    const NAME: &'static str = "fire_timers";
    type Command = Command;
    type Output = Fired;
    type Refusal = Infallible;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        for asked in commands {
            results.push(Ok(fire(conn, now, asked).await?));
        }
        Ok(results)
    }
}

async fn fire(conn: &mut Conn, now: DateTime<Utc>, asked: &Asked<Command>) -> Result<Fired, DbError> {
    if held(conn, now, asked.command.brake).await? {
        return Ok(Fired { count: 0 });
    }
    let claimed = store::timers::claim(conn, now, i64::from(asked.command.limit)).await?;
    if let Some(first) = claimed.unreadable.first() {
        let rows = claimed.unreadable.len();
        tracing::error!(
            error = first as &dyn std::error::Error,
            rows,
            "due timers that cannot be read are passed over"
        );
    }
    let mut due = claimed.timers;
    let mut facts = Vec::with_capacity(due.len());
    for timer in &mut due {
        if let Some(effect) = timer.clock.fire(now) {
            let correlation_id = timer.correlation_id.unwrap_or(asked.cause.correlation_id);
            let cause = Cause {
                correlation_id,
                ..asked.cause.clone()
            };
            facts.push(events::fact(
                timer.order_id,
                &timer.clock,
                effect,
                timer.unit.clone(),
                now,
                &cause,
            ));
        }
    }
    let fired: Vec<(OrderId, &Clock)> = due.iter().map(|timer| (timer.order_id, &timer.clock)).collect();
    store::timers::fired(conn, &fired).await?;
    bus::outbox::append(conn, &facts).await?;
    Ok(Fired { count: due.len() })
}

/// Fires one chunk in a transaction of its own.
///
/// # Errors
/// When the database fails.
pub async fn fire_chunk(
    db: &Db,
    limit: u32,
    brake: Option<Brake>,
) -> Result<Fired, ExecuteError<Infallible>> {
    let mut cause = Cause::asked_by(events::CLOCK_ACTOR, telemetry::propagation::current_traceparent());
    cause.correlation_id = Uuid::now_v7();
    db.execute(
        &FireTimers,
        Asked {
            cause,
            command: Command { limit, brake },
        },
    )
    .await
}

/// How late the oldest armed timer is; zero when none is.
///
/// # Errors
/// When the database fails.
pub async fn lag(db: &Db) -> Result<TimeDelta, DbError> {
    let next = store::timers::next(db.pool()).await?;
    Ok(next.map_or(TimeDelta::zero(), |next| {
        (db.clock().now() - next).max(TimeDelta::zero())
    }))
}
