//! The storm brake: when an implausible share of all timers falls due at once (a wrong calendar, a jumped clock), nothing
//! fires until a person lets it. What was due at the release fires then, and is not counted again.
use crate::store;
pub use crate::store::timer_holds::Hold;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use db::{Conn, Db, DbError, Results, Work};
use thiserror::Error;

/// What is implausible.
#[derive(Clone, Copy, Debug)]
pub struct Brake {
    /// So many due at once at least,
    pub due_min: u32,
    /// and more than this share of all that are armed.
    pub percent: u32,
}

/// True when timers are held, or must be from now on.
///
/// # Errors
/// When the database fails.
pub async fn held(conn: &mut Conn, now: DateTime<Utc>, brake: Brake) -> Result<bool, DbError> {
    let newest = store::timer_holds::newest(conn).await?;
    if newest.as_ref().is_some_and(|hold| hold.released_at.is_none()) {
        return Ok(true);
    }
    let since = newest.and_then(|hold| hold.released_at);
    let (due, armed) = store::timer_holds::count(conn, since, now, i64::from(brake.percent)).await?;
    if due < i64::from(brake.due_min) || due * 100 <= armed * i64::from(brake.percent) {
        return Ok(false);
    }
    store::timer_holds::hold(conn, now, due).await?;
    tracing::error!(
        timers.due = due,
        "an implausible share of all timers is due at once; a person must release them"
    );
    Ok(true)
}

/// The newest hold, whether it goes on or not.
///
/// # Errors
/// When the database fails.
pub async fn newest(db: &Db) -> Result<Option<Hold>, DbError> {
    let mut conn = db.pool().acquire().await?;
    store::timer_holds::newest(&mut conn).await
}

/// The use case that lets timers fire again.
#[derive(Clone, Copy, Debug)]
pub struct ReleaseTimers;

/// Who lets them, and why.
#[derive(Clone, Debug)]
pub struct Command {
    /// `agent:<subject>`
    pub by: String,
    /// Why.
    pub reason: String,
}

/// There is nothing to release.
#[derive(Clone, Copy, Debug, Error)]
#[error("no timers are held")]
pub struct NotHeld;

impl Work for ReleaseTimers {
    const NAME: &'static str = "release_timers";
    type Command = Command;
    type Output = ();
    type Refusal = NotHeld;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        for asked in commands {
            let released = store::timer_holds::release(conn, now, &asked.command.by, &asked.command.reason);
            results.push(if released.await? { Ok(()) } else { Err(NotHeld) });
        }
        Ok(results)
    }
}
