//! Table `followers`.
use crate::domain::{ComplaintId, OrderId};
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use uuid::Uuid;

/// Inserts followers, each a complaint and the order it follows.
///
/// # Errors
/// When the database fails.
pub async fn insert(
    conn: &mut Conn,
    at: DateTime<Utc>,
    new: &[(ComplaintId, OrderId)],
) -> Result<(), DbError> {
    let (complaints, orders): (Vec<Uuid>, Vec<Uuid>) = new.iter().map(|(c, o)| (c.uuid(), o.uuid())).unzip();
    sqlx::query!(
        "insert into followers (complaint_id, order_id, followed_at)
         select n.complaint_id, n.order_id, $1 from unnest($2::uuid[], $3::uuid[]) as n(complaint_id, order_id)",
        at,
        &complaints,
        &orders
    )
    .execute(conn)
    .await?;
    Ok(())
}
