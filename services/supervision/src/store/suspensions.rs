//! Table `suspensions`.
use crate::domain::CutShort;
use chrono::{DateTime, Utc};
use contracts::ids::{OrderId, SuspensionId};
use db::{Conn, DbError};
use sqlx::PgPool;
use uuid::Uuid;

/// One suspension.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SuspensionRow {
    /// The suspension.
    pub suspension_id: Uuid,
    /// The order.
    pub order_id: Uuid,
    /// The lead unit.
    pub unit: String,
    /// Of the assignment.
    pub generation: i32,
    /// Of the city's policy.
    pub reason_code: String,
    /// Why.
    pub reason: String,
    /// Who.
    pub suspended_by: String,
    /// From when.
    pub suspended_at: DateTime<Utc>,
    /// When it ends by itself.
    pub until: DateTime<Utc>,
    /// When it ended.
    pub resumed_at: Option<DateTime<Utc>>,
    /// Who ended it.
    pub resumed_by: Option<String>,
    /// Why before its time.
    pub resume_reason: Option<String>,
}

/// Adds one.
///
/// # Errors
/// When the database fails.
pub async fn insert(conn: &mut Conn, row: &SuspensionRow) -> Result<(), DbError> {
    sqlx::query!(
        "insert into suspensions (suspension_id, order_id, unit, generation, reason_code, reason, suspended_by,
                                  suspended_at, until)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        row.suspension_id,
        row.order_id,
        row.unit,
        row.generation,
        row.reason_code,
        row.reason,
        row.suspended_by,
        row.suspended_at,
        row.until
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The open suspension of an order, locked; when a moment is given, only one that has come to its end by then.
///
/// # Errors
/// When the database fails.
pub async fn lock_open(
    conn: &mut Conn,
    order_id: Uuid,
    ended_by: Option<DateTime<Utc>>,
) -> Result<Option<SuspensionRow>, DbError> {
    let row = sqlx::query_as!(
        SuspensionRow,
        "select * from suspensions
         where order_id = $1 and resumed_at is null and ($2::timestamptz is null or until <= $2) for update",
        order_id,
        ended_by
    )
    .fetch_optional(conn)
    .await?;
    Ok(row)
}

/// Orders whose suspension has come to its end.
///
/// # Errors
/// When the database fails.
pub async fn ended(conn: &mut Conn, now: DateTime<Utc>, limit: i64) -> Result<Vec<Uuid>, DbError> {
    let orders = sqlx::query_scalar!(
        "select order_id from suspensions where resumed_at is null and until <= $1 order by until limit $2",
        now,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(orders)
}

/// Ends one.
///
/// # Errors
/// When the database fails.
pub async fn resume(conn: &mut Conn, row: &SuspensionRow) -> Result<(), DbError> {
    sqlx::query!(
        "update suspensions set resumed_at = $2, resumed_by = $3, resume_reason = $4 where suspension_id = $1",
        row.suspension_id,
        row.resumed_at,
        row.resumed_by,
        row.resume_reason
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends the open suspensions of some orders (which are locked) at their moments; answers which, of which generation.
///
/// # Errors
/// When the database fails.
pub async fn cut_short(
    conn: &mut Conn,
    ended: &[(OrderId, (DateTime<Utc>, CutShort))],
    by: &str,
) -> Result<Vec<(OrderId, (SuspensionId, i32))>, DbError> {
    if ended.is_empty() {
        return Ok(Vec::new());
    }
    let reasons: Vec<String> = ended
        .iter()
        .map(|(_, (_, why))| why.reason().to_owned())
        .collect();
    let rows = sqlx::query!(
        "update suspensions s set resumed_at = e.at, resumed_by = $4, resume_reason = e.reason
         from unnest($1::uuid[], $2::timestamptz[], $3::text[]) as e (order_id, at, reason)
         where s.order_id = e.order_id and s.resumed_at is null returning s.order_id, s.suspension_id, s.generation",
        &ended.iter().map(|(id, _)| id.uuid()).collect::<Vec<_>>(),
        &ended.iter().map(|(_, (at, _))| *at).collect::<Vec<_>>(),
        &reasons,
        by
    )
    .fetch_all(conn)
    .await?;
    let ids = rows.into_iter();
    Ok(ids
        .map(|row| {
            let which = (SuspensionId(row.suspension_id), row.generation);
            (OrderId(row.order_id), which)
        })
        .collect())
}

/// Suspensions by time after a position, the oldest first; `None` = whatever it is.
///
/// # Errors
/// When the database fails.
pub async fn list(
    pool: &PgPool,
    open: Option<bool>,
    order_id: Option<Uuid>,
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<Vec<SuspensionRow>, DbError> {
    let (at, id) = after.unzip();
    let rows = sqlx::query_as!(
        SuspensionRow,
        "select * from suspensions
         where ($1::boolean is null or (resumed_at is null) = $1) and ($2::uuid is null or order_id = $2)
           and ($3::timestamptz is null or (suspended_at, suspension_id) > ($3, $4::uuid))
         order by suspended_at, suspension_id limit $5",
        open,
        order_id,
        at,
        id,
        limit
    )
    .fetch_all(pool)
    .await?;
    Ok(rows)
}
