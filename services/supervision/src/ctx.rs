//! What the ways in hold. Cheap to clone.
use crate::config::SupervisionConfig;
use crate::usecases::suspend_order::SuspendOrder;
use crate::usecases::{CalendarShelf, PolicyShelf};
use chrono::{DateTime, FixedOffset, Utc};
use db::Db;

/// Database, calendars and settings.
#[derive(Clone)]
pub struct Ctx {
    /// Database and clock.
    pub db: Db,
    /// Published calendars.
    pub shelf: CalendarShelf,
    /// Policy documents.
    pub policies: PolicyShelf,
    /// Settings.
    pub config: SupervisionConfig,
}

impl Ctx {
    /// The use case that suspends and resumes.
    #[must_use]
    pub fn suspend_order(&self) -> SuspendOrder {
        SuspendOrder {
            policy: self.config.policy(),
            shelf: self.shelf.clone(),
            policies: self.policies.clone(),
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
