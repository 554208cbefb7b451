//! Tasks of one state, oldest promise first.
pub use crate::store::listing::Listed;
use chrono::{DateTime, Utc};
use db::{Db, DbError};
use uuid::Uuid;

/// Position in the list: due time and id of the last task seen.
pub type Position = (DateTime<Utc>, Uuid);

/// At most `limit` tasks after a position.
///
/// # Errors
/// When the database fails.
pub async fn list_callbacks(
    db: &Db,
    state: &str,
    after: Option<Position>,
    limit: u32,
) -> Result<Vec<Listed>, DbError> {
    crate::store::listing::list(db.pool(), state, after, i64::from(limit)).await
}
