//! Table `deliveries`: what came of documents. Rows change in the order of their ids, so that nobody waits in a circle.
use crate::domain::delivery::{Arrived, Origin, Outcome, Push};
use chrono::{DateTime, Utc};
use contracts::ids::{OrderId, UnitCode};
use contracts::words::DeliveryWay;
use db::{Conn, DbError};
use uuid::Uuid;

/// Locks these documents, all that the units `gone` do not have, and what [`wake`] will move of the units `woken`, before several
/// statements change them.
pub async fn lock(
    conn: &mut Conn,
    now: DateTime<Utc>,
    ids: &[Uuid],
    gone: &[String],
    woken: &[String],
) -> Result<(), DbError> {
    let mut all = ids.to_vec();
    if !gone.is_empty() || !woken.is_empty() {
        let more = sqlx::query_scalar!(
            "select delivery_id from deliveries
             where unit = any($1) and state <> 'delivered'
               and (unit = any($2) or (way = 'webhook' and state = 'waiting' and leased_until is null and next_attempt_at > $3))",
            &[gone, woken].concat(),
            gone,
            now
        );
        all.extend(more.fetch_all(&mut *conn).await?);
    }
    sqlx::query!(
        "select delivery_id from deliveries where delivery_id = any($1) order by delivery_id for update",
        &all
    )
    .fetch_all(conn)
    .await?;
    Ok(())
}

/// What waits behind the breakers of these units is due at once.
pub async fn wake(conn: &mut Conn, now: DateTime<Utc>, units: &[String]) -> Result<(), DbError> {
    if units.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "update deliveries set next_attempt_at = $2
         where unit = any($1) and way = 'webhook' and state = 'waiting' and leased_until is null and next_attempt_at > $2",
        units,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Marks documents as delivered, by `way` if that is known better than before; answers those the unit did not have.
pub async fn delivered(
    conn: &mut Conn,
    now: DateTime<Utc>,
    ids: &[Uuid],
    way: Option<DeliveryWay>,
) -> Result<Vec<Arrived>, DbError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    // `|| ''`, because without statistics the planner would rather read everything that waits than look up these.
    let rows = sqlx::query_as!(
        ArrivedRow,
        r#"with mine as (
             select delivery_id, delivered_at as before from deliveries
             where delivery_id = any($2) and state || '' <> 'delivered' order by delivery_id for update),
           done as (
             update deliveries as d
             set state = 'delivered', delivered_at = coalesce(d.delivered_at, $1), way = coalesce($3, d.way),
                 leased_until = null, last_error = null
             from mine where d.delivery_id = mine.delivery_id
             returning d.unit, d.seq, d.way, mine.before is null as first)
           select c.order_id, c.unit, c.generation, c.rework, c.notice, c.lead, done.way as "way!",
                  c.correlation_id, c.causation_id, c.traceparent
           from done join documents c on c.unit = done.unit and c.seq = done.seq
           where done.first
           order by c.unit, c.seq"#,
        now,
        ids,
        way.map(DeliveryWay::as_str)
    )
    .fetch_all(conn)
    .await?;
    arrived(rows, now)
}

/// Documents up to the units' cursors that are not marked as delivered, whatever way they were meant to go; at most
/// `limit` of each unit.
pub async fn up_to_cursor(
    conn: &mut Conn,
    units: &[String],
    cursors: &[i64],
    limit: i64,
) -> Result<Vec<Uuid>, DbError> {
    // Lateral with a limit, because the planner would else read the whole table.
    Ok(sqlx::query_scalar!(
        r#"select d.delivery_id as "delivery_id!"
           from unnest($1::text[], $2::bigint[]) as g(unit, cursor)
           cross join lateral (
               select p.delivery_id from deliveries p
               where p.unit = g.unit and p.seq <= g.cursor and p.state <> 'delivered'
               order by p.unit, p.seq limit $3
           ) as d"#,
        units,
        cursors,
        limit
    )
    .fetch_all(conn)
    .await?)
}

/// Documents of orders to units that are not marked as delivered.
pub async fn of_orders(conn: &mut Conn, orders: &[(OrderId, UnitCode)]) -> Result<Vec<Uuid>, DbError> {
    Ok(sqlx::query_scalar!(
        "select d.delivery_id from unnest($1::uuid[], $2::text[]) as g(order_id, unit)
         join deliveries d on d.order_id = g.order_id and d.unit = g.unit
         where d.state <> 'delivered'",
        &orders.iter().map(|(order, _)| order.uuid()).collect::<Vec<_>>(),
        &orders.iter().map(|(_, unit)| unit.0.clone()).collect::<Vec<_>>(),
    )
    .fetch_all(conn)
    .await?)
}

struct ArrivedRow {
    order_id: Uuid,
    unit: String,
    generation: i32,
    rework: i32,
    notice: String,
    lead: bool,
    way: String,
    correlation_id: Uuid,
    causation_id: Option<Uuid>,
    traceparent: Option<String>,
}

/// They come in the order of the units' feeds, so that facts about one order stay in line. Of a kind that only a newer release
/// knows nothing follows: what hands an order over is known to every release.
fn arrived(rows: Vec<ArrivedRow>, now: DateTime<Utc>) -> Result<Vec<Arrived>, DbError> {
    rows.into_iter()
        .filter_map(|row| row.notice.parse().ok().map(|notice| (row, notice)))
        .map(|(row, notice)| {
            let order_id = OrderId(row.order_id);
            let bad = |column: &'static str, problem: &dyn std::fmt::Display| {
                DbError::inconsistent("documents", column, &order_id, problem)
            };
            Ok(Arrived {
                order_id,
                unit: UnitCode(row.unit),
                generation: row.generation,
                rework: row.rework,
                notice,
                lead: row.lead,
                way: row.way.parse().map_err(|error| bad("way", &error))?,
                at: now,
                origin: Origin {
                    correlation_id: row.correlation_id,
                    causation_id: row.causation_id,
                    traceparent: row.traceparent,
                },
            })
        })
        .collect()
}

/// Puts failed pushes back (on the way the unit has now), or gives them up when the
/// schedule is used up and the order is over. Ignored when somebody else has taken
/// the document since.
pub async fn failed(conn: &mut Conn, pushes: &[&Push]) -> Result<(), DbError> {
    let failures: Vec<(&Push, &String, DateTime<Utc>, bool)> = pushes
        .iter()
        .filter_map(|push| match &push.outcome {
            Outcome::Failed {
                error,
                retry_at,
                exhausted,
                ..
            } => Some((*push, error, *retry_at, *exhausted)),
            Outcome::Delivered => None,
        })
        .collect();
    if failures.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "with mine as (
           select d.delivery_id, g.error, g.retry_at, g.unit, g.exhausted from deliveries d
           join unnest($1::uuid[], $2::integer[], $3::text[], $4::timestamptz[], $5::text[], $6::boolean[])
                  as g(delivery_id, attempt, error, retry_at, unit, exhausted) on g.delivery_id = d.delivery_id
           where d.state || '' = 'waiting' and d.leased_until is not null and d.attempts = g.attempt
           order by d.delivery_id for update of d)
         update deliveries as d
         set state = case when g.exhausted and not exists (select 1 from handlings h where h.order_id = d.order_id
                                                           and h.ended_at is null) then 'failed' else 'waiting' end,
             last_error = g.error, next_attempt_at = g.retry_at, leased_until = null,
             way = case when not a.active then 'rest' when a.fallen_back then a.fallback else coalesce(a.way, 'rest') end
         from mine g left join unit_access a on a.unit = g.unit
         where d.delivery_id = g.delivery_id",
        &failures.iter().map(|(push, ..)| push.delivery_id).collect::<Vec<_>>(),
        &failures.iter().map(|(push, ..)| push.attempt).collect::<Vec<_>>(),
        &failures.iter().map(|(_, error, ..)| (*error).clone()).collect::<Vec<_>>(),
        &failures.iter().map(|(_, _, retry_at, _)| *retry_at).collect::<Vec<_>>(),
        &failures.iter().map(|(push, ..)| push.unit.0.clone()).collect::<Vec<_>>(),
        &failures.iter().map(|(.., exhausted)| *exhausted).collect::<Vec<_>>(),
    )
    .execute(conn)
    .await?;
    Ok(())
}
