//! The list of orders for people, by due time.
use chrono::{DateTime, Utc};
use db::DbError;
use sqlx::PgPool;
use uuid::Uuid;

/// One order in the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// The order.
    pub order_id: Uuid,
    /// Its number.
    pub order_number: Option<String>,
    /// One line, masked.
    pub title: Option<String>,
    /// 事项.
    pub matter: Option<String>,
    /// 区划.
    pub division: Option<String>,
    /// 诉求类型.
    pub kind: Option<String>,
    /// 紧急程度.
    pub urgency: Option<String>,
    /// Where it stands.
    pub state: String,
    /// The newest unit.
    pub unit: Option<String>,
    /// Its assignment.
    pub generation: i32,
    /// Rung of the ladder.
    pub level: i16,
    /// When the complaint was accepted.
    pub accepted_at: Option<DateTime<Utc>>,
    /// Earliest warning among the open clocks.
    pub warn_at: Option<DateTime<Utc>>,
    /// Earliest limit among the open clocks.
    pub due_at: Option<DateTime<Utc>>,
}

/// What to list; `None` = whatever it is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Filter {
    /// State.
    pub state: Option<String>,
    /// Newest unit.
    pub unit: Option<String>,
    /// An open clock is past its limit (true) or not (false).
    pub late: Option<bool>,
    /// An open clock is past its warning, and none past its limit.
    pub near: bool,
}

/// Orders after a position (due time, `None` = no open clock; id), the most urgent first.
///
/// # Errors
/// When the database fails.
pub async fn list(
    pool: &PgPool,
    filter: &Filter,
    now: DateTime<Utc>,
    after: Option<(Option<DateTime<Utc>>, Uuid)>,
    limit: i64,
) -> Result<Vec<Listed>, DbError> {
    let (after_due, after_id) = after.unzip();
    let rows = sqlx::query_as!(
        Listed,
        "select order_id, order_number, title, matter, division, kind, urgency, state, lead_unit as unit, generation,
                level, accepted_at, warn_at, due_at
         from orders
         where ($1::text is null or state = $1) and ($2::text is null or lead_unit = $2)
           and ($3::boolean is null or (coalesce(due_at, 'infinity'::timestamptz) <= $5) = $3)
           and (not $4 or (warn_at <= $5 and due_at > $5))
           and ($6::uuid is null
                or (coalesce(due_at, 'infinity'::timestamptz), order_id) > (coalesce($7::timestamptz, 'infinity'), $6))
         order by coalesce(due_at, 'infinity'::timestamptz), order_id limit $8",
        filter.state,
        filter.unit,
        filter.late,
        filter.near,
        now,
        after_id,
        after_due.flatten(),
        limit
    )
    .fetch_all(pool)
    .await?;
    Ok(rows)
}
