//! Table `withdrawals`, and what one must know of an order before it leaves.
use crate::domain::withdrawal::{Origin, Withdrawal};
use crate::domain::{ComplaintId, OrderId};
use contracts::ids::TransferId;
use db::{Conn, DbError};
use std::collections::HashMap;
use uuid::Uuid;

/// Ids of the orders of a complaint, in order.
///
/// # Errors
/// When the database fails.
pub async fn orders_of(conn: &mut Conn, complaint_id: ComplaintId) -> Result<Vec<OrderId>, DbError> {
    let ids = sqlx::query_scalar!(
        "select order_id from orders where complaint_id = $1 order by position",
        complaint_id.uuid()
    )
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(OrderId::from).collect())
}

/// What belongs to these orders; read it after they are locked, because who joins an order locks it too.
///
/// # Errors
/// When the database fails.
pub async fn origins(conn: &mut Conn, order_ids: &[OrderId]) -> Result<HashMap<OrderId, Origin>, DbError> {
    let ids: Vec<Uuid> = order_ids.iter().map(|id| id.uuid()).collect();
    let rows = sqlx::query!(
        r#"select o.order_id, o.complaint_id, o.correlation_id,
               exists (select 1 from followers f where f.order_id = o.order_id) as "followed!"
           from orders o where o.order_id = any($1)"#,
        &ids
    )
    .fetch_all(conn)
    .await?;
    let origin = |row: (Uuid, Uuid, Option<Uuid>, bool)| Origin {
        order_id: row.0.into(),
        complaint_id: row.1.into(),
        correlation_id: row.2,
        followed: row.3,
    };
    Ok(rows
        .into_iter()
        .map(|row| origin((row.order_id, row.complaint_id, row.correlation_id, row.followed)))
        .map(|origin| (origin.order_id, origin))
        .collect())
}

/// Writes withdrawals.
///
/// # Errors
/// When the database fails.
pub async fn insert(conn: &mut Conn, rows: &[Withdrawal]) -> Result<(), DbError> {
    fn column<T>(rows: &[Withdrawal], value: impl Fn(&Withdrawal) -> T) -> Vec<T> {
        rows.iter().map(value).collect()
    }
    sqlx::query!(
        "insert into withdrawals (order_id, outcome, transfer_id, reason, withdrawn_by, withdrawn_at)
         select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[])",
        &column(rows, |row| row.order_id.uuid()),
        &column(rows, |row| row.outcome.as_str().to_owned()),
        &column(rows, |row| row.transfer_id.map(TransferId::uuid)) as &[Option<Uuid>],
        &column(rows, |row| row.reason.clone()),
        &column(rows, |row| row.by.clone()),
        &column(rows, |row| row.at),
    )
    .execute(conn)
    .await?;
    Ok(())
}
