//! Tasks of one state, or of one way, oldest promise first.
pub use crate::store::listing::Listed;
use chrono::{DateTime, Utc};
use db::{Db, DbError};
use uuid::Uuid;

/// Position in the list: due time and id of the last task seen.
pub type Position = (DateTime<Utc>, Uuid);

/// At most `limit` tasks after a position; `way` is `phone`, `second_phone`, `sms` or `desk`.
///
/// # Errors
/// When the database fails.
pub async fn list_callbacks(
    db: &Db,
    state: &str,
    way: Option<&str>,
    after: Option<Position>,
    limit: u32,
) -> Result<Vec<Listed>, DbError> {
    crate::store::listing::list(db.pool(), state, way, after, i64::from(limit)).await
}
