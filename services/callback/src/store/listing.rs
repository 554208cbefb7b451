//! Reads for people: the list of tasks and one task.
use chrono::{DateTime, Utc};
use contracts::ids::CallbackId;
use db::DbError;
use sqlx::PgPool;
use uuid::Uuid;

/// A task with what a callback agent must know of its order; no identity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// The task.
    pub callback_id: Uuid,
    /// The order.
    pub order_id: Uuid,
    /// Number of the order; absent until it is registered here.
    pub order_number: Option<String>,
    /// The complaint, by which intake reveals the phone number to who may see it.
    pub complaint_id: Option<Uuid>,
    /// 诉求类型.
    pub kind: Option<String>,
    /// 渠道.
    pub channel: Option<String>,
    /// Identity must not be shown to units.
    pub confidential: bool,
    /// The caller left no number: the reply is judged at the desk.
    pub nobody_to_call: bool,
    /// The unit whose reply is checked.
    pub unit: String,
    /// Its assignment.
    pub generation: i32,
    /// Rework round.
    pub rework: i32,
    /// The unit claims: solved.
    pub claimed_solved: bool,
    /// The unit claims: contacted.
    pub claimed_contacted: bool,
    /// The unit claims: the caller said.
    pub claimed_result: Option<String>,
    /// The unit's text for the citizen.
    pub reply_text: String,
    /// When it replied.
    pub replied_at: DateTime<Utc>,
    /// `waiting`, `due`, `recorded`, `unreachable`, `not_called`, `superseded`.
    pub state: String,
    /// From when the caller may be called.
    pub due_at: DateTime<Utc>,
    /// Calls that reached nobody.
    pub attempts: i32,
    /// Note of the newest answer.
    pub last_remark: Option<String>,
    /// The caller says: contacted.
    pub contacted: Option<bool>,
    /// The caller says: solved.
    pub solved: Option<bool>,
    /// Satisfied with the result?
    pub result: Option<String>,
    /// Satisfied with the attitude?
    pub attitude: Option<String>,
    /// Claims of the unit that the caller denies.
    pub contradicted: Vec<String>,
    /// `closed` or `reworked`.
    pub consequence: Option<String>,
    /// When the task ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// How the order ended.
    pub outcome: Option<String>,
    /// How the next attempt is made.
    pub way: Option<String>,
    /// How the caller was reached.
    pub asked_way: Option<String>,
    /// The task whose call answered this one too.
    pub asked_with: Option<Uuid>,
    /// Why nobody was called.
    pub not_called_reason: Option<String>,
    /// Rule of the policy whose calling hours hold; absent: the city's.
    pub calling_rule: Option<String>,
    /// Who is calling.
    pub claimed_by: Option<String>,
    /// Until when.
    pub claimed_until: Option<DateTime<Utc>>,
}

/// Tasks of a state after a position, oldest promise first; with `way`, those of one way only, `desk` for what the desk
/// judges.
///
/// # Errors
/// When the database fails.
pub async fn list(
    pool: &PgPool,
    state: &str,
    way: Option<&str>,
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<Vec<Listed>, DbError> {
    let (at, id) = after.unzip();
    let rows = sqlx::query_as!(
        Listed,
        r#"select c.callback_id, c.order_id, o.order_number, o.complaint_id, o.kind, o.channel, o.confidential,
                (o.complaint_id is not null and o.caller is null) or (c.state = 'due' and c.way is null and c.attempts = 0) as "nobody_to_call!", c.unit,
                c.generation, c.rework, c.claimed_solved, c.claimed_contacted, c.claimed_result, c.reply_text,
                c.replied_at, c.state, c.due_at, c.attempts, c.last_remark, c.contacted, c.solved, c.result,
                c.attitude, c.contradicted, c.consequence, c.ended_at, o.outcome, c.way, c.asked_way, c.asked_with, c.not_called_reason,
                c.calling_rule, c.claimed_by, c.claimed_until
         from callbacks c join orders o on o.order_id = c.order_id
         where c.state = $1 and ($2::timestamptz is null or (c.due_at, c.callback_id) > ($2, $3::uuid))
           and ($5::text is null or coalesce(c.way, 'desk') = $5)
         order by c.due_at, c.callback_id limit $4"#,
        state,
        at,
        id,
        limit,
        way
    )
    .fetch_all(pool)
    .await?;
    Ok(rows)
}

/// One task.
///
/// # Errors
/// When the database fails.
pub async fn get(pool: &PgPool, callback_id: CallbackId) -> Result<Option<Listed>, DbError> {
    let row = sqlx::query_as!(
        Listed,
        r#"select c.callback_id, c.order_id, o.order_number, o.complaint_id, o.kind, o.channel, o.confidential,
                (o.complaint_id is not null and o.caller is null) or (c.state = 'due' and c.way is null and c.attempts = 0) as "nobody_to_call!", c.unit,
                c.generation, c.rework, c.claimed_solved, c.claimed_contacted, c.claimed_result, c.reply_text,
                c.replied_at, c.state, c.due_at, c.attempts, c.last_remark, c.contacted, c.solved, c.result,
                c.attitude, c.contradicted, c.consequence, c.ended_at, o.outcome, c.way, c.asked_way, c.asked_with, c.not_called_reason,
                c.calling_rule, c.claimed_by, c.claimed_until
         from callbacks c join orders o on o.order_id = c.order_id
         where c.callback_id = $1"#,
        callback_id.uuid()
    )
    .fetch_optional(pool)
    .await?;
    Ok(row)
}

/// Tasks by their ids, oldest promise first.
///
/// # Errors
/// When the database fails.
pub async fn by_ids(pool: &PgPool, ids: &[Uuid]) -> Result<Vec<Listed>, DbError> {
    let rows = sqlx::query_as!(
        Listed,
        r#"select c.callback_id, c.order_id, o.order_number, o.complaint_id, o.kind, o.channel, o.confidential,
                (o.complaint_id is not null and o.caller is null) or (c.state = 'due' and c.way is null and c.attempts = 0) as "nobody_to_call!", c.unit,
                c.generation, c.rework, c.claimed_solved, c.claimed_contacted, c.claimed_result, c.reply_text,
                c.replied_at, c.state, c.due_at, c.attempts, c.last_remark, c.contacted, c.solved, c.result,
                c.attitude, c.contradicted, c.consequence, c.ended_at, o.outcome, c.way, c.asked_way, c.asked_with, c.not_called_reason,
                c.calling_rule, c.claimed_by, c.claimed_until
         from callbacks c join orders o on o.order_id = c.order_id
         where c.callback_id = any($1) order by c.due_at, c.callback_id"#,
        ids
    )
    .fetch_all(pool)
    .await?;
    Ok(rows)
}
