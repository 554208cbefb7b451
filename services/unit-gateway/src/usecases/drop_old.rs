//! Documents, deliveries and pushes of orders that ended long ago are dropped; their handlings and actions stay.
use crate::store::documents;
use chrono::TimeDelta;
use db::{Db, DbError};

/// Documents dropped in one statement.
const DOCUMENTS_MAX: i64 = 1_000;

/// Drops some; answers how many.
///
/// # Errors
/// When the database fails.
pub async fn drop_old(db: &Db, keep: TimeDelta) -> Result<u64, DbError> {
    let mut conn = db.pool().acquire().await?;
    documents::drop_old(&mut conn, db.clock().now() - keep, DOCUMENTS_MAX).await
}
