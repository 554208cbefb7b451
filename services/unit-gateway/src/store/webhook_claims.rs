//! Table `deliveries`: due documents for webhooks, claimed unit by unit.
//!
//! A claim looks at the units for which something waits, from one to the next in the index, and at each for as much as it may
//! have. So it costs the same however much waits for a unit that is dead or has its share already.
use super::claims::{ClaimedRow, sendable};
use crate::domain::delivery::Claimed;
use crate::domain::lanes::Room;
use chrono::{DateTime, TimeDelta, Utc};
use db::DbError;
use sqlx::PgPool;

/// Takes due documents until `lease` ends, as many as there is room for; every unit has its first before another has its
/// second. A document waits for the earlier ones of its order and unit.
pub async fn take(
    pool: &PgPool,
    now: DateTime<Utc>,
    lease: TimeDelta,
    room: &Room,
) -> Result<Vec<Claimed>, DbError> {
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let rows = sqlx::query_as!(
        ClaimedRow,
        r#"with recursive waits as (
             (select d.unit from deliveries d where d.way = 'webhook' and d.state = 'waiting' order by d.unit limit 1)
             union all
             select (select d.unit from deliveries d where d.way = 'webhook' and d.state = 'waiting' and d.unit > w.unit
                     order by d.unit limit 1)
             from waits w where w.unit is not null),
           lane as (
             -- A unit whose last call failed has one call; behind an opened breaker it looks whether the unit is back.
             select w.unit, h.unit is not null as trial,
                    case when h.unit is null then coalesce(b.free, $3) else least(coalesce(b.free, 1), 1) end as free
             from waits w
             left join unnest($4::text[], $5::bigint[]) as b(unit, free) on b.unit = w.unit
             left join unit_health h on h.unit = w.unit
             where w.unit is not null and (h.open_until is null or h.open_until <= $1)),
           candidate as (
             select l.unit, l.trial, c.delivery_id, c.next_attempt_at,
                    row_number() over (partition by l.unit order by c.next_attempt_at, c.seq) as place
             from lane l cross join lateral (
                 select d.delivery_id, d.next_attempt_at, d.seq from deliveries d
                 where d.unit = l.unit and d.way = 'webhook' and d.state = 'waiting' and d.next_attempt_at <= $1
                   and (d.leased_until is null or d.leased_until <= $1)
                   and not exists (select 1 from deliveries e where e.order_id = d.order_id and e.unit || '' = d.unit
                                   and e.seq < d.seq and e.state = 'waiting' offset 0)
                 order by d.next_attempt_at, d.seq limit l.free) as c
             where l.free > 0),
           fair as (
             select delivery_id, trial, place, next_attempt_at,
                    row_number() over (partition by trial order by place, next_attempt_at) as turn from candidate),
           chosen as (
             select delivery_id, trial from fair where not trial or turn <= $7 order by place, next_attempt_at limit $6),
           due as (
             -- By key, one by one: two lists that are joined by comparing each with each cost the square of a backlog.
             select mine.delivery_id, c.trial from chosen c cross join lateral (
                 select d.delivery_id from deliveries d
                 where d.delivery_id = c.delivery_id and d.state || '' = 'waiting'
                   and d.next_attempt_at <= $1 and (d.leased_until is null or d.leased_until <= $1)
                 for update of d skip locked) as mine)
           update deliveries as d
           set attempts = d.attempts + 1, leased_until = $2
           from due, documents c, unit_access a
           where d.delivery_id = due.delivery_id
             and c.unit = d.unit and c.seq = d.seq and a.unit = d.unit
           returning d.delivery_id, d.order_id, d.unit, c.notice, c.document, c.traceparent,
                     d.attempts, d.sent_again, a.endpoint, a.secret, case when a.old_secret_until > $1 then a.old_secret end as old_secret,
                     a.private_target as "private_target?", due.trial as "trial!""#,
        now,
        now + lease,
        count(room.per_unit),
        &room.free.keys().cloned().collect::<Vec<_>>(),
        &room.free.values().map(|free| count(*free)).collect::<Vec<_>>(),
        count(room.documents),
        count(room.trials),
    )
    .fetch_all(pool)
    .await?;
    sendable(pool, rows).await
}
