//! Orders whose classification was changed after they had been dispatched, with what it did to their limits.
use chrono::{DateTime, Utc};
use db::DbError;
use serde_json::Value;
use sqlx::PgPool;
use uuid::Uuid;

/// One correction after dispatch.
#[derive(Clone, PartialEq, Debug)]
pub struct ReclassifiedRow {
    /// The event.
    pub event_id: Uuid,
    /// The order.
    pub order_id: Uuid,
    /// Its number.
    pub order_number: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub actor: String,
    /// What changed.
    pub changed: Option<Value>,
    /// Urgency before it was ever changed.
    pub urgency_at_first: Option<String>,
    /// Urgency after this change.
    pub urgency_after: Option<String>,
    /// Unit before.
    pub unit_before: Option<String>,
    /// Unit after.
    pub unit_after: Option<String>,
    /// Limit of the reply before.
    pub due_before: Option<DateTime<Utc>>,
    /// Limit of the reply after.
    pub due_after: Option<DateTime<Utc>>,
}

/// Corrections in a span, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn list(
    pool: &PgPool,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<Vec<ReclassifiedRow>, DbError> {
    let (after_at, after_id) = after.unzip();
    let rows = sqlx::query_as!(
        ReclassifiedRow,
        r#"select i.event_id, i.order_id, o.order_number, i.at, i.actor, t.summary -> 'changed' as changed,
                  (select r.summary ->> 'urgency' from timeline r
                   where r.key = i.order_id and r.service = 'intake' and r.event_type = 'intake.order.registered.v1'
                   limit 1) as urgency_at_first,
                  t.summary ->> 'urgency' as urgency_after,
                  b.unit as "unit_before?", n.unit as "unit_after?",
                  (select min(c.due_at) from clocks c where c.order_id = i.order_id and c.clock = 'finish'
                   and c.generation = b.generation) as due_before,
                  (select min(c.due_at) from clocks c where c.order_id = i.order_id and c.clock = 'finish'
                   and c.generation = n.generation) as due_after
           from incident_facts i
           join timeline t on t.event_id = i.event_id
           left join orders o on o.order_id = i.order_id
           join lateral (select a.generation, a.unit from assignment_facts a
                         where a.order_id = i.order_id and a.assigned_at <= i.at
                         order by a.generation desc limit 1) b on true
           left join lateral (select a.generation, a.unit from assignment_facts a
                              where a.order_id = i.order_id and a.generation > b.generation
                              order by a.generation limit 1) n on true
           where i.what = 'amended' and i.at >= $1 and i.at < $2
             and ($3::timestamptz is null or (i.at, i.event_id) > ($3, $4::uuid))
           order by i.at, i.event_id limit $5"#,
        from,
        to,
        after_at,
        after_id,
        limit
    )
    .fetch_all(pool)
    .await?;
    Ok(rows)
}
