//! What reports count beside rates: contacts and orders that came in, late orders, returns that were pushed away.
use crate::domain::figures::Span;
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use uuid::Uuid;

/// Contacts of a span: (channel, disposition, how many).
///
/// # Errors
/// When the database fails.
pub async fn contacts(
    conn: &mut Conn,
    span: Span,
    as_of: DateTime<Utc>,
) -> Result<Vec<(String, String, i64)>, DbError> {
    let rows = sqlx::query!(
        r#"select channel, disposition, count(*) as "count!" from complaint_facts
           where accepted_at >= $1 and accepted_at < $2 and accepted_at <= $3 group by channel, disposition"#,
        span.from,
        span.to,
        as_of
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.channel, row.disposition, row.count))
        .collect())
}

/// Orders of a span by when they were accepted: (kind, matter, how many).
///
/// # Errors
/// When the database fails.
pub async fn orders(
    conn: &mut Conn,
    span: Span,
    as_of: DateTime<Utc>,
) -> Result<Vec<(String, String, i64)>, DbError> {
    let rows = sqlx::query!(
        r#"select coalesce(o.kind, '') as "kind!", coalesce(o.matter, '') as "matter!", count(*) as "count!"
           from order_search s join orders o on o.order_id = s.order_id
           where s.accepted_at >= $1 and s.accepted_at < $2 and s.accepted_at <= $3 group by 1, 2"#,
        span.from,
        span.to,
        as_of
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.kind, row.matter, row.count))
        .collect())
}

/// A clock that had passed its limit at a moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LateRow {
    /// The order.
    pub order_number: Option<String>,
    /// Its clock.
    pub clock: String,
    /// Lead unit of the assignment.
    pub unit: Option<String>,
    /// 事项
    pub matter: Option<String>,
    /// Its limit.
    pub due_at: DateTime<Utc>,
}

/// Clocks that were due in a span and open and late at a moment, the latest first: at most `limit` of them, and how many
/// there are. Those of excluded assignments are left out, as they are in rates.
///
/// # Errors
/// When the database fails.
pub async fn late(
    conn: &mut Conn,
    span: Span,
    (moment, as_of): (DateTime<Utc>, DateTime<Utc>),
    limit: i64,
) -> Result<(Vec<LateRow>, i64), DbError> {
    let rows = sqlx::query!(
        r#"select o.order_number, c.clock, a.unit as "unit?", o.matter, c.due_at, count(*) over () as "all!"
           from clocks c
           join orders o on o.order_id = c.order_id
           left join assignment_facts a on a.order_id = c.order_id and a.generation = c.generation
           where c.due_at >= $1 and c.due_at < $2 and c.due_at < $3
             and (c.met_at is null or c.met_at > $3) and (c.cancelled_at is null or c.cancelled_at > $3)
             and not exists (
                 select from exclusions e
                 where e.order_id = c.order_id and e.state = 'granted' and e.reviewed_at <= $5
                   and (e.generation is null or e.generation = c.generation)
                   and (e.figures = '{}' or e.figures @> array[case c.clock when 'respond' then 'response' else c.clock end]))
           order by c.due_at, c.order_id, c.clock limit $4"#,
        span.from,
        span.to,
        moment,
        limit,
        as_of
    )
    .fetch_all(conn)
    .await?;
    let all = rows.first().map_or(0, |row| row.all);
    let late = rows.into_iter().map(|row| LateRow {
        order_number: row.order_number,
        clock: row.clock,
        unit: row.unit,
        matter: row.matter,
        due_at: row.due_at,
    });
    Ok((late.collect(), all))
}

/// A return of what was the unit's own.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PushedRow {
    /// The unit.
    pub unit: String,
    /// The order.
    pub order_id: Uuid,
    /// Its number.
    pub order_number: Option<String>,
    /// Generation that was returned.
    pub generation: i32,
    /// When it was.
    pub requested_at: DateTime<Utc>,
    /// The unit's reason code.
    pub reason: Option<String>,
    /// When the hotline rejected it.
    pub rejected_at: Option<DateTime<Utc>>,
    /// The hotline's words.
    pub rejection: Option<String>,
    /// Later generation by which the order came back to the unit.
    pub back_generation: Option<i32>,
}

/// Returns requested in a span that were rejected, or after which the order came back to the unit all the same, by unit;
/// as far as was known at a moment.
///
/// # Errors
/// When the database fails.
pub async fn pushed_away(
    conn: &mut Conn,
    span: Span,
    as_of: DateTime<Utc>,
) -> Result<Vec<PushedRow>, DbError> {
    let rows = sqlx::query_as!(
        PushedRow,
        r#"select i.unit as "unit!", i.order_id, o.order_number, i.generation, i.at as requested_at, i.detail as reason,
                  r.at as "rejected_at?", r.detail as rejection, b.generation as "back_generation?"
           from incident_facts i
           left join orders o on o.order_id = i.order_id
           left join incident_facts r on r.order_id = i.order_id and r.what = 'return_rejected' and r.ref_id = i.ref_id
               and r.at <= $3
           left join lateral (select min(a.generation) as generation from assignment_facts a
                              where a.order_id = i.order_id and a.generation > i.generation and a.unit = i.unit
                                and a.assigned_at <= $3) b on true
           where i.what = 'return_requested' and i.at >= $1 and i.at < $2 and i.at <= $3 and i.unit is not null
             and (r.at is not null or b.generation is not null)
           order by i.unit, i.at, i.event_id"#,
        span.from,
        span.to,
        as_of
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}
