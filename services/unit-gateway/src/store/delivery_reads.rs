//! Table `deliveries`, the reading side: pull, one order of a unit, lists, figures.
use chrono::{DateTime, Utc};
use contracts::ids::OrderId;
use db::{Conn, DbError};
use sqlx::PgPool;
use std::collections::HashSet;
use uuid::Uuid;

/// One document as a unit pulls it.
#[derive(Debug)]
pub struct Pulled {
    /// Its place in the unit's feed.
    pub seq: i64,
    /// The document as JSON.
    pub document: String,
    /// W3C trace context.
    pub traceparent: Option<String>,
}

/// The next documents of a unit after a cursor, whatever their way and state.
pub async fn after(conn: &mut Conn, unit: &str, cursor: i64, limit: i64) -> Result<Vec<Pulled>, DbError> {
    Ok(sqlx::query_as!(
        Pulled,
        r#"select seq, document::text as "document!", traceparent from deliveries
           where unit = $1 and seq > $2 order by seq limit $3"#,
        unit,
        cursor,
        limit
    )
    .fetch_all(conn)
    .await?)
}

/// True when something up to the cursor is not marked as delivered.
pub async fn has_unacknowledged(conn: &mut Conn, unit: &str, cursor: i64) -> Result<bool, DbError> {
    // Not `exists`: the planner would hope to meet a row soon and read the whole table when there is none.
    let found = sqlx::query_scalar!(
        "select seq from deliveries where unit = $1 and seq <= $2 and state <> 'delivered' order by unit, seq limit 1",
        unit,
        cursor
    )
    .fetch_optional(conn)
    .await?;
    Ok(found.is_some())
}

/// The newest document of an order for a unit.
pub async fn newest(conn: &mut Conn, order_id: OrderId, unit: &str) -> Result<Option<String>, DbError> {
    Ok(sqlx::query_scalar!(
        r#"select document::text as "document!" from deliveries
           where order_id = $1 and unit = $2 order by seq desc limit 1"#,
        order_id.uuid(),
        unit
    )
    .fetch_optional(conn)
    .await?)
}

/// Which of the given (order, unit) pairs had a document.
pub async fn known(
    conn: &mut Conn,
    order_ids: &[Uuid],
    units: &[String],
) -> Result<HashSet<(OrderId, String)>, DbError> {
    let rows = sqlx::query!(
        "select distinct d.order_id, d.unit from deliveries d
         join unnest($1::uuid[], $2::text[]) as g(order_id, unit) on d.order_id = g.order_id and d.unit = g.unit",
        order_ids,
        units
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (OrderId(row.order_id), row.unit))
        .collect())
}

/// One delivery as people see it.
#[derive(Debug)]
pub struct DeliveryRow {
    /// Id of the document.
    pub delivery_id: Uuid,
    /// Its place in the unit's feed.
    pub seq: i64,
    /// The order.
    pub order_id: Uuid,
    /// Generation of the assignment.
    pub generation: i32,
    /// Round.
    pub rework: i32,
    /// What it tells.
    pub notice: String,
    /// For the lead, not for a co-handler.
    pub lead: bool,
    /// How it goes.
    pub way: String,
    /// Where it stands.
    pub state: String,
    /// Pushes so far.
    pub attempts: i32,
    /// When it is (or was) due.
    pub next_attempt_at: DateTime<Utc>,
    /// Why the last push failed.
    pub last_error: Option<String>,
    /// When it became due at first.
    pub created_at: DateTime<Utc>,
    /// When the unit had it.
    pub delivered_at: Option<DateTime<Utc>>,
}

/// Deliveries of a unit, oldest first, after a place in its feed.
pub async fn list(
    conn: &mut Conn,
    unit: &str,
    state: Option<&str>,
    after: i64,
    limit: i64,
) -> Result<Vec<DeliveryRow>, DbError> {
    Ok(sqlx::query_as!(
        DeliveryRow,
        "select delivery_id, seq, order_id, generation, rework, notice, lead, way, state, attempts, next_attempt_at,
                last_error, created_at, delivered_at
         from deliveries
         where unit = $1 and seq > $2 and ($3::text is null or state = $3)
         order by seq limit $4",
        unit,
        after,
        state,
        limit
    )
    .fetch_all(conn)
    .await?)
}

/// What waits to be pushed, per way: how many (counted up to a bound) and since when.
#[derive(Debug)]
pub struct Backlog {
    /// How they go.
    pub way: String,
    /// How many wait.
    pub waiting: i64,
    /// The oldest of them.
    pub oldest: Option<DateTime<Utc>>,
}

/// The backlog of each way that is pushed, and the deliveries that were given up.
pub async fn backlog(pool: &PgPool, count_max: i64) -> Result<Vec<Backlog>, DbError> {
    Ok(sqlx::query_as!(
        Backlog,
        r#"select ways.way as "way!", count(w.created_at) as "waiting!", min(w.created_at) as oldest
           from unnest(array['nats', 'webhook']) as ways(way)
           left join lateral (
               select d.created_at from deliveries d
               where d.way = ways.way and d.state in ('waiting', 'sending') and d.way <> 'rest' limit $1
           ) as w on true
           group by ways.way"#,
        count_max
    )
    .fetch_all(pool)
    .await?)
}
