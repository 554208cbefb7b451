//! Table `attachments`: what the contents in the object store are, and whose.
use chrono::{DateTime, Utc};
use contracts::ids::OrderId;
use db::{Conn, DbError};
use std::collections::HashSet;
use uuid::Uuid;

/// One attachment.
#[derive(Clone, Debug)]
pub struct AttachmentRow {
    /// Name of the content in the object store.
    pub attachment_id: Uuid,
    /// The order.
    pub order_id: Uuid,
    /// Who gave it.
    pub unit: String,
    /// Generation of the assignment.
    pub generation: i32,
    /// File name, phone numbers masked.
    pub name: String,
    /// What it is.
    pub media_type: String,
    /// Of the content.
    pub size_bytes: i64,
    /// Of the content.
    pub sha256: Vec<u8>,
    /// Subject of the person or key.
    pub uploaded_by: String,
    /// When.
    pub uploaded_at: DateTime<Utc>,
}

/// Writes one down.
pub async fn insert(conn: &mut Conn, row: &AttachmentRow) -> Result<(), DbError> {
    sqlx::query!(
        "insert into attachments (attachment_id, order_id, unit, generation, name, media_type, size_bytes, sha256,
                                  uploaded_by, uploaded_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        row.attachment_id,
        row.order_id,
        row.unit,
        row.generation,
        row.name,
        row.media_type,
        row.size_bytes,
        row.sha256,
        row.uploaded_by,
        row.uploaded_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Of one order, oldest first; with `units`, theirs only.
pub async fn of_order(
    conn: &mut Conn,
    order_id: OrderId,
    units: Option<&[String]>,
) -> Result<Vec<AttachmentRow>, DbError> {
    Ok(sqlx::query_as!(
        AttachmentRow,
        "select attachment_id, order_id, unit, generation, name, media_type, size_bytes, sha256, uploaded_by, uploaded_at
         from attachments where order_id = $1 and ($2::text[] is null or unit = any($2))
         order by uploaded_at, attachment_id",
        order_id.uuid(),
        units
    )
    .fetch_all(conn)
    .await?)
}

/// Those of the given (order, unit, attachment) that exist.
pub async fn known(
    conn: &mut Conn,
    asked: &[(OrderId, String, Uuid)],
) -> Result<HashSet<(OrderId, String, Uuid)>, DbError> {
    let rows = sqlx::query!(
        "select a.order_id, a.unit, a.attachment_id from attachments a
         join unnest($1::uuid[], $2::text[], $3::uuid[]) as g(order_id, unit, attachment_id)
           on a.attachment_id = g.attachment_id and a.order_id = g.order_id and a.unit = g.unit",
        &asked.iter().map(|(order, ..)| order.uuid()).collect::<Vec<_>>(),
        &asked.iter().map(|(_, unit, _)| unit.clone()).collect::<Vec<_>>(),
        &asked.iter().map(|(.., id)| *id).collect::<Vec<_>>(),
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (OrderId(row.order_id), row.unit, row.attachment_id))
        .collect())
}

/// What a unit gave to an order with this very content; the first, when there are several.
pub async fn same(
    conn: &mut Conn,
    order_id: OrderId,
    unit: &str,
    sha256: &[u8],
) -> Result<Option<AttachmentRow>, DbError> {
    Ok(sqlx::query_as!(
        AttachmentRow,
        "select attachment_id, order_id, unit, generation, name, media_type, size_bytes, sha256, uploaded_by, uploaded_at
         from attachments where order_id = $1 and unit = $2 and sha256 = $3 order by uploaded_at, attachment_id limit 1",
        order_id.uuid(),
        unit,
        sha256
    )
    .fetch_optional(conn)
    .await?)
}

/// How many a unit gave to an order.
pub async fn count(conn: &mut Conn, order_id: OrderId, unit: &str) -> Result<i64, DbError> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "count!" from attachments where order_id = $1 and unit = $2"#,
        order_id.uuid(),
        unit
    )
    .fetch_one(conn)
    .await?)
}
