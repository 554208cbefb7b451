//! Orders of one matter, for an alert of what comes up often.
use super::{FAR, Found, Position};
use chrono::{DateTime, Utc};
use db::DbError;
use sqlx::PgPool;
use uuid::Uuid;

/// Orders of one matter in some divisions (`None` = wherever), as they are classified now, assigned or not: what
/// `emerging::count` counts.
///
/// # Errors
/// When the database fails.
pub async fn of_matter(
    pool: &PgPool,
    matter: &str,
    divisions: Option<&[String]>,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    after: Option<Position>,
    limit: i64,
) -> Result<Vec<Found>, DbError> {
    let (after_at, after_id) = after.unzip();
    let rows = sqlx::query_as!(
        Found,
        r#"select s.order_id, s.order_number, s.complaint_number, o.title, o.matter, o.division, o.kind, o.state,
                  o.lead_unit as unit, o.level, s.accepted_at, o.due_at
           from order_search s join orders o on o.order_id = s.order_id
           where s.accepted_at >= $3 and s.accepted_at < $4 and (s.accepted_at, s.order_id) < ($5, $6)
             and o.matter = $1 and ($2::text[] is null or o.division = any($2))
           order by s.accepted_at desc, s.order_id desc limit $7"#,
        matter,
        divisions,
        from,
        to,
        after_at.unwrap_or(FAR),
        after_id.unwrap_or(Uuid::max()),
        limit
    )
    .fetch_all(pool)
    .await?;
    Ok(rows)
}
