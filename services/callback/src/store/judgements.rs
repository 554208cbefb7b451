//! Table `judgements`: what one person proposes about a demand and another decides.
use chrono::{DateTime, Utc};
use contracts::ids::{CallbackId, JudgementId, OrderId};
use db::{Conn, DbError};
use sqlx::PgPool;
use uuid::Uuid;

/// A judgement.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Judgement {
    /// The judgement.
    pub judgement_id: Uuid,
    /// The order.
    pub order_id: Uuid,
    /// `unreasonable`, `impossible`.
    pub finding: String,
    /// Why.
    pub reason: String,
    /// Who proposes it.
    pub proposed_by: String,
    /// When.
    pub proposed_at: DateTime<Utc>,
    /// `open`, `confirmed`, `rejected`.
    pub state: String,
    /// What the second person says.
    pub review: Option<String>,
    /// Who that is.
    pub reviewed_by: Option<String>,
    /// When.
    pub reviewed_at: Option<DateTime<Utc>>,
}

/// The judgement of an order that waits for its review.
///
/// # Errors
/// When the database fails.
pub async fn open_of(conn: &mut Conn, order_id: OrderId) -> Result<Option<Judgement>, DbError> {
    let row = sqlx::query_as!(
        Judgement,
        "select judgement_id, order_id, finding, reason, proposed_by, proposed_at, state, review, reviewed_by, reviewed_at
         from judgements where order_id = $1 and state = 'open'",
        order_id.uuid()
    )
    .fetch_optional(conn)
    .await?;
    Ok(row)
}

/// One judgement. Its order is locked by whoever changes it.
///
/// # Errors
/// When the database fails.
pub async fn get(conn: &mut Conn, judgement_id: JudgementId) -> Result<Option<Judgement>, DbError> {
    let row = sqlx::query_as!(
        Judgement,
        "select judgement_id, order_id, finding, reason, proposed_by, proposed_at, state, review, reviewed_by, reviewed_at
         from judgements where judgement_id = $1",
        judgement_id.uuid()
    )
    .fetch_optional(conn)
    .await?;
    Ok(row)
}

/// A new judgement.
///
/// # Errors
/// When the database fails.
pub async fn insert(conn: &mut Conn, judgement: &Judgement) -> Result<(), DbError> {
    sqlx::query!(
        "insert into judgements (judgement_id, order_id, finding, reason, proposed_by, proposed_at)
         values ($1, $2, $3, $4, $5, $6)",
        judgement.judgement_id,
        judgement.order_id,
        judgement.finding,
        judgement.reason,
        judgement.proposed_by,
        judgement.proposed_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The outcome of a review.
///
/// # Errors
/// When the database fails.
pub async fn review(conn: &mut Conn, judgement: &Judgement) -> Result<(), DbError> {
    sqlx::query!(
        "update judgements set state = $2, review = $3, reviewed_by = $4, reviewed_at = $5 where judgement_id = $1",
        judgement.judgement_id,
        judgement.state,
        judgement.review,
        judgement.reviewed_by,
        judgement.reviewed_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What callers have said of an order so far.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answers {
    /// All of them.
    pub callback_ids: Vec<CallbackId>,
    /// Any of them says "not solved".
    pub unsolved: bool,
    /// The newest is bad in any way.
    pub newest_is_bad: bool,
}

/// Answers of an order so far.
///
/// # Errors
/// When the database fails.
pub async fn answers(conn: &mut Conn, order_id: OrderId) -> Result<Answers, DbError> {
    let rows = sqlx::query!(
        r#"select callback_id, not solved as "unsolved!",
                  (not solved or result = 'not_satisfied' or attitude = 'not_satisfied') as "bad!"
           from callbacks where order_id = $1 and state = 'recorded' order by generation, rework"#,
        order_id.uuid()
    )
    .fetch_all(conn)
    .await?;
    Ok(Answers {
        unsolved: rows.iter().any(|row| row.unsolved),
        newest_is_bad: rows.last().is_some_and(|row| row.bad),
        callback_ids: rows.into_iter().map(|row| CallbackId(row.callback_id)).collect(),
    })
}

/// Judgements of one state, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn list(
    pool: &PgPool,
    state: &str,
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<Vec<Judgement>, DbError> {
    let (at, id) = after.unzip();
    let rows = sqlx::query_as!(
        Judgement,
        "select judgement_id, order_id, finding, reason, proposed_by, proposed_at, state, review, reviewed_by, reviewed_at
         from judgements
         where state = $1 and ($2::timestamptz is null or (proposed_at, judgement_id) > ($2, $3::uuid))
         order by proposed_at, judgement_id limit $4",
        state,
        at,
        id,
        limit
    )
    .fetch_all(pool)
    .await?;
    Ok(rows)
}
