//! What the ways in hold. Cheap to clone.
use crate::config::SupervisionConfig;
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
    #[expect(dead_code, reason = "the use cases that read policies land next")]
    pub policies: PolicyShelf,
    /// Settings.
    pub config: SupervisionConfig,
}

impl Ctx {
    /// A moment in the city's local time.
    #[must_use]
    pub fn local(&self, at: DateTime<Utc>) -> DateTime<FixedOffset> {
        let offset = FixedOffset::east_opt(self.config.utc_offset_secs)
            .expect("checked when the settings were loaded");
        at.with_timezone(&offset)
    }
}
