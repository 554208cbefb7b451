//! Rulings of consultations.
use crate::domain::meeting::Ruling;
use crate::domain::{ConsultationAct, ConsultationState};
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use sqlx::PgPool;
use uuid::Uuid;

/// Adds one.
///
/// # Errors
/// When the database fails.
pub async fn insert_ruling(conn: &mut Conn, row: &Ruling) -> Result<(), DbError> {
    sqlx::query!(
        "insert into consultation_rulings (ruling_id, consultation_id, order_id, lead, co_handlers, matter, division,
                                           conditions, basis, valid_from, valid_to, made_by, made_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        row.ruling_id,
        row.consultation_id,
        row.order_id,
        row.lead,
        &row.co_handlers,
        row.matter,
        row.division,
        row.conditions,
        row.basis,
        row.valid_from,
        row.valid_to,
        row.made_by,
        row.made_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Orders of a consultation (which is locked) for which a ruling stands.
///
/// # Errors
/// When the database fails.
pub async fn standing(conn: &mut Conn, consultation_id: Uuid) -> Result<Vec<Uuid>, DbError> {
    let rows = sqlx::query_scalar!(
        "select order_id from consultation_rulings where consultation_id = $1 and refused_at is null",
        consultation_id
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// Orders of a consultation (which is locked) about which a ruling was refused.
///
/// # Errors
/// When the database fails.
pub async fn refused_orders(conn: &mut Conn, consultation_id: Uuid) -> Result<Vec<Uuid>, DbError> {
    let rows = sqlx::query_scalar!(
        "select order_id from consultation_rulings where consultation_id = $1 and refused_at is not null",
        consultation_id
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// Rulings of some consultations, in the order in which they were made.
///
/// # Errors
/// When the database fails.
pub async fn rulings(pool: &PgPool, consultations: &[Uuid]) -> Result<Vec<Ruling>, DbError> {
    let rows = sqlx::query_as!(
        Ruling,
        "select * from consultation_rulings where consultation_id = any($1) order by made_at, ruling_id",
        consultations
    )
    .fetch_all(pool)
    .await?;
    Ok(rows)
}

/// Routing's refusal of a ruling.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RefusedRow {
    /// The ruling.
    pub ruling_id: Uuid,
    /// Stable code of the problem.
    pub code: String,
    /// What is at fault.
    pub field: Option<String>,
    /// Why.
    pub reason: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Writes refusals and that their consultations wait for a person again. One that is there, or whose ruling was not
/// made here, changes nothing.
///
/// # Errors
/// When the database fails.
pub async fn refuse(conn: &mut Conn, refused: &[RefusedRow]) -> Result<(), DbError> {
    fn column<T>(rows: &[RefusedRow], value: impl Fn(&RefusedRow) -> T) -> Vec<T> {
        rows.iter().map(value).collect()
    }
    if refused.is_empty() {
        return Ok(());
    }
    let consultations = sqlx::query_scalar!(
        "update consultation_rulings r
         set refused_at = f.at, refusal_code = f.code, refusal_field = f.field, refusal_reason = f.reason
         from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[])
              as f (ruling_id, code, field, reason, at)
         where r.ruling_id = f.ruling_id and r.refused_at is null returning r.consultation_id",
        &column(refused, |r| r.ruling_id),
        &column(refused, |r| r.code.clone()),
        &column(refused, |r| r.field.clone()) as &[Option<String>],
        &column(refused, |r| r.reason.clone()),
        &column(refused, |r| r.at)
    )
    .fetch_all(&mut *conn)
    .await?;
    sqlx::query!(
        "update consultations set state = $3 where consultation_id = any($1) and state = any($2)",
        &consultations,
        &ConsultationState::before(ConsultationAct::Refuse),
        ConsultationState::Refused.word()
    )
    .execute(conn)
    .await?;
    Ok(())
}
