//! Tables `consultations` and `consultation_rulings`.
mod read;
mod rulings;

pub use read::{WaitingRow, get, list, waiting};
pub use rulings::{RefusedRow, insert_ruling, refuse, refused_orders, rulings, standing};

use crate::domain::ConsultationState;
use crate::domain::meeting::Consultation;
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use uuid::Uuid;

/// Where a consultation stands.
///
/// # Errors
/// When the row has a word that is none.
pub fn stands(row: &Consultation) -> Result<ConsultationState, DbError> {
    ConsultationState::parse(&row.state)
        .ok_or_else(|| DbError::inconsistent("consultations", "state", &row.consultation_id, &"is no state"))
}

/// An order that a consultation is about.
#[derive(Clone, Debug)]
pub struct AboutRow {
    /// The order.
    pub order_id: Uuid,
    /// The contact it came from.
    pub correlation_id: Option<Uuid>,
    /// When it ended.
    pub closed_at: Option<DateTime<Utc>>,
}

/// Those of the orders that are known.
///
/// # Errors
/// When the database fails.
pub async fn about(conn: &mut Conn, orders: &[Uuid]) -> Result<Vec<AboutRow>, DbError> {
    let rows = sqlx::query_as!(
        AboutRow,
        "select order_id, correlation_id, closed_at from orders where order_id = any($1)",
        orders
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// Adds one; false when a request with its key made one before.
///
/// # Errors
/// When the database fails.
pub async fn insert(conn: &mut Conn, row: &Consultation) -> Result<bool, DbError> {
    let written = sqlx::query!(
        "insert into consultations (consultation_id, orders, units, question, meets_at, meets_where, on_site,
                                    supervision_id, state, opened_by, opened_at, idempotency_key, request_hash)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         on conflict (opened_by, idempotency_key) where idempotency_key is not null do nothing",
        row.consultation_id,
        &row.orders,
        &row.units,
        row.question,
        row.meets_at,
        row.meets_where,
        row.on_site,
        row.supervision_id,
        row.state,
        row.opened_by,
        row.opened_at,
        row.idempotency_key,
        row.request_hash
    )
    .execute(conn)
    .await?;
    Ok(written.rows_affected() == 1)
}

/// The one that a client made with this key.
///
/// # Errors
/// When the database fails.
pub async fn with_key(conn: &mut Conn, by: &str, key: &str) -> Result<Option<Consultation>, DbError> {
    let row = sqlx::query_as!(
        Consultation,
        "select * from consultations where opened_by = $1 and idempotency_key = $2",
        by,
        key
    )
    .fetch_optional(conn)
    .await?;
    Ok(row)
}

/// Locks and loads one.
///
/// # Errors
/// When the database fails.
pub async fn lock(conn: &mut Conn, consultation_id: Uuid) -> Result<Option<Consultation>, DbError> {
    let row = sqlx::query_as!(
        Consultation,
        "select * from consultations where consultation_id = $1 for update",
        consultation_id
    )
    .fetch_optional(conn)
    .await?;
    Ok(row)
}

/// Writes where one stands now.
///
/// # Errors
/// When the database fails.
pub async fn update(conn: &mut Conn, row: &Consultation) -> Result<(), DbError> {
    sqlx::query!(
        "update consultations
         set state = $2, came = $3, minutes = $4, held_by = $5, held_at = $6, ended_by = $7, ended_at = $8,
             end_reason = $9
         where consultation_id = $1",
        row.consultation_id,
        row.state,
        row.came.as_deref(),
        row.minutes,
        row.held_by,
        row.held_at,
        row.ended_by,
        row.ended_at,
        row.end_reason
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The order that a supervision order is about.
///
/// # Errors
/// When the database fails.
pub async fn supervised_order(conn: &mut Conn, supervision_id: Uuid) -> Result<Option<Uuid>, DbError> {
    let order_id = sqlx::query_scalar!(
        "select order_id from supervision_orders where supervision_id = $1",
        supervision_id
    )
    .fetch_optional(conn)
    .await?;
    Ok(order_id)
}

/// Those of the codes that the directory kept here does not have; none while no directory is here.
///
/// # Errors
/// When the database fails.
pub async fn unknown_units(conn: &mut Conn, units: &[String]) -> Result<Vec<String>, DbError> {
    let rows = sqlx::query_scalar!(
        r#"select code as "code!" from unnest($1::text[]) as u (code)
           where exists (select from directory_versions_kept)
             and not exists (select from directory_entries e where e.sort = 'unit' and e.code = u.code)"#,
        units
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}
