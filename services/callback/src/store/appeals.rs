//! Table `appeals`, and what a unit sees of the answers about its work.
use chrono::{DateTime, Utc};
use contracts::ids::{AppealId, CallbackId};
use db::{Conn, DbError};
use sqlx::PgPool;
use uuid::Uuid;

/// An appeal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Appeal {
    /// The appeal.
    pub appeal_id: Uuid,
    /// The answer.
    pub callback_id: Uuid,
    /// Its order.
    pub order_id: Uuid,
    /// The unit.
    pub unit: String,
    /// Why the answer is wrong.
    pub ground: String,
    /// Who says so.
    pub opened_by: String,
    /// When.
    pub opened_at: DateTime<Utc>,
    /// `open`, `upheld`, `rejected`.
    pub state: String,
    /// Why so.
    pub reason: Option<String>,
    /// Who reviewed it.
    pub reviewed_by: Option<String>,
    /// When.
    pub reviewed_at: Option<DateTime<Utc>>,
}

/// The appeal against an answer.
///
/// # Errors
/// When the database fails.
pub async fn of_callback(conn: &mut Conn, callback_id: CallbackId) -> Result<Option<Appeal>, DbError> {
    let row = sqlx::query_as!(
        Appeal,
        "select appeal_id, callback_id, order_id, unit, ground, opened_by, opened_at, state, reason, reviewed_by,
                reviewed_at
         from appeals where callback_id = $1",
        callback_id.uuid()
    )
    .fetch_optional(conn)
    .await?;
    Ok(row)
}

/// One appeal, locked.
///
/// # Errors
/// When the database fails.
pub async fn lock(conn: &mut Conn, appeal_id: AppealId) -> Result<Option<Appeal>, DbError> {
    let row = sqlx::query_as!(
        Appeal,
        "select appeal_id, callback_id, order_id, unit, ground, opened_by, opened_at, state, reason, reviewed_by,
                reviewed_at
         from appeals where appeal_id = $1 for update",
        appeal_id.uuid()
    )
    .fetch_optional(conn)
    .await?;
    Ok(row)
}

/// A new appeal.
///
/// # Errors
/// When the database fails.
pub async fn insert(conn: &mut Conn, appeal: &Appeal) -> Result<(), DbError> {
    sqlx::query!(
        "insert into appeals (appeal_id, callback_id, order_id, unit, ground, opened_by, opened_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        appeal.appeal_id,
        appeal.callback_id,
        appeal.order_id,
        appeal.unit,
        appeal.ground,
        appeal.opened_by,
        appeal.opened_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The outcome of a review.
///
/// # Errors
/// When the database fails.
pub async fn review(conn: &mut Conn, appeal: &Appeal) -> Result<(), DbError> {
    sqlx::query!(
        "update appeals set state = $2, reason = $3, reviewed_by = $4, reviewed_at = $5 where appeal_id = $1",
        appeal.appeal_id,
        appeal.state,
        appeal.reason,
        appeal.reviewed_by,
        appeal.reviewed_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Appeals of one state, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn list(
    pool: &PgPool,
    state: &str,
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<Vec<Appeal>, DbError> {
    let (at, id) = after.unzip();
    let rows = sqlx::query_as!(
        Appeal,
        "select appeal_id, callback_id, order_id, unit, ground, opened_by, opened_at, state, reason, reviewed_by,
                reviewed_at
         from appeals
         where state = $1 and ($2::timestamptz is null or (opened_at, appeal_id) > ($2, $3::uuid))
         order by opened_at, appeal_id limit $4",
        state,
        at,
        id,
        limit
    )
    .fetch_all(pool)
    .await?;
    Ok(rows)
}

/// An answer about a unit's work, as the unit sees it: no remark and nothing of the person.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnitAnswer {
    /// The task.
    pub callback_id: Uuid,
    /// The order.
    pub order_id: Uuid,
    /// Its number.
    pub order_number: Option<String>,
    /// Generation of the assignment.
    pub generation: i32,
    /// Rework round.
    pub rework: i32,
    /// Did the unit contact the caller?
    pub contacted: bool,
    /// Is it solved?
    pub solved: bool,
    /// Satisfied with the result?
    pub result: String,
    /// Satisfied with the attitude?
    pub attitude: String,
    /// Claims that the caller denies.
    pub contradicted: Vec<String>,
    /// When the caller answered.
    pub answered_at: DateTime<Utc>,
    /// State of the appeal, if there is one.
    pub appeal: Option<String>,
}

/// Answers about a unit's work, newest first.
///
/// # Errors
/// When the database fails.
pub async fn of_unit(
    pool: &PgPool,
    unit: &str,
    before: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<Vec<UnitAnswer>, DbError> {
    let (at, id) = before.unzip();
    let rows = sqlx::query_as!(
        UnitAnswer,
        r#"select c.callback_id, c.order_id, o.order_number, c.generation, c.rework, c.contacted as "contacted!",
                c.solved as "solved!", c.result as "result!", c.attitude as "attitude!", c.contradicted,
                c.ended_at as "answered_at!", a.state as "appeal?"
         from callbacks c join orders o on o.order_id = c.order_id
         left join appeals a on a.callback_id = c.callback_id
         where c.unit = $1 and c.state = 'recorded'
           and ($2::timestamptz is null or (c.ended_at, c.callback_id) < ($2, $3::uuid))
         order by c.ended_at desc, c.callback_id desc limit $4"#,
        unit,
        at,
        id,
        limit
    )
    .fetch_all(pool)
    .await?;
    Ok(rows)
}
