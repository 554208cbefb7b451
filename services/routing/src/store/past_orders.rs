//! Table `orders`, read by the time of acceptance.
use super::read;
use crate::domain::decide::Question;
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use uuid::Uuid;

/// An order as far as a preview needs it.
#[derive(Clone, Debug)]
pub struct PastOrder {
    /// The order.
    pub order_id: Uuid,
    /// Number people use.
    pub order_number: String,
    /// Where it stands.
    pub state: String,
    /// When the complaint was accepted.
    pub accepted_at: DateTime<Utc>,
    /// What the directory was asked.
    pub question: Question,
}

/// Orders accepted behind this place, oldest first.
pub async fn after(
    conn: &mut Conn,
    (accepted_at, order_id): (DateTime<Utc>, Uuid),
    limit: i64,
) -> Result<Vec<PastOrder>, DbError> {
    let rows = sqlx::query!(
        "select order_id, order_number, state, accepted_at, question from orders
         where (accepted_at, order_id) > ($1, $2) order by accepted_at, order_id limit $3",
        accepted_at,
        order_id,
        limit
    );
    rows.fetch_all(conn)
        .await?
        .into_iter()
        .map(|row| {
            Ok(PastOrder {
                question: read(row.question, "orders", "question", &row.order_id)?,
                order_id: row.order_id,
                order_number: row.order_number,
                state: row.state,
                accepted_at: row.accepted_at,
            })
        })
        .collect()
}
