//! Tables `relays` and `relay_calls`.
use super::rows::word;
use crate::domain::relay::{CallOutcome, Relay, RelayCall};
use crate::domain::{ComplaintId, OrderId};
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use uuid::Uuid;

/// The complaint of an order; `None` = no such order.
///
/// # Errors
/// When the database fails.
pub async fn complaint_of(conn: &mut Conn, order_id: OrderId) -> Result<Option<ComplaintId>, DbError> {
    let found = sqlx::query_scalar!(
        "select complaint_id from orders where order_id = $1",
        order_id.uuid()
    )
    .fetch_optional(conn)
    .await?;
    Ok(found.map(ComplaintId::from))
}

/// The newest token of a unit for a generation of an order that is good after `now`.
///
/// # Errors
/// When the database fails.
pub async fn open(
    conn: &mut Conn,
    (order_id, unit, generation): (OrderId, &str, i32),
    now: DateTime<Utc>,
) -> Result<Option<Relay>, DbError> {
    Ok(sqlx::query_as!(
        Relay,
        "select relay_token, order_id, unit, generation, asked_by, opened_at, expires_at from relays
         where order_id = $1 and unit = $2 and generation = $3 and expires_at > $4 order by opened_at desc limit 1",
        order_id.uuid(),
        unit,
        generation,
        now
    )
    .fetch_optional(conn)
    .await?)
}

/// Writes a token.
///
/// # Errors
/// When the database fails.
pub async fn insert(conn: &mut Conn, relay: &Relay) -> Result<(), DbError> {
    sqlx::query!(
        "insert into relays (relay_token, order_id, unit, generation, asked_by, opened_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        relay.relay_token,
        relay.order_id.uuid(),
        relay.unit,
        relay.generation,
        relay.asked_by,
        relay.opened_at,
        relay.expires_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A token; its row is locked until the transaction ends, so that a call is made once.
///
/// # Errors
/// When the database fails.
pub async fn lock(conn: &mut Conn, relay_token: Uuid) -> Result<Option<Relay>, DbError> {
    Ok(sqlx::query_as!(
        Relay,
        "select relay_token, order_id, unit, generation, asked_by, opened_at, expires_at from relays
         where relay_token = $1 for update",
        relay_token
    )
    .fetch_optional(conn)
    .await?)
}

/// A call by its id: its token, and what came of it.
///
/// # Errors
/// When the database fails.
pub async fn call(conn: &mut Conn, call_id: Uuid) -> Result<Option<(Uuid, CallOutcome)>, DbError> {
    let row = sqlx::query!(
        "select relay_token, outcome from relay_calls where call_id = $1",
        call_id
    )
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        let outcome = word("relay_calls", "outcome", &call_id, &row.outcome)?;
        Ok((row.relay_token, outcome))
    })
    .transpose()
}

/// Writes down a use, or what came of one.
///
/// # Errors
/// When the database fails.
pub async fn put_call(conn: &mut Conn, call: &RelayCall, now: DateTime<Utc>) -> Result<(), DbError> {
    let ended_at = (call.outcome != CallOutcome::Begun).then_some(now);
    sqlx::query!(
        "insert into relay_calls (call_id, relay_token, called_by, from_masked, outcome, why, called_at, ended_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (call_id) do update set outcome = excluded.outcome, why = excluded.why, ended_at = excluded.ended_at",
        call.call_id,
        call.relay_token,
        call.called_by,
        call.from_masked,
        call.outcome.as_str(),
        call.why,
        call.called_at,
        ended_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Tokens of an order, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn of_order(conn: &mut Conn, order_id: OrderId, limit: i64) -> Result<Vec<Relay>, DbError> {
    Ok(sqlx::query_as!(
        Relay,
        "select relay_token, order_id, unit, generation, asked_by, opened_at, expires_at from relays
         where order_id = $1 order by opened_at, relay_token limit $2",
        order_id.uuid(),
        limit
    )
    .fetch_all(conn)
    .await?)
}

/// Every use of these tokens, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn calls_of(conn: &mut Conn, tokens: &[Uuid], limit: i64) -> Result<Vec<RelayCall>, DbError> {
    let rows = sqlx::query!(
        "select call_id, relay_token, called_by, from_masked, outcome, why, called_at from relay_calls
         where relay_token = any($1) order by called_at, call_id limit $2",
        tokens,
        limit
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(RelayCall {
                outcome: word("relay_calls", "outcome", &row.call_id, &row.outcome)?,
                call_id: row.call_id,
                relay_token: row.relay_token,
                called_by: row.called_by,
                from_masked: row.from_masked,
                why: row.why,
                called_at: row.called_at,
            })
        })
        .collect()
}
