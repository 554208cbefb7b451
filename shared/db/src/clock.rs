//! One time for everything: the database's. Tests move it by hand.
//!
//! A production clock remembers what the database said and adds the monotonic time since the answer
//! *arrived*; the answer is older than its arrival, so the clock is never ahead of the database and a timer
//! never fires early. It is synchronised again every few seconds by the runtime.
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgPool;
use std::sync::{Arc, RwLock};
use std::time::Instant;

/// The time. Cheap to clone; clones share it.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Kind>);

#[derive(Debug)]
enum Kind {
    Database(RwLock<Option<(DateTime<Utc>, Instant)>>),
    Manual(RwLock<DateTime<Utc>>),
}

impl Clock {
    /// A clock that follows the database; call [`Clock::synchronise`] before first use.
    #[must_use]
    pub fn following_database() -> Self {
        Self(Arc::new(Kind::Database(RwLock::new(None))))
    }

    /// A clock that stands still until a test moves it.
    #[must_use]
    pub fn manual(start: DateTime<Utc>) -> Self {
        Self(Arc::new(Kind::Manual(RwLock::new(start))))
    }

    /// True for a clock that a test moves.
    #[must_use]
    pub fn is_manual(&self) -> bool {
        matches!(*self.0, Kind::Manual(_))
    }

    /// The present moment, in whole microseconds, as PostgreSQL keeps them.
    ///
    /// # Panics
    /// When the clock follows the database and was never synchronised: a start-up error of the program.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        let now = match &*self.0 {
            Kind::Manual(at) => *at.read().unwrap_or_else(std::sync::PoisonError::into_inner),
            Kind::Database(base) => {
                let (said, heard) = base
                    .read()
                    .unwrap_or_else(std::sync::PoisonError::into_inner)
                    .expect("the clock is synchronised when the pool is opened");
                said + TimeDelta::from_std(heard.elapsed()).unwrap_or_else(|_| TimeDelta::zero())
            }
        };
        let micros = now.timestamp_micros();
        DateTime::from_timestamp_micros(micros).unwrap_or(now)
    }

    /// Asks the database for its time. A manual clock ignores it.
    ///
    /// # Errors
    /// When the database does not answer; the clock then goes on from its last answer.
    pub async fn synchronise(&self, pool: &PgPool) -> Result<(), sqlx::Error> {
        if let Kind::Database(base) = &*self.0 {
            let said: DateTime<Utc> = sqlx::query_scalar("select clock_timestamp()")
                .fetch_one(pool)
                .await?;
            *base.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Some((said, Instant::now()));
        }
        Ok(())
    }

    /// Moves a manual clock; a clock that follows the database stays.
    pub fn advance(&self, by: TimeDelta) {
        if let Kind::Manual(at) = &*self.0 {
            *at.write().unwrap_or_else(std::sync::PoisonError::into_inner) += by;
        }
    }

    /// Sets a manual clock; a clock that follows the database stays.
    pub fn set(&self, to: DateTime<Utc>) {
        if let Kind::Manual(at) = &*self.0 {
            *at.write().unwrap_or_else(std::sync::PoisonError::into_inner) = to;
        }
    }
}
