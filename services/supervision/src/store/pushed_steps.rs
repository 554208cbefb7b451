//! Supervision steps that opened a rung for a unit, as rules of assessment look at them.
use crate::domain::figures::{PushedStep, Span, StepRef};
use crate::domain::supervision::{from_height, height};
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use uuid::Uuid;

/// A step as both tables give it.
struct Row {
    supervision_id: Uuid,
    number: i32,
    document: String,
    level: i16,
    at: DateTime<Utc>,
    order_id: Uuid,
    order_number: String,
    generation: i32,
    unit: String,
    unit_name: String,
}

impl TryFrom<Row> for PushedStep {
    type Error = DbError;

    fn try_from(row: Row) -> Result<Self, DbError> {
        let level = from_height(row.level).ok_or_else(|| {
            DbError::inconsistent("supervision_steps", "level", &row.supervision_id, &"is no rung")
        })?;
        Ok(Self {
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
    }
}

/// Rungs that were opened in a span, of one unit or of all, as far as it is known: what was not the unit's (its return was
/// upheld), orders that an approved exclusion leaves out of everything, and what rests on answers that do not count, are not
/// among them.
///
/// # Errors
/// When the database fails.
pub async fn of_span(
    conn: &mut Conn,
    span: Span,
    known_at: DateTime<Utc>,
    unit: Option<&str>,
) -> Result<Vec<PushedStep>, DbError> {
    let rows = sqlx::query_as!(
        Row,
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
             and not step_rests_on_void_answers(t.supervision_id, t.number, $3)
           order by t.at, t.supervision_id, t.number"#,
        span.from,
        span.to,
        known_at,
        unit
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Freezes the steps of a revision: what is heard later of an earlier day changes nothing but the next revision.
///
/// # Errors
/// When the database fails.
pub async fn freeze(
    conn: &mut Conn,
    period: &str,
    revision: i32,
    steps: &[PushedStep],
) -> Result<(), DbError> {
    fn column<T>(steps: &[PushedStep], value: impl Fn(&PushedStep) -> T) -> Vec<T> {
        steps.iter().map(value).collect()
    }
    sqlx::query!(
        "insert into score_steps (period, revision, supervision_id, number, document, level, at, order_id, order_number,
                                  generation, unit, unit_name)
         select $1, $2, * from unnest($3::uuid[], $4::integer[], $5::text[], $6::smallint[], $7::timestamptz[], $8::uuid[],
                                      $9::text[], $10::integer[], $11::text[], $12::text[])",
        period,
        revision,
        &column(steps, |pushed| pushed.step.supervision_id),
        &column(steps, |pushed| pushed.step.number),
        &column(steps, |pushed| pushed.step.document.clone()),
        &column(steps, |pushed| height(pushed.step.level)),
        &column(steps, |pushed| pushed.at),
        &column(steps, |pushed| pushed.order_id),
        &column(steps, |pushed| pushed.order_number.clone()),
        &column(steps, |pushed| pushed.generation),
        &column(steps, |pushed| pushed.unit.clone()),
        &column(steps, |pushed| pushed.unit_name.clone())
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The frozen steps of a revision, of one unit or of all, by time.
///
/// # Errors
/// When the database fails.
pub async fn of_revision(
    conn: &mut Conn,
    period: &str,
    revision: i32,
    unit: Option<&str>,
) -> Result<Vec<PushedStep>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        "select supervision_id, number, document, level, at, order_id, order_number, generation, unit, unit_name
         from score_steps
         where period = $1 and revision = $2 and ($3::text is null or unit = $3)
         order by at, supervision_id, number",
        period,
        revision,
        unit
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}
