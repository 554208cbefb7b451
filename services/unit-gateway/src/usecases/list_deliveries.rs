//! What went to a unit and what did not, for the people who watch.
use crate::domain::delivery::DeliveryState;
pub use crate::store::attempts::AttemptRow;
pub use crate::store::delivery_reads::DeliveryRow;
use crate::store::{attempts, delivery_reads};
use contracts::ids::UnitCode;
use db::{Db, DbError};
use uuid::Uuid;

/// Deliveries of a unit after a place in its feed; one more than `limit`, to tell that there is more.
///
/// # Errors
/// When the database fails.
pub async fn list_deliveries(
    db: &Db,
    unit: &UnitCode,
    state: Option<DeliveryState>,
    after: i64,
    limit: u32,
) -> Result<Vec<DeliveryRow>, DbError> {
    let mut conn = db.pool().acquire().await?;
    delivery_reads::list(
        &mut conn,
        db.clock().now(),
        unit.as_str(),
        state.map(DeliveryState::as_str),
        after,
        i64::from(limit) + 1,
    )
    .await
}

/// Pushes to a unit after a place in the log; one more than `limit`, to tell that there is more.
///
/// # Errors
/// When the database fails.
pub async fn list_attempts(
    db: &Db,
    unit: &UnitCode,
    delivery_id: Option<Uuid>,
    after: i64,
    limit: u32,
) -> Result<Vec<AttemptRow>, DbError> {
    let mut conn = db.pool().acquire().await?;
    attempts::list(&mut conn, unit.as_str(), delivery_id, after, i64::from(limit) + 1).await
}
