//! Table `exclusions`.
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use sqlx::PgPool;
use uuid::Uuid;

/// A request for an exclusion.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExclusionRow {
    /// The request.
    pub exclusion_id: Uuid,
    /// The order.
    pub order_id: Uuid,
    /// Assignment it is about; `None` = every one.
    pub generation: Option<i32>,
    /// Figures; empty = all.
    pub figures: Vec<String>,
    /// Code.
    pub reason: String,
    /// Why.
    pub note: String,
    /// `requested`, `granted`, `denied`.
    pub state: String,
    /// Who.
    pub requested_by: String,
    /// When.
    pub requested_at: DateTime<Utc>,
    /// Who decided.
    pub reviewed_by: Option<String>,
    /// When.
    pub reviewed_at: Option<DateTime<Utc>>,
    /// Why so.
    pub review_note: Option<String>,
}

/// Writes a new request.
///
/// # Errors
/// When the database fails.
pub async fn insert(conn: &mut Conn, row: &ExclusionRow) -> Result<(), DbError> {
    sqlx::query!(
        "insert into exclusions (exclusion_id, order_id, generation, figures, reason, note, state, requested_by,
                                 requested_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        row.exclusion_id,
        row.order_id,
        row.generation,
        &row.figures,
        row.reason,
        row.note,
        row.state,
        row.requested_by,
        row.requested_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Locks and loads a request.
///
/// # Errors
/// When the database fails.
pub async fn lock(conn: &mut Conn, exclusion_id: Uuid) -> Result<Option<ExclusionRow>, DbError> {
    let row = sqlx::query_as!(
        ExclusionRow,
        "select exclusion_id, order_id, generation, figures, reason, note, state, requested_by, requested_at,
                reviewed_by, reviewed_at, review_note
         from exclusions where exclusion_id = $1 for update",
        exclusion_id
    )
    .fetch_optional(conn)
    .await?;
    Ok(row)
}

/// Writes a decision.
///
/// # Errors
/// When the database fails.
pub async fn decide(conn: &mut Conn, row: &ExclusionRow) -> Result<(), DbError> {
    sqlx::query!(
        "update exclusions set state = $2, reviewed_by = $3, reviewed_at = $4, review_note = $5 where exclusion_id = $1",
        row.exclusion_id,
        row.state,
        row.reviewed_by,
        row.reviewed_at,
        row.review_note
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// True when the order is known and has that generation (`None`: the order as a whole).
///
/// # Errors
/// When the database fails.
pub async fn order_has(conn: &mut Conn, order_id: Uuid, generation: Option<i32>) -> Result<bool, DbError> {
    let known = sqlx::query_scalar!(
        r#"select exists (select 1 from orders where order_id = $1)
              and ($2::integer is null
                   or exists (select 1 from assignment_facts where order_id = $1 and generation = $2)) as "known!""#,
        order_id,
        generation
    )
    .fetch_one(conn)
    .await?;
    Ok(known)
}

/// What limits of exclusions look at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct About {
    /// When the order ended or its last limit passed, whichever is later; `None` = it goes on.
    pub ended_at: Option<DateTime<Utc>>,
    /// Units it was given to (one generation, or all), and when; in the order of their codes.
    pub given: Vec<(String, DateTime<Utc>)>,
}

/// The order, and its units, as a request means them.
///
/// # Errors
/// When the database fails.
pub async fn about(conn: &mut Conn, order_id: Uuid, generation: Option<i32>) -> Result<About, DbError> {
    let ended_at = sqlx::query_scalar!(
        r#"select greatest(o.closed_at, (select max(c.due_at) from clocks c
                                         where c.order_id = o.order_id and c.cancelled_at is null)) as "ended_at?"
           from orders o where o.order_id = $1 and o.closed_at is not null"#,
        order_id
    )
    .fetch_optional(&mut *conn)
    .await?;
    let given = sqlx::query!(
        "select unit, assigned_at from assignment_facts
         where order_id = $1 and ($2::integer is null or generation = $2) order by unit, assigned_at",
        order_id,
        generation
    )
    .fetch_all(conn)
    .await?;
    Ok(About {
        ended_at: ended_at.flatten(),
        given: given.into_iter().map(|row| (row.unit, row.assigned_at)).collect(),
    })
}

/// Keeps those apart who ask about, or decide about, orders of one unit, until the transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn lock_unit(conn: &mut Conn, unit: &str) -> Result<(), DbError> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended('exclusions ' || $1, 0))",
        unit
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// How many orders a unit was given in a span, and how many of them, this one apart, have an exclusion that was granted, or
/// (`or_requested`) waits for its review.
///
/// # Errors
/// When the database fails.
pub async fn share(
    conn: &mut Conn,
    (unit, order_id): (&str, Uuid),
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    or_requested: bool,
) -> Result<(i64, i64), DbError> {
    let row = sqlx::query!(
        r#"select count(distinct a.order_id) as "dispatched!",
                  count(distinct a.order_id) filter (where a.order_id <> $2 and exists (
                      select from exclusions e
                      where e.order_id = a.order_id and (e.generation is null or e.generation = a.generation)
                        and (e.state = 'granted' or (e.state = 'requested' and $5)))) as "excluded!"
           from assignment_facts a where a.unit = $1 and a.assigned_at >= $3 and a.assigned_at < $4"#,
        unit,
        order_id,
        from,
        to,
        or_requested
    )
    .fetch_one(conn)
    .await?;
    Ok((row.dispatched, row.excluded))
}

/// What to list.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Filter {
    /// State.
    pub state: Option<String>,
    /// Order.
    pub order_id: Option<Uuid>,
    /// Requested at or after.
    pub from: Option<DateTime<Utc>>,
    /// Requested before.
    pub to: Option<DateTime<Utc>>,
}

/// Requests by time, oldest first, after a position.
///
/// # Errors
/// When the database fails.
pub async fn list(
    pool: &PgPool,
    filter: &Filter,
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<Vec<ExclusionRow>, DbError> {
    let (at, id) = after.unzip();
    let rows = sqlx::query_as!(
        ExclusionRow,
        "select exclusion_id, order_id, generation, figures, reason, note, state, requested_by, requested_at,
                reviewed_by, reviewed_at, review_note
         from exclusions
         where ($1::text is null or state = $1) and ($2::uuid is null or order_id = $2)
           and ($3::timestamptz is null or requested_at >= $3) and ($4::timestamptz is null or requested_at < $4)
           and ($5::timestamptz is null or (requested_at, exclusion_id) > ($5, $6::uuid))
         order by requested_at, exclusion_id limit $7",
        filter.state,
        filter.order_id,
        filter.from,
        filter.to,
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
           from exclusions where state = 'requested'"#,
        before
    )
    .fetch_one(pool)
    .await?;
    Ok((row.all, row.late))
}
