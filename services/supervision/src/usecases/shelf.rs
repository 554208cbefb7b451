//! The calendars of this process: loaded once per directory version, because published versions never change.
use crate::domain::Calendars;
use crate::store;
use db::{Conn, DbError};
use std::sync::{Arc, PoisonError, RwLock};

/// Calendars that are shared by all use cases of the process. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct CalendarShelf(Arc<RwLock<Arc<Calendars>>>);

impl CalendarShelf {
    /// All calendars, including those published since the last look.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn look(&self, conn: &mut Conn) -> Result<Arc<Calendars>, DbError> {
        let known = Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner));
        let others = store::calendars::load_others(conn, &known.versions()).await?;
        if others.is_empty() {
            return Ok(known);
        }
        let mut more = (*known).clone();
        for (version, calendar) in others {
            if let Err(error) = more.add(version, &calendar) {
                // Routing checks calendars before it publishes them; clocks that need this one stay unarmed.
                tracing::error!(directory.version = version, %error, "published calendar cannot be used");
            }
        }
        let more = Arc::new(more);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&more);
        Ok(more)
    }
}
