//! Lines of events with a gap: the check that nothing was lost.
pub use crate::store::gaps::Gap;
use db::{Db, DbError};
use uuid::Uuid;

/// Position in the list: key and service of the last line seen.
pub type Position = (Uuid, String);

/// At most `limit` lines with gaps after a position.
///
/// # Errors
/// When the database fails.
pub async fn find_gaps(db: &Db, after: Option<Position>, limit: u32) -> Result<Vec<Gap>, DbError> {
    crate::store::gaps::find(db.pool(), after, i64::from(limit)).await
}
