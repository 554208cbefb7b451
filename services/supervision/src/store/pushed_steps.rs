//! Supervision steps that opened a rung for a unit, as rules of assessment look at them.
use crate::domain::figures::{PushedStep, Span, StepRef};
use crate::domain::supervision::from_height;
use chrono::{DateTime, Utc};
use db::{Conn, DbError};

/// Rungs that were opened in a span, of one unit or of all, as far as it was known at a moment: what was not the unit's
/// (its return was upheld), and orders that an approved exclusion leaves out of everything, are not among them. Steps are
/// never changed, so the same span and moment always give the same.
///
/// # Errors
/// When the database fails.
pub async fn of_span(
    conn: &mut Conn,
    span: Span,
    known_at: DateTime<Utc>,
    unit: Option<&str>,
) -> Result<Vec<PushedStep>, DbError> {
    let rows = sqlx::query!(
        r#"select t.supervision_id, t.number, t.document, t.level, t.at, s.order_id, s.unit as "unit!",
                  coalesce(o.order_number, '') as "order_number!", a.generation, a.unit_name
           from supervision_steps t
           join supervision_orders s on s.supervision_id = t.supervision_id
           left join orders o on o.order_id = s.order_id
           join lateral (select f.generation, f.unit_name from assignment_facts f
                         where f.order_id = s.order_id and f.unit = s.unit and f.assigned_at <= t.at
                         order by f.generation desc limit 1) a on true
           where t.kind in ('opened', 'escalated') and t.at >= $1 and t.at < $2 and t.at <= $3
             and ($4::text is null or s.unit = $4)
             and not (s.state = 'discharged' and s.outcome = 'unfounded' and s.discharged_at <= $3)
             and not exists (select from incident_facts i
                             where i.order_id = s.order_id and i.generation = a.generation
                               and i.what = 'return_upheld' and i.at <= $3)
             and not exists (select from exclusions e
                             where e.order_id = s.order_id and e.state = 'granted' and cardinality(e.figures) = 0
                               and (e.generation is null or e.generation = a.generation) and e.reviewed_at <= $3)
           order by t.at, t.supervision_id, t.number"#,
        span.from,
        span.to,
        known_at,
        unit
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let level = from_height(row.level).ok_or_else(|| {
                DbError::inconsistent("supervision_steps", "level", &row.supervision_id, &"is no rung")
            })?;
            Ok(PushedStep {
                step: StepRef {
                    supervision_id: row.supervision_id,
                    number: row.number,
                    document: row.document,
                    level,
                },
                order_id: row.order_id,
                order_number: row.order_number,
                generation: row.generation,
                unit: row.unit,
                unit_name: row.unit_name,
                at: row.at,
            })
        })
        .collect()
}
