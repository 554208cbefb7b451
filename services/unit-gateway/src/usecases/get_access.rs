//! How units are reached, for people.
pub use crate::store::failing::FailingRow;
pub use crate::store::unit_access::AccessRow;
use crate::store::{failing, unit_access};
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

/// Units with a registered way after a code; one more than `limit`, to tell that there is more. `failing`: only those that people
/// were told are not reached.
///
/// # Errors
/// When the database fails.
pub async fn list_access(db: &Db, after: &str, limit: u32, failing: bool) -> Result<Vec<AccessRow>, DbError> {
    let mut conn = db.pool().acquire().await?;
    unit_access::list(&mut conn, after, i64::from(limit) + 1, failing).await
}

/// On which ways these units are not reached, as far as people were told.
///
/// # Errors
/// When the database fails.
pub async fn failing_ways(db: &Db, units: &[AccessRow]) -> Result<Vec<FailingRow>, DbError> {
    let units: Vec<String> = units.iter().map(|row| row.unit.clone()).collect();
    let mut conn = db.pool().acquire().await?;
    failing::of_units(&mut conn, &units).await
}
