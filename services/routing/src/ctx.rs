//! What the ways in hold. Cheap to clone.
use crate::config::RoutingConfig;
use crate::usecases::directories::Directories;
use crate::usecases::texts::Texts;
use chrono::{DateTime, FixedOffset, Utc};
use db::Db;

/// Database, directory and limits.
#[derive(Clone)]
pub struct Ctx {
    /// Database and clock.
    pub db: Db,
    /// The directory in use.
    pub directories: Directories,
    /// What texts are read by.
    pub texts: Texts,
    /// Settings.
    pub config: RoutingConfig,
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
