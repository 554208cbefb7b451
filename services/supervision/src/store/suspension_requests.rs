//! Table `suspension_requests`.
use crate::domain::Waiting;
use crate::store::requests::RequestFilter;
use chrono::{DateTime, Utc};
use contracts::ids::SuspensionId;
use db::{Conn, DbError};
use sqlx::PgPool;
use std::collections::BTreeSet;
use uuid::Uuid;

/// One request with what became of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SuspensionRequestRow {
    /// The request, and the suspension that comes of it.
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
    /// Until when it is asked for.
    pub until: DateTime<Utc>,
    /// Document the unit relies on.
    pub basis: Option<String>,
    /// Evidence of the unit.
    pub attachments: Vec<Uuid>,
    /// `unit:<code>` or `agent:<subject>`
    pub requested_by: String,
    /// When.
    pub requested_at: DateTime<Utc>,
    /// `requested`, `granted`, `denied`, `lapsed`
    pub state: String,
    /// Why denied or lapsed.
    pub code: Option<String>,
    /// Until when it was granted.
    pub granted_until: Option<DateTime<Utc>>,
    /// Who decided.
    pub reviewed_by: Option<String>,
    /// Why.
    pub review_reason: Option<String>,
    /// When.
    pub reviewed_at: Option<DateTime<Utc>>,
}

/// Adds a request; one that is there already is left as it is. True when it was new.
///
/// # Errors
/// When the database fails.
pub async fn insert(conn: &mut Conn, row: &SuspensionRequestRow) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "insert into suspension_requests (suspension_id, order_id, unit, generation, reason_code, reason, until, basis,
                                          attachments, requested_by, requested_at, state, code, granted_until,
                                          reviewed_by, review_reason, reviewed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
         on conflict (suspension_id) do nothing",
        row.suspension_id,
        row.order_id,
        row.unit,
        row.generation,
        row.reason_code,
        row.reason,
        row.until,
        row.basis,
        &row.attachments,
        row.requested_by,
        row.requested_at,
        row.state,
        row.code,
        row.granted_until,
        row.reviewed_by,
        row.review_reason,
        row.reviewed_at
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The order that a request is about; it never becomes another one.
///
/// # Errors
/// When the database fails.
pub async fn order_of(conn: &mut Conn, suspension_id: Uuid) -> Result<Option<Uuid>, DbError> {
    let order_id = sqlx::query_scalar!(
        "select order_id from suspension_requests where suspension_id = $1",
        suspension_id
    )
    .fetch_optional(conn)
    .await?;
    Ok(order_id)
}

/// One request, locked.
///
/// # Errors
/// When the database fails.
pub async fn lock(conn: &mut Conn, suspension_id: Uuid) -> Result<Option<SuspensionRequestRow>, DbError> {
    let row = sqlx::query_as!(
        SuspensionRequestRow,
        "select * from suspension_requests where suspension_id = $1 for update",
        suspension_id
    )
    .fetch_optional(conn)
    .await?;
    Ok(row)
}

/// The request of this assignment that waits; its order is locked.
///
/// # Errors
/// When the database fails.
pub async fn waiting(conn: &mut Conn, order_id: Uuid, generation: i32) -> Result<Option<Waiting>, DbError> {
    let row = sqlx::query!(
        "select suspension_id, requested_at from suspension_requests
         where order_id = $1 and generation = $2 and state = 'requested' order by requested_at limit 1",
        order_id,
        generation
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Waiting {
        suspension_id: SuspensionId(row.suspension_id),
        since: row.requested_at,
    }))
}

/// Which of these requests are proposals of supervisors that were in their units' way: while one waited, a request of the unit
/// was denied because of it.
///
/// # Errors
/// When the database fails.
pub async fn in_the_way(conn: &mut Conn, requests: &[Uuid]) -> Result<BTreeSet<Uuid>, DbError> {
    let proposals = sqlx::query_scalar!(
        "select p.suspension_id from suspension_requests p
         where p.suspension_id = any($1) and p.requested_by not like 'unit:%'
           and exists (select from suspension_requests u
                       where u.order_id = p.order_id and u.generation = p.generation and u.unit = p.unit
                         and u.requested_by like 'unit:%' and u.code = 'already_pending'
                         and u.reviewed_at >= p.requested_at)",
        requests
    )
    .fetch_all(conn)
    .await?;
    Ok(proposals.into_iter().collect())
}

/// Writes the verdict.
///
/// # Errors
/// When the database fails.
pub async fn reviewed(conn: &mut Conn, row: &SuspensionRequestRow) -> Result<(), DbError> {
    sqlx::query!(
        "update suspension_requests set state = $2, code = $3, granted_until = $4, reviewed_by = $5, review_reason = $6,
                reviewed_at = $7
         where suspension_id = $1",
        row.suspension_id,
        row.state,
        row.code,
        row.granted_until,
        row.reviewed_by,
        row.review_reason,
        row.reviewed_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Lets lapse what still waits of assignments that are over: (order, first generation that is not). Nobody is told: who
/// asked is not responsible any more.
///
/// # Errors
/// When the database fails.
pub async fn supersede(conn: &mut Conn, over: &[(Uuid, i32)], now: DateTime<Utc>) -> Result<(), DbError> {
    if over.is_empty() {
        return Ok(());
    }
    let (orders, generations): (Vec<Uuid>, Vec<i32>) = over.iter().copied().unzip();
    sqlx::query!(
        "update suspension_requests r set state = 'lapsed', code = 'superseded', reviewed_by = 'service:supervision',
                review_reason = '该次承办已结束', reviewed_at = $3
         from unnest($1::uuid[], $2::integer[]) as o (order_id, generation)
         where r.order_id = o.order_id and r.generation < o.generation and r.state = 'requested'",
        &orders,
        &generations,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Orders with a request whose time has passed while it waited.
///
/// # Errors
/// When the database fails.
pub async fn past(conn: &mut Conn, now: DateTime<Utc>, limit: i64) -> Result<Vec<Uuid>, DbError> {
    let orders = sqlx::query_scalar!(
        "select order_id from suspension_requests where state = 'requested' and until <= $1 order by until limit $2",
        now,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(orders)
}

/// Lets them lapse; their orders are locked.
///
/// # Errors
/// When the database fails.
pub async fn lapse(
    conn: &mut Conn,
    orders: &[Uuid],
    now: DateTime<Utc>,
) -> Result<Vec<SuspensionRequestRow>, DbError> {
    let rows = sqlx::query_as!(
        SuspensionRequestRow,
        "update suspension_requests set state = 'lapsed', code = 'lapsed', reviewed_by = 'service:supervision',
                review_reason = '所申请的挂起期限已过，未予决定', reviewed_at = $2
         where order_id = any($1) and state = 'requested' and until <= $2 returning *",
        orders,
        now
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// Requests by time after a position, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn list(
    pool: &PgPool,
    filter: &RequestFilter,
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<Vec<SuspensionRequestRow>, DbError> {
    let (at, id) = after.unzip();
    let rows = sqlx::query_as!(
        SuspensionRequestRow,
        "select * from suspension_requests
         where ($1::text is null or state = $1) and ($2::uuid is null or order_id = $2)
           and ($3::text is null or unit = $3)
           and ($4::timestamptz is null or (requested_at, suspension_id) > ($4, $5::uuid))
         order by requested_at, suspension_id limit $6",
        filter.state,
        filter.order_id,
        filter.unit,
        at,
        id,
        limit
    )
    .fetch_all(pool)
    .await?;
    Ok(rows)
}

/// How many wait, and how many of them since before that moment.
///
/// # Errors
/// When the database fails.
pub async fn count_waiting(pool: &PgPool, before: DateTime<Utc>) -> Result<(i64, i64), DbError> {
    let row = sqlx::query!(
        r#"select count(*) as "all!", count(*) filter (where requested_at <= $1) as "late!"
           from suspension_requests where state = 'requested'"#,
        before
    )
    .fetch_one(pool)
    .await?;
    Ok((row.all, row.late))
}
