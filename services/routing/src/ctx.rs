//! What the ways in hold. Cheap to clone.
use crate::config::RoutingConfig;
use crate::usecases::directories::Directories;
use crate::usecases::draft_contents::DraftContents;
use crate::usecases::texts::Texts;
use chrono::{DateTime, FixedOffset, Utc};
use db::Db;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Database, directory and limits.
#[derive(Clone)]
pub struct Ctx {
    /// Database and clock.
    pub db: Db,
    /// The directory in use.
    pub directories: Directories,
    /// What open drafts come to.
    pub drafts: DraftContents,
    /// Places for uploads of packs: each is read, checked and indexed in memory.
    pub uploads: Arc<Semaphore>,
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
