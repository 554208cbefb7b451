//! Orders of the units below one, newest first: the unit above reads them and acts on none.
use crate::store::handlings::{self, SubOrder};
use contracts::ids::{OrderId, UnitCode};
use db::{Db, DbError};

/// The orders before `after`, and one more than `limit` when there are more. Confidential ones are left out.
///
/// # Errors
/// When the database fails.
pub async fn list_sub_orders(
    db: &Db,
    unit: &UnitCode,
    after: Option<OrderId>,
    limit: u32,
) -> Result<Vec<SubOrder>, DbError> {
    let mut conn = db.pool().acquire().await?;
    handlings::of_sub_units(&mut conn, unit.as_str(), after, i64::from(limit) + 1).await
}
