//! What the ways in hold. Cheap to clone.
use crate::config::CallbackConfig;
use crate::usecases::claim_callbacks::ClaimCallbacks;
use crate::usecases::open_appeal::OpenAppeal;
use crate::usecases::policies::PolicyShelf;
use crate::usecases::put_back::PutBack;
use crate::usecases::record_answer::RecordAnswer;
use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use db::{Db, Together};

/// Database, the hot use case, and limits.
#[derive(Clone)]
pub struct Ctx {
    /// Database and clock.
    pub db: Db,
    /// Concurrent answers share transactions.
    pub record_answer: Together<RecordAnswer>,
    /// Takes calls from the queue.
    pub claim: ClaimCallbacks,
    /// Puts them back.
    pub put_back: PutBack,
    /// Appeals of units.
    pub open_appeal: OpenAppeal,
    /// Settings.
    pub config: CallbackConfig,
}

impl Ctx {
    /// A context over a database.
    #[must_use]
    pub fn new(db: Db, config: CallbackConfig, policies: PolicyShelf) -> Self {
        let claim = ClaimCallbacks {
            policies: policies.clone(),
            lease: TimeDelta::minutes(i64::from(config.claim_mins)),
        };
        let put_back = PutBack {
            policies: policies.clone(),
        };
        let open_appeal = OpenAppeal {
            policies: policies.clone(),
        };
        let work = RecordAnswer { policies };
        Self {
            record_answer: Together::start(db.clone(), work),
            claim,
            put_back,
            open_appeal,
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
