//! Received = answered + declined + transferred + joined + open + closed; whatever is left over is listed.
use crate::domain::figures::Span;
use chrono::{DateTime, Utc};
use db::DbError;
use sqlx::PgPool;
use uuid::Uuid;

/// The terms.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TermsRow {
    /// Contacts of the span.
    pub received: i64,
    /// Answered at once.
    pub answered: i64,
    /// Not the city's.
    pub declined: i64,
    /// Another hotline has accepted all of it.
    pub transferred: i64,
    /// Joined an order.
    pub joined: i64,
    /// At least one of its orders is open.
    pub open: i64,
    /// All of its orders are closed.
    pub closed: i64,
    /// Nothing is known to have come of it.
    pub nothing: i64,
    /// Orders made of contacts of the span.
    pub orders: i64,
}

/// The terms of a span at a moment. Every contact is in exactly one of them.
///
/// # Errors
/// When the database fails.
pub async fn terms(pool: &PgPool, span: Span, as_of: DateTime<Utc>) -> Result<TermsRow, DbError> {
    let row = sqlx::query_as!(
        TermsRow,
        r#"with own as (
               select f.complaint_id, f.disposition,
                      exists (select 1 from complaint_outcomes x where x.complaint_id = f.complaint_id
                              and x.outcome = 'joined' and x.at <= $3) as joined,
                      exists (select 1 from complaint_outcomes x where x.complaint_id = f.complaint_id
                              and x.outcome = 'transferred' and x.at <= $3) as handed_over,
                      o.known, o.ended, o.transferred
               from complaint_facts f
               left join lateral (
                   select count(*) as known, count(*) filter (where o.closed_at <= $3) as ended,
                          count(*) filter (where o.closed_at <= $3 and o.outcome = 'transferred') as transferred
                   from orders o where o.order_id = any(f.orders) and o.complaint_id = f.complaint_id) o on true
               where f.accepted_at >= $1 and f.accepted_at < $2 and f.accepted_at <= $3),
           classed as (
               select known, case
                   when disposition = 'answered' then 'answered'
                   when disposition = 'declined' then 'declined'
                   when known > 0 and ended < known then 'open'
                   when known > 0 and transferred = known then 'transferred'
                   when known > 0 then 'closed'
                   when joined then 'joined'
                   when handed_over then 'transferred'
                   else 'nothing' end as class
               from own)
           select count(*) as "received!", count(*) filter (where class = 'answered') as "answered!",
                  count(*) filter (where class = 'declined') as "declined!",
                  count(*) filter (where class = 'transferred') as "transferred!",
                  count(*) filter (where class = 'joined') as "joined!", count(*) filter (where class = 'open') as "open!",
                  count(*) filter (where class = 'closed') as "closed!",
                  count(*) filter (where class = 'nothing') as "nothing!",
                  coalesce(sum(known), 0)::bigint as "orders!"
           from classed"#,
        span.from,
        span.to,
        as_of
    )
    .fetch_one(pool)
    .await?;
    Ok(row)
}

/// Something that does not add up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DifferenceRow {
    /// `nothing_came_of_it`, `order_not_heard`, `complaint_not_heard`, `answer_not_heard`, `decline_not_heard`: what
    /// intake tells does not fit; `not_dispatched`, `not_delivered`, `reply_not_followed`: the service that comes next has told
    /// nothing.
    pub what: String,
    /// The complaint.
    pub complaint_id: Option<Uuid>,
    /// Its number.
    pub complaint_number: Option<String>,
    /// The order.
    pub order_id: Option<Uuid>,
    /// When it was accepted.
    pub accepted_at: DateTime<Utc>,
}

/// Position in the list of differences.
pub type Position = (DateTime<Utc>, String, Uuid);

/// What waits since these moments, or longer, waits too long.
#[derive(Clone, Copy, Debug)]
pub struct TooLong {
    /// For the service that comes next.
    pub service: DateTime<Utc>,
    /// For a unit that fetches.
    pub unit: DateTime<Utc>,
}

/// Everything of a span that does not add up, by time, after a position.
///
/// # Errors
/// When the database fails.
pub async fn differences(
    pool: &PgPool,
    span: Span,
    after: Option<Position>,
    limit: i64,
    too_long: TooLong,
) -> Result<Vec<DifferenceRow>, DbError> {
    let (at, what, id) = after.map_or((None, None, None), |(at, what, id)| {
        (Some(at), Some(what), Some(id))
    });
    let rows = sqlx::query_file_as!(
        DifferenceRow,
        "src/store/differences.sql",
        span.from,
        span.to,
        at,
        what,
        id,
        limit,
        too_long.service,
        too_long.unit
    )
    .fetch_all(pool)
    .await?;
    Ok(rows)
}
