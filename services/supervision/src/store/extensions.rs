//! Table `extensions`.
use crate::store::requests::RequestFilter;
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use sqlx::PgPool;
use uuid::Uuid;

/// One request with what became of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExtensionRow {
    /// The request.
    pub extension_id: Uuid,
    /// The order.
    pub order_id: Uuid,
    /// Who gets more time.
    pub unit: String,
    /// Of the assignment.
    pub generation: i32,
    /// Round it was asked in.
    pub rework: i32,
    /// Which clock.
    pub clock: String,
    /// How much was asked.
    pub amount: i32,
    /// Of what.
    pub amount_unit: String,
    /// Why.
    pub reason: String,
    /// Document the unit relies on.
    pub basis: Option<String>,
    /// `unit:<code>` or `agent:<subject>`
    pub requested_by: String,
    /// When.
    pub requested_at: DateTime<Utc>,
    /// `pending`, `granted`, `denied`
    pub state: String,
    /// Why denied.
    pub code: Option<String>,
    /// How much was granted.
    pub granted_amount: Option<i32>,
    /// The limit before.
    pub due_before: Option<DateTime<Utc>>,
    /// The limit after.
    pub due_at: Option<DateTime<Utc>>,
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
pub async fn insert(conn: &mut Conn, row: &ExtensionRow) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "insert into extensions (extension_id, order_id, unit, generation, rework, clock, amount, amount_unit, reason,
                                 basis, requested_by, requested_at, state, code, due_before, due_at, reviewed_by,
                                 review_reason, reviewed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
         on conflict (extension_id) do nothing",
        row.extension_id,
        row.order_id,
        row.unit,
        row.generation,
        row.rework,
        row.clock,
        row.amount,
        row.amount_unit,
        row.reason,
        row.basis,
        row.requested_by,
        row.requested_at,
        row.state,
        row.code,
        row.due_before,
        row.due_at,
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
pub async fn order_of(conn: &mut Conn, extension_id: Uuid) -> Result<Option<Uuid>, DbError> {
    let order_id = sqlx::query_scalar!(
        "select order_id from extensions where extension_id = $1",
        extension_id
    )
    .fetch_optional(conn)
    .await?;
    Ok(order_id)
}

/// One request, locked.
///
/// # Errors
/// When the database fails.
pub async fn lock(conn: &mut Conn, extension_id: Uuid) -> Result<Option<ExtensionRow>, DbError> {
    let row = sqlx::query_as!(
        ExtensionRow,
        "select * from extensions where extension_id = $1 for update",
        extension_id
    )
    .fetch_optional(conn)
    .await?;
    Ok(row)
}

/// Whether a request of this round of an assignment waits.
///
/// # Errors
/// When the database fails.
pub async fn pending(
    conn: &mut Conn,
    order_id: Uuid,
    (generation, round): (i32, i32),
) -> Result<bool, DbError> {
    let waits = sqlx::query_scalar!(
        r#"select exists (select 1 from extensions
                          where order_id = $1 and generation = $2 and rework >= $3 and state = 'pending') as "waits!""#,
        order_id,
        generation,
        round
    )
    .fetch_one(conn)
    .await?;
    Ok(waits)
}

/// Writes the verdict.
///
/// # Errors
/// When the database fails.
pub async fn reviewed(conn: &mut Conn, row: &ExtensionRow) -> Result<(), DbError> {
    sqlx::query!(
        "update extensions set state = $2, code = $3, granted_amount = $4, due_before = $5, due_at = $6,
                reviewed_by = $7, review_reason = $8, reviewed_at = $9
         where extension_id = $1",
        row.extension_id,
        row.state,
        row.code,
        row.granted_amount,
        row.due_before,
        row.due_at,
        row.reviewed_by,
        row.review_reason,
        row.reviewed_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Denies what still waits of assignments and rounds that are over: (order, first generation that is not, first round of
/// that one that is not). Nobody is told: who asked is not responsible any more, or has replied since.
///
/// # Errors
/// When the database fails.
pub async fn supersede(
    conn: &mut Conn,
    over: &[(Uuid, i32, i32)],
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    if over.is_empty() {
        return Ok(());
    }
    let orders: Vec<Uuid> = over.iter().map(|(order, ..)| *order).collect();
    let generations: Vec<i32> = over.iter().map(|(_, generation, _)| *generation).collect();
    let rounds: Vec<i32> = over.iter().map(|(.., round)| *round).collect();
    sqlx::query!(
        "update extensions e set state = 'denied', code = 'superseded', reviewed_by = 'service:supervision',
                review_reason = case when e.generation < o.generation then '该次承办已结束' else '本轮办理已反馈' end,
                reviewed_at = $4
         from unnest($1::uuid[], $2::integer[], $3::integer[]) as o (order_id, generation, rework)
         where e.order_id = o.order_id and (e.generation, e.rework) < (o.generation, o.rework) and e.state = 'pending'",
        &orders,
        &generations,
        &rounds,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
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
) -> Result<Vec<ExtensionRow>, DbError> {
    let (at, id) = after.unzip();
    let rows = sqlx::query_as!(
        ExtensionRow,
        "select * from extensions
         where ($1::text is null or state = $1) and ($2::uuid is null or order_id = $2)
           and ($3::text is null or unit = $3)
           and ($4::timestamptz is null or (requested_at, extension_id) > ($4, $5::uuid))
         order by requested_at, extension_id limit $6",
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
           from extensions where state = 'pending'"#,
        before
    )
    .fetch_one(pool)
    .await?;
    Ok((row.all, row.late))
}
