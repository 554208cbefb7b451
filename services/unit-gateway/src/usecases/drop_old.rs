//! Documents, deliveries and pushes of orders that ended long ago are dropped, and test calls and refusals of long ago;
//! handlings and actions stay.
use crate::store::{attempts, documents, unit_logins};
use chrono::TimeDelta;
use db::{Db, DbError};

/// Documents, or test calls, dropped in one statement.
const DOCUMENTS_MAX: i64 = 1_000;

/// Drops some; answers how many.
///
/// # Errors
/// When the database fails.
pub async fn drop_old(db: &Db, keep: TimeDelta) -> Result<u64, DbError> {
    let mut conn = db.pool().acquire().await?;
    let before = db.clock().now() - keep;
    let calls = attempts::drop_test_calls(&mut conn, before, DOCUMENTS_MAX).await?;
    let denials = unit_logins::drop_denials(&mut conn, before).await?;
    Ok(calls + denials + documents::drop_old(&mut conn, before, DOCUMENTS_MAX).await?)
}
