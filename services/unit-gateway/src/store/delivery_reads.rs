//! Table `deliveries`, the reading side: lists and figures.
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use sqlx::PgPool;
use uuid::Uuid;

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

/// Deliveries of a unit, oldest first, after a place in its feed. What somebody is sending now is `sending`.
pub async fn list(
    conn: &mut Conn,
    now: DateTime<Utc>,
    unit: &str,
    state: Option<&str>,
    after: i64,
    limit: i64,
) -> Result<Vec<DeliveryRow>, DbError> {
    Ok(sqlx::query_as!(
        DeliveryRow,
        r#"select d.delivery_id, d.seq, d.order_id, c.generation, c.rework, c.notice, c.lead, d.way, s.state as "state!",
                  d.attempts, d.next_attempt_at, d.last_error, c.created_at, d.delivered_at
           from documents c join deliveries d on d.delivery_id = c.delivery_id
           cross join lateral (select case when d.state = 'waiting' and d.leased_until > $5 then 'sending'
                                           else d.state end as state) as s
           where c.unit = $1 and c.seq > $2 and ($3::text is null or s.state = $3)
           order by c.seq limit $4"#,
        unit,
        after,
        state,
        limit,
        now
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
        r#"select ways.way as "way!", count(w.delivery_id) as "waiting!", min(w.created_at) as oldest
           from unnest(array['nats', 'webhook']) as ways(way)
           -- Each way by its name, so that it finds its own index.
           left join (
               (select d.way, d.delivery_id, c.created_at from deliveries d
                join documents c on c.unit = d.unit and c.seq = d.seq
                where d.way = 'nats' and d.state = 'waiting' limit $1)
               union all
               (select d.way, d.delivery_id, c.created_at from deliveries d
                join documents c on c.unit = d.unit and c.seq = d.seq
                where d.way = 'webhook' and d.state = 'waiting' limit $1)
           ) as w on w.way = ways.way
           group by ways.way"#,
        count_max
    )
    .fetch_all(pool)
    .await?)
}

/// A document that a unit has.
#[derive(Debug)]
pub struct DeliveredRow {
    /// Whose it is.
    pub unit: String,
    /// What it tells.
    pub notice: String,
    /// When the unit had it.
    pub delivered_at: DateTime<Utc>,
}

/// Documents of an order that its units have, the newest `limit`.
pub async fn delivered(
    conn: &mut Conn,
    order_id: contracts::ids::OrderId,
    limit: i64,
) -> Result<Vec<DeliveredRow>, DbError> {
    Ok(sqlx::query_as!(
        DeliveredRow,
        r#"select c.unit, c.notice, d.delivered_at as "delivered_at!"
           from documents c join deliveries d on d.delivery_id = c.delivery_id
           where c.order_id = $1 and d.state = 'delivered' order by d.delivered_at desc limit $2"#,
        order_id.uuid(),
        limit
    )
    .fetch_all(conn)
    .await?)
}
