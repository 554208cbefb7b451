//! What the ways in hold. Cheap to clone.
use crate::config::SupervisionConfig;
use crate::domain::emerging::EmergingPolicy;
use crate::domain::figures::ScoresPolicy;
use crate::store::reading::Readings;
use crate::usecases::exclusion_share::ExclusionRules;
use crate::usecases::keep_directory::NameShelf;
use crate::usecases::suspend_order::SuspendOrder;
use crate::usecases::{CalendarShelf, PolicyShelf};
use bus::objects::Objects;
use chrono::{DateTime, FixedOffset, Utc};
use db::{Db, DbError};
use std::sync::Arc;

/// Database, calendars and settings.
#[derive(Clone)]
pub struct Ctx {
    /// Database and clock.
    pub db: Db,
    /// Places for reads of whole periods.
    pub readings: Readings,
    /// Published calendars.
    pub shelf: CalendarShelf,
    /// Policy documents.
    pub policies: PolicyShelf,
    /// Names of divisions, units and matters.
    pub names: NameShelf,
    /// Where routing puts what others need of the directory.
    pub directory: Objects,
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

    /// The city's rules of assessment.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn scores_policy(&self) -> Result<Arc<ScoresPolicy>, DbError> {
        let mut conn = self.db.pool().acquire().await?;
        self.policies.look(&mut conn).await
    }

    /// What exclusions are held to.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn exclusion_rules(&self) -> Result<ExclusionRules, DbError> {
        Ok(ExclusionRules {
            policy: self.scores_policy().await?,
            offset: self.offset(),
        })
    }

    /// When a matter stands out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn emerging_policy(&self) -> Result<Arc<EmergingPolicy>, DbError> {
        let mut conn = self.db.pool().acquire().await?;
        self.policies.look(&mut conn).await
    }

    /// Local time of the city.
    #[must_use]
    pub fn offset(&self) -> FixedOffset {
        FixedOffset::east_opt(self.config.utc_offset_secs).expect("checked when the settings were loaded")
    }

    /// A moment in the city's local time.
    #[must_use]
    pub fn local(&self, at: DateTime<Utc>) -> DateTime<FixedOffset> {
        at.with_timezone(&self.offset())
    }
}
