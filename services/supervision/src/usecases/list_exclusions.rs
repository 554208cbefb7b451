//! Exclusions 剔除 by time: requested, granted and denied ones.
pub use crate::store::exclusions::{ExclusionRow, Filter};
use chrono::{DateTime, Utc};
use db::{Db, DbError};
use uuid::Uuid;

/// Position in the list.
pub type Position = (DateTime<Utc>, Uuid);

/// At most `limit` after a position.
///
/// # Errors
/// When the database fails.
pub async fn list_exclusions(
    db: &Db,
    filter: &Filter,
    after: Option<Position>,
    limit: u32,
) -> Result<Vec<ExclusionRow>, DbError> {
    crate::store::exclusions::list(db.pool(), filter, after, i64::from(limit)).await
}
