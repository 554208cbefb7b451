//! Table `supplements`.
use crate::domain::supplement::Supplement;
use crate::domain::{ComplaintId, OrderId};
use db::{Conn, DbError};

/// Locks a complaint until the transaction ends; answers the number of its newest supplement (0 = none), or `None` for a
/// complaint that does not exist.
///
/// # Errors
/// When the database fails.
pub async fn newest_for_update(conn: &mut Conn, complaint_id: ComplaintId) -> Result<Option<i32>, DbError> {
    let id = complaint_id.uuid();
    let known = sqlx::query_scalar!(
        "select complaint_id from complaints where complaint_id = $1 for no key update",
        id
    )
    .fetch_optional(&mut *conn)
    .await?;
    if known.is_none() {
        return Ok(None);
    }
    let newest = sqlx::query_scalar!(
        r#"select coalesce(max(supplement), 0) as "newest!" from supplements where complaint_id = $1"#,
        id
    )
    .fetch_one(conn)
    .await?;
    Ok(Some(newest))
}

/// The supplement that a client made with this key.
///
/// # Errors
/// When the database fails.
pub async fn with_key(conn: &mut Conn, by: &str, key: &str) -> Result<Option<Supplement>, DbError> {
    let row = sqlx::query!(
        "select complaint_id, supplement, text, added_by, added_at, idempotency_key, request_hash
         from supplements where added_by = $1 and idempotency_key = $2",
        by,
        key
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Supplement {
        complaint_id: row.complaint_id.into(),
        supplement: row.supplement,
        text: row.text,
        by: row.added_by,
        at: row.added_at,
        attempt: row.idempotency_key.zip(row.request_hash),
    }))
}

/// Everything that was added to a complaint, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn of_complaint(conn: &mut Conn, complaint_id: ComplaintId) -> Result<Vec<Supplement>, DbError> {
    let rows = sqlx::query!(
        "select supplement, text, added_by, added_at from supplements where complaint_id = $1 order by supplement",
        complaint_id.uuid()
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Supplement {
            complaint_id,
            supplement: row.supplement,
            text: row.text,
            by: row.added_by,
            at: row.added_at,
            attempt: None,
        })
        .collect())
}

/// Everything that was added to the complaints of an order, its own and those that joined it, the oldest first. The complaints
/// stay locked until the transaction ends; the order is locked already, so nobody joins it meanwhile.
///
/// # Errors
/// When the database fails.
pub async fn of_order_for_update(conn: &mut Conn, order_id: OrderId) -> Result<Vec<Supplement>, DbError> {
    let complaints = sqlx::query_scalar!(
        "select complaint_id from complaints
         where complaint_id in (select o.complaint_id from orders o where o.order_id = $1
             union all select f.complaint_id from followers f where f.order_id = $1)
         order by complaint_id for no key update",
        order_id.uuid()
    )
    .fetch_all(&mut *conn)
    .await?;
    let rows = sqlx::query!(
        "select complaint_id, supplement, text, added_by, added_at from supplements where complaint_id = any($1)
         order by added_at, complaint_id, supplement",
        &complaints
    )
    .fetch_all(conn)
    .await?;
    let read = rows.into_iter().map(|row| Supplement {
        complaint_id: row.complaint_id.into(),
        supplement: row.supplement,
        text: row.text,
        by: row.added_by,
        at: row.added_at,
        attempt: None,
    });
    Ok(read.collect())
}

/// Writes one; false when its key was used for another complaint at the same moment.
///
/// # Errors
/// When the database fails.
pub async fn insert(conn: &mut Conn, row: &Supplement) -> Result<bool, DbError> {
    let (key, hash) = row.attempt.clone().unzip();
    let done = sqlx::query!(
        "insert into supplements (complaint_id, supplement, text, added_by, added_at, idempotency_key, request_hash)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (added_by, idempotency_key) where idempotency_key is not null do nothing",
        row.complaint_id.uuid(),
        row.supplement,
        row.text,
        row.by,
        row.at,
        key,
        hash
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}
