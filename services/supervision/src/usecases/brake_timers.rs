//! The storm brake: when an implausible share of all timers falls due at once (a wrong calendar, a jumped clock), nothing
//! fires until a person lets it. What was due at the release fires then, and is not counted again.
use crate::store;
pub use crate::store::timer_holds::Hold;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use db::{Conn, Db, DbError, Results, Work};
use std::sync::atomic::{AtomicU32, Ordering};
use thiserror::Error;

/// What is implausible.
#[derive(Clone, Copy, Debug)]
pub struct Brake {
    /// So many due at once at least,
    pub due_min: u32,
    /// and more than this share of all that are armed.
    pub percent: u32,
}

impl Brake {
    /// Whether so many of all that are armed cannot be due at once.
    #[must_use]
    pub fn is_implausible(self, due: i64, armed: i64) -> bool {
        due >= i64::from(self.due_min) && due * 100 > armed * i64::from(self.percent)
    }
}

/// What a process fires of one wave between two judgements. Counting a wave takes longer than firing a chunk of it, so
/// it is judged when it begins, and again after as many timers as make an implausible wave at least: what fires
/// unjudged is never more than what a city takes for plausible.
#[derive(Debug, Default)]
pub struct Wave {
    unjudged: AtomicU32,
}

impl Wave {
    /// The brake when it is time to judge.
    #[must_use]
    pub fn judge(&self, brake: Brake) -> Option<Brake> {
        let fired = self.unjudged.load(Ordering::Relaxed);
        (fired == 0 || fired >= brake.due_min).then_some(brake)
    }

    /// So many of a chunk of `limit` were fired after that; a chunk that was not full ends the wave.
    pub fn fired(&self, judged: bool, count: usize, limit: u32) {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        let before = if judged {
            0
        } else {
            self.unjudged.load(Ordering::Relaxed)
        };
        let now = if count < limit {
            0
        } else {
            before.saturating_add(count)
        };
        self.unjudged.store(now, Ordering::Relaxed);
    }
}

/// True when timers are held, or must be from now on; without a brake only the first is asked.
///
/// # Errors
/// When the database fails.
pub async fn held(conn: &mut Conn, now: DateTime<Utc>, brake: Option<Brake>) -> Result<bool, DbError> {
    let newest = store::timer_holds::newest(conn).await?;
    if newest.as_ref().is_some_and(|hold| hold.released_at.is_none()) {
        return Ok(true);
    }
    let Some(brake) = brake else {
        return Ok(false);
    };
    let since = newest.and_then(|hold| hold.released_at);
    let (due, armed) = store::timer_holds::count(conn, since, now, i64::from(brake.percent)).await?;
    if !brake.is_implausible(due, armed) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closing_hour_of_the_largest_city_is_plausible_and_a_wrong_calendar_is_not() {
        let settings = runtime::settings::load::<crate::app::Supervision>(None, &[]).unwrap();
        let brake = Brake {
            due_min: settings.service.storm_due_min,
            percent: settings.service.storm_percent,
        };
        // Two clocks of each open order at least are armed: the unit's and the city's.
        let (open, due_at_one_hour) = (250_000, 100_000);
        let armed = 2 * open;
        assert!(!brake.is_implausible(due_at_one_hour, armed));
        let with_the_warnings_of_the_next_day = 2 * due_at_one_hour;
        assert!(!brake.is_implausible(with_the_warnings_of_the_next_day, armed));
        let every_clock_of_the_units_calendar = open;
        assert!(brake.is_implausible(every_clock_of_the_units_calendar, armed));
        assert!(brake.is_implausible(armed, armed), "the clock jumped");
        assert!(!brake.is_implausible(19_999, 19_999), "a small city");
    }

    #[test]
    fn a_wave_is_judged_when_it_begins_and_after_every_implausible_share() {
        let (wave, brake) = (
            Wave::default(),
            Brake {
                due_min: 25,
                percent: 20,
            },
        );
        let mut judged = Vec::new();
        for fired in [10, 10, 10, 10, 10, 3, 10, 0, 10] {
            let now = wave.judge(brake).is_some();
            judged.push(now);
            wave.fired(now, fired, 10);
        }
        assert_eq!(
            judged,
            [true, false, false, true, false, false, true, false, true],
            "after 30, after the chunk of 3, and after the empty one"
        );
    }
}
