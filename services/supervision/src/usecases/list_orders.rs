//! Orders by due time, the most urgent first.
pub use crate::store::listing::{Filter, Listed};
use chrono::{DateTime, Utc};
use db::{Db, DbError};
use uuid::Uuid;

/// Position in the list: due time (`None` = no open clock) and id of the last order seen.
pub type Position = (Option<DateTime<Utc>>, Uuid);

/// At most `limit` orders after a position.
///
/// # Errors
/// When the database fails.
pub async fn list_orders(
    db: &Db,
    filter: &Filter,
    after: Option<Position>,
    limit: u32,
) -> Result<Vec<Listed>, DbError> {
    crate::store::listing::list(db.pool(), filter, db.clock().now(), after, i64::from(limit)).await
}
