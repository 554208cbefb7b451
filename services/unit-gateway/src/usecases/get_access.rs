//! How units are reached, for people.
use crate::store::unit_access;
pub use crate::store::unit_access::AccessRow;
use contracts::ids::UnitCode;
use db::{Db, DbError};

/// One unit; `None` when nothing is registered and it pulls.
///
/// # Errors
/// When the database fails.
pub async fn get_access(db: &Db, unit: &UnitCode) -> Result<Option<AccessRow>, DbError> {
    let mut conn = db.pool().acquire().await?;
    unit_access::get(&mut conn, unit.as_str()).await
}

/// Units with a registered way after a code; one more than `limit`, to tell that there is more.
///
/// # Errors
/// When the database fails.
pub async fn list_access(db: &Db, after: &str, limit: u32) -> Result<Vec<AccessRow>, DbError> {
    let mut conn = db.pool().acquire().await?;
    unit_access::list(&mut conn, after, i64::from(limit) + 1).await
}
