//! Table `deliveries`, the writing side: insert, claim, record.
//!
//! Order of locks in every transaction: handlings, unit_feeds, deliveries (each by key), then the outbox.
use crate::domain::delivery::{Arrived, Claimed, NewDelivery, Origin, Outcome, Push};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::ids::{OrderId, UnitCode};
use contracts::words::DeliveryWay;
use db::{Conn, DbError};
use sqlx::PgPool;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// Queues documents: numbers them per unit and gives each the way its unit has now.
pub async fn insert(conn: &mut Conn, now: DateTime<Utc>, documents: &[NewDelivery]) -> Result<(), DbError> {
    if documents.is_empty() {
        return Ok(());
    }
    let seqs = next_seqs(conn, documents).await?;
    fn column<'a, T>(documents: &'a [NewDelivery], value: impl Fn(&'a NewDelivery) -> T) -> Vec<T> {
        documents.iter().map(value).collect()
    }
    // A second statement, so that it sees the way as it is after the units' feeds were locked.
    sqlx::query!(
        "insert into deliveries (delivery_id, order_id, unit, seq, generation, rework, notice, lead, document, way, state,
                                 next_attempt_at, created_at, correlation_id, causation_id, traceparent)
         select g.delivery_id, g.order_id, g.unit, g.seq, g.generation, g.rework, g.notice, g.lead, g.document::json,
                case when a.active then a.way else 'rest' end, 'waiting', $13, $13,
                g.correlation_id, g.causation_id, g.traceparent
         from unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::integer[], $6::integer[], $7::text[],
                     $8::boolean[], $9::text[], $10::uuid[], $11::uuid[], $12::text[])
              as g(delivery_id, order_id, unit, seq, generation, rework, notice, lead, document,
                   correlation_id, causation_id, traceparent)
         left join unit_access a on a.unit = g.unit",
        &column(documents, |d| d.delivery_id),
        &column(documents, |d| d.order_id.uuid()),
        &column(documents, |d| d.unit.0.clone()),
        &seqs,
        &column(documents, |d| d.generation),
        &column(documents, |d| d.rework),
        &column(documents, |d| d.notice.to_string()),
        &column(documents, |d| d.lead),
        &column(documents, |d| d.document.clone()),
        &column(documents, |d| d.origin.correlation_id),
        &column(documents, |d| d.origin.causation_id) as &[Option<Uuid>],
        &column(documents, |d| d.origin.traceparent.clone()) as &[Option<String>],
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Raises the units' cursors; their row locks are held until the commit.
async fn next_seqs(conn: &mut Conn, documents: &[NewDelivery]) -> Result<Vec<i64>, DbError> {
    let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
    for document in documents {
        *counts.entry(document.unit.as_str()).or_default() += 1;
    }
    let rows = sqlx::query!(
        "insert into unit_feeds as f (unit, last_seq)
         select g.unit, g.documents from unnest($1::text[], $2::bigint[]) as g(unit, documents) order by g.unit
         on conflict (unit) do update set last_seq = f.last_seq + excluded.last_seq
         returning unit, last_seq",
        &counts.keys().map(|unit| (*unit).to_owned()).collect::<Vec<_>>(),
        &counts.values().copied().collect::<Vec<_>>(),
    )
    .fetch_all(conn)
    .await?;
    let mut next: HashMap<String, i64> = HashMap::new();
    for row in rows {
        let count = counts.get(row.unit.as_str()).copied().unwrap_or_default();
        next.insert(row.unit, row.last_seq - count);
    }
    let seqs = documents.iter().map(|document| {
        let last = next.entry(document.unit.0.clone()).or_default();
        *last += 1;
        *last
    });
    Ok(seqs.collect())
}

/// Takes due documents for NATS until `lease` ends. A document waits for the earlier ones of its order and unit.
pub async fn claim_nats(
    pool: &PgPool,
    now: DateTime<Utc>,
    lease: TimeDelta,
    limit: i64,
) -> Result<Vec<Claimed>, DbError> {
    let rows = sqlx::query_as!(
        ClaimedRow,
        r#"with due as (
             select d.delivery_id from deliveries d
             where d.way = 'nats' and d.state in ('waiting', 'sending') and d.next_attempt_at <= $1
               and not exists (select 1 from deliveries e where e.order_id = d.order_id and e.unit = d.unit
                               and e.seq < d.seq and e.state in ('waiting', 'sending'))
             order by d.next_attempt_at limit $3
             for update of d skip locked)
           update deliveries as d
           set state = 'sending', attempts = d.attempts + 1, next_attempt_at = $2
           from due where d.delivery_id = due.delivery_id
           returning d.delivery_id, d.order_id, d.unit, d.notice, d.document::text as "document!", d.traceparent,
                     d.attempts, null::text as endpoint, null::bytea as secret"#,
        now,
        now + lease,
        limit
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Takes due documents for webhooks, so many that no unit has more than its share in flight; `busy` = in flight now.
pub async fn claim_webhooks(
    pool: &PgPool,
    now: DateTime<Utc>,
    lease: TimeDelta,
    limits: WebhookLimits,
    busy: &BTreeMap<String, i64>,
) -> Result<Vec<Claimed>, DbError> {
    let rows = sqlx::query_as!(
        ClaimedRow,
        r#"with candidate as (
             select d.delivery_id, d.unit, d.next_attempt_at, d.seq from deliveries d
             where d.way = 'webhook' and d.state in ('waiting', 'sending') and d.next_attempt_at <= $1
               and not exists (select 1 from unnest($5::text[], $6::bigint[]) as b(unit, in_flight)
                               where b.unit = d.unit and b.in_flight >= $4)
               and not exists (select 1 from deliveries e where e.order_id = d.order_id and e.unit = d.unit
                               and e.seq < d.seq and e.state in ('waiting', 'sending'))
             order by d.next_attempt_at limit $3),
           fair as (
             select delivery_id, row_number() over (partition by unit order by next_attempt_at, seq) as place from candidate),
           due as (
             select d.delivery_id from deliveries d
             join fair f on f.delivery_id = d.delivery_id
             left join unnest($5::text[], $6::bigint[]) as b(unit, in_flight) on b.unit = d.unit
             where f.place + coalesce(b.in_flight, 0) <= $4 and d.state in ('waiting', 'sending') and d.next_attempt_at <= $1
             limit $7
             for update of d skip locked)
           update deliveries as d
           set state = 'sending', attempts = d.attempts + 1, next_attempt_at = $2
           from due, unit_access a
           where d.delivery_id = due.delivery_id and a.unit = d.unit
           returning d.delivery_id, d.order_id, d.unit, d.notice, d.document::text as "document!", d.traceparent,
                     d.attempts, a.endpoint, a.secret"#,
        now,
        now + lease,
        limits.candidates_max,
        limits.per_unit_max,
        &busy.keys().cloned().collect::<Vec<_>>(),
        &busy.values().copied().collect::<Vec<_>>(),
        limits.room,
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// How much one claim may take.
#[derive(Clone, Copy, Debug)]
pub struct WebhookLimits {
    /// Due documents looked at.
    pub candidates_max: i64,
    /// Documents of one unit in flight.
    pub per_unit_max: i64,
    /// Documents of all units, now.
    pub room: i64,
}

struct ClaimedRow {
    delivery_id: Uuid,
    order_id: Uuid,
    unit: String,
    notice: String,
    document: String,
    traceparent: Option<String>,
    attempts: i32,
    endpoint: Option<String>,
    secret: Option<Vec<u8>>,
}

impl TryFrom<ClaimedRow> for Claimed {
    type Error = DbError;

    fn try_from(row: ClaimedRow) -> Result<Self, DbError> {
        let notice = row
            .notice
            .parse()
            .map_err(|error| DbError::inconsistent("deliveries", "notice", &row.delivery_id, &error))?;
        Ok(Self {
            delivery_id: row.delivery_id,
            order_id: OrderId(row.order_id),
            unit: UnitCode(row.unit),
            notice,
            document: row.document,
            traceparent: row.traceparent,
            attempt: row.attempts,
            endpoint: row.endpoint,
            sealed_secret: row.secret,
        })
    }
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
    let rows = sqlx::query_as!(
        ArrivedRow,
        r#"with mine as (
             select delivery_id, delivered_at as before from deliveries
             where delivery_id = any($2) and state <> 'delivered' order by delivery_id for update)
           update deliveries as d
           set state = 'delivered', delivered_at = coalesce(d.delivered_at, $1), way = coalesce($3, d.way), last_error = null
           from mine where d.delivery_id = mine.delivery_id
           returning d.order_id, d.unit, d.seq, d.generation, d.rework, d.notice, d.lead, d.way, d.correlation_id,
                     d.causation_id, d.traceparent, mine.before is null as "first!""#,
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
    seq: i64,
    generation: i32,
    rework: i32,
    notice: String,
    lead: bool,
    way: String,
    correlation_id: Uuid,
    causation_id: Option<Uuid>,
    traceparent: Option<String>,
    first: bool,
}

/// In the order of the units' feeds, so that facts about one order stay in line.
fn arrived(mut rows: Vec<ArrivedRow>, now: DateTime<Utc>) -> Result<Vec<Arrived>, DbError> {
    rows.sort_by(|a, b| (&a.unit, a.seq).cmp(&(&b.unit, b.seq)));
    rows.into_iter()
        .filter(|row| row.first)
        .map(|row| {
            let order_id = OrderId(row.order_id);
            let bad = |column: &'static str, problem: &dyn std::fmt::Display| {
                DbError::inconsistent("deliveries", column, &order_id, problem)
            };
            Ok(Arrived {
                order_id,
                unit: UnitCode(row.unit),
                generation: row.generation,
                rework: row.rework,
                notice: row.notice.parse().map_err(|error| bad("notice", &error))?,
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

/// Puts failed pushes back (on the way the unit has now), or gives them up. Ignored when somebody else has taken
/// the document since.
pub async fn failed(conn: &mut Conn, pushes: &[&Push]) -> Result<(), DbError> {
    let failures: Vec<(&Push, &String, Option<DateTime<Utc>>)> = pushes
        .iter()
        .filter_map(|push| match &push.outcome {
            Outcome::Failed { error, retry_at, .. } => Some((*push, error, *retry_at)),
            Outcome::Delivered => None,
        })
        .collect();
    if failures.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "update deliveries as d
         set state = case when g.retry_at is null then 'failed' else 'waiting' end, last_error = g.error,
             next_attempt_at = coalesce(g.retry_at, d.next_attempt_at), way = case when a.active then a.way else 'rest' end
         from unnest($1::uuid[], $2::integer[], $3::text[], $4::timestamptz[], $5::text[])
                  as g(delivery_id, attempt, error, retry_at, unit)
         left join unit_access a on a.unit = g.unit
         where d.delivery_id = g.delivery_id and d.state = 'sending' and d.attempts = g.attempt",
        &failures.iter().map(|(push, ..)| push.delivery_id).collect::<Vec<_>>(),
        &failures.iter().map(|(push, ..)| push.attempt).collect::<Vec<_>>(),
        &failures.iter().map(|(_, error, _)| (*error).clone()).collect::<Vec<_>>(),
        &failures.iter().map(|(.., retry_at)| *retry_at).collect::<Vec<_>>() as &[Option<DateTime<Utc>>],
        &failures.iter().map(|(push, ..)| push.unit.0.clone()).collect::<Vec<_>>(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Gives everything that a unit does not have yet the unit's present way, due now.
pub async fn redirect(conn: &mut Conn, now: DateTime<Utc>, unit: &str, way: &str) -> Result<(), DbError> {
    sqlx::query!(
        "update deliveries set way = $2, state = 'waiting', next_attempt_at = $3, attempts = 0
         where unit = $1 and state in ('waiting', 'failed')",
        unit,
        way,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Sends units on NATS again what they have not signed: their stream was lost and made anew.
pub async fn resend_unsigned(conn: &mut Conn, now: DateTime<Utc>, units: &[String]) -> Result<u64, DbError> {
    let done = sqlx::query!(
        "update deliveries as d set state = 'waiting', next_attempt_at = $1
         from handlings h
         where d.unit = any($2) and d.way = 'nats' and d.state = 'delivered' and d.notice in ('assigned', 'reworked')
           and h.order_id = d.order_id and h.state = 'assigned' and h.generation = d.generation and h.rework = d.rework",
        now,
        units
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}
