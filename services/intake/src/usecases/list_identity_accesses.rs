//! Reads who looked at an identity, oldest first. Called by `api::list_identity_accesses`.
use crate::domain::ComplaintId;
use crate::domain::reveal::Access;
use crate::store::access_log;
use db::{Db, DbError};

/// The looks after `after`, and one more than `limit` when there are more.
///
/// # Errors
/// When the database fails.
pub async fn list_identity_accesses(
    db: &Db,
    complaint_id: ComplaintId,
    after: Option<i64>,
    limit: u32,
) -> Result<Vec<Access>, DbError> {
    let mut conn = db.pool().acquire().await?;
    access_log::list(&mut conn, complaint_id, after, i64::from(limit) + 1).await
}
