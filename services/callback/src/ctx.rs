//! What the ways in hold. Cheap to clone.
use crate::config::CallbackConfig;
use crate::usecases::record_answer::RecordAnswer;
use chrono::{DateTime, FixedOffset, Utc};
use db::{Db, Together};

/// Database, the hot use case, and limits.
#[derive(Clone)]
pub struct Ctx {
    /// Database and clock.
    pub db: Db,
    /// Concurrent answers share transactions.
    pub record_answer: Together<RecordAnswer>,
    /// Settings.
    pub config: CallbackConfig,
}

impl Ctx {
    /// A context over a database.
    #[must_use]
    pub fn new(db: Db, config: CallbackConfig) -> Self {
        let work = RecordAnswer {
            policy: config.policy(),
        };
        Self {
            record_answer: Together::start(db.clone(), work),
            db,
            config,
        }
    }

    /// A moment in the city's local time.
    #[must_use]
    pub fn local(&self, at: DateTime<Utc>) -> DateTime<FixedOffset> {
        let offset = FixedOffset::east_opt(self.config.utc_offset_secs)
            .expect("checked when the settings were loaded");
        at.with_timezone(&offset)
    }
}
