//! Table `referrals`, append-only.
use crate::domain::referral::Referral;
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use sqlx::PgPool;
use uuid::Uuid;

/// Adds one; false when its number is taken.
///
/// # Errors
/// When the database fails.
pub async fn insert(conn: &mut Conn, row: &Referral) -> Result<bool, DbError> {
    let written = sqlx::query!(
        "insert into referrals (referral_id, number, order_id, supervision_id, unit, recipient, reason, record,
                                record_sha256, made_by, made_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (number) do nothing",
        row.referral_id,
        row.number,
        row.order_id,
        row.supervision_id,
        row.unit,
        row.recipient,
        row.reason,
        row.record,
        row.record_sha256,
        row.made_by,
        row.made_at
    )
    .execute(conn)
    .await?;
    Ok(written.rows_affected() == 1)
}

/// The one with this number.
///
/// # Errors
/// When the database fails.
pub async fn numbered(conn: &mut Conn, number: &str) -> Result<Option<Referral>, DbError> {
    let row = sqlx::query_as!(Referral, "select * from referrals where number = $1", number)
        .fetch_optional(conn)
        .await?;
    Ok(row)
}

/// One referral.
///
/// # Errors
/// When the database fails.
pub async fn get(pool: &PgPool, referral_id: Uuid) -> Result<Option<Referral>, DbError> {
    let row = sqlx::query_as!(
        Referral,
        "select * from referrals where referral_id = $1",
        referral_id
    )
    .fetch_optional(pool)
    .await?;
    Ok(row)
}

/// Referrals after a position, the oldest first; `None` = whatever it is. Their records are left out.
///
/// # Errors
/// When the database fails.
pub async fn list(
    pool: &PgPool,
    order_id: Option<Uuid>,
    unit: Option<&str>,
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<Vec<Referral>, DbError> {
    let (at, id) = after.unzip();
    let rows = sqlx::query_as!(
        Referral,
        r#"select referral_id, number, order_id, supervision_id, unit, recipient, reason, '' as "record!", record_sha256,
                  made_by, made_at
           from referrals
           where ($1::uuid is null or order_id = $1) and ($2::text is null or unit = $2)
             and ($3::timestamptz is null or (made_at, referral_id) > ($3, $4::uuid))
           order by made_at, referral_id limit $5"#,
        order_id,
        unit,
        at,
        id,
        limit
    )
    .fetch_all(pool)
    .await?;
    Ok(rows)
}
