//! The timeline of an order: its own events and those of its complaint.
use crate::store;
pub use crate::store::timeline::{Position, Shown};
use contracts::ids::OrderId;
use db::{Db, DbError};

/// At most `limit` entries after a position; `None` when nothing is known of the order.
///
/// # Errors
/// When the database fails.
pub async fn get_timeline(
    db: &Db,
    order_id: OrderId,
    after: Option<Position>,
    limit: u32,
) -> Result<Option<Vec<Shown>>, DbError> {
    let Some(order) = store::orders::get(db.pool(), order_id).await? else {
        return Ok(None);
    };
    let complaint = order
        .registration
        .map(|registration| registration.complaint_id.uuid());
    let rows = store::timeline::read(db.pool(), order_id.uuid(), complaint, after, i64::from(limit)).await?;
    Ok(Some(rows))
}
