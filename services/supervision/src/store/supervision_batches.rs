//! Table `supervision_batches`: requests of people that opened supervision orders.
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use uuid::Uuid;

/// A request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BatchRow {
    /// The request.
    pub batch_id: Uuid,
    /// `agent:<subject>`
    pub opened_by: String,
    /// Key and hash, when the client may repeat it.
    pub attempt: Option<(String, Vec<u8>)>,
}

/// Notes a request; `false` when the same person has used its key.
///
/// # Errors
/// When the database fails.
pub async fn insert(conn: &mut Conn, row: &BatchRow, now: DateTime<Utc>) -> Result<bool, DbError> {
    let (key, hash) = row.attempt.clone().unzip();
    let done = sqlx::query!(
        "insert into supervision_batches (batch_id, opened_by, opened_at, idempotency_key, request_hash)
         values ($1, $2, $3, $4, $5) on conflict (opened_by, idempotency_key) do nothing",
        row.batch_id,
        row.opened_by,
        now,
        key,
        hash
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The request and its hash that a person sent with a key.
///
/// # Errors
/// When the database fails.
pub async fn with_key(conn: &mut Conn, by: &str, key: &str) -> Result<Option<(Uuid, Vec<u8>)>, DbError> {
    let row = sqlx::query!(
        r#"select batch_id, request_hash as "hash!" from supervision_batches
           where opened_by = $1 and idempotency_key = $2"#,
        by,
        key
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.batch_id, row.hash)))
}

/// Late orders of a unit that nobody supervises, the latest first.
///
/// # Errors
/// When the database fails.
pub async fn late_orders(
    conn: &mut Conn,
    unit: &str,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Uuid>, DbError> {
    let orders = sqlx::query_scalar!(
        "select order_id from orders
         where lead_unit = $1 and coalesce(due_at, 'infinity'::timestamptz) <= $2 and supervision_id is null
           and state in ('assigned', 'signed', 'responded', 'replied', 'calling_back')
         order by coalesce(due_at, 'infinity'::timestamptz), order_id limit $3",
        unit,
        now,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(orders)
}
