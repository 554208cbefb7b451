//! Table `actions`: what units did. The digest makes a repeated action recognisable.
use chrono::{DateTime, Utc};
use contracts::ids::OrderId;
use db::{Conn, DbError};
use std::collections::HashMap;
use uuid::Uuid;

/// One action that had an effect.
#[derive(Debug)]
pub struct ActionRow {
    /// The order.
    pub order_id: OrderId,
    /// SHA-256 of unit, generation, verb and content, and of what else tells it from another one.
    pub digest: [u8; 32],
    /// Who.
    pub unit: String,
    /// Generation of the assignment.
    pub generation: i32,
    /// Round.
    pub rework: i32,
    /// What.
    pub verb: &'static str,
    /// As given, phone numbers masked.
    pub content: serde_json::Value,
    /// The idempotency key it came with.
    pub key: Option<String>,
}

/// What a unit did to an order, as it is shown to it.
#[derive(Debug)]
pub struct ActionSeen {
    /// What.
    pub verb: String,
    /// Generation of the assignment.
    pub generation: i32,
    /// Round.
    pub rework: i32,
    /// As given, phone numbers masked.
    pub content: serde_json::Value,
    /// When.
    pub acted_at: DateTime<Utc>,
}

/// Rounds in which the given (order, digest) pairs had their effect already.
pub async fn known(
    conn: &mut Conn,
    order_ids: &[Uuid],
    digests: &[Vec<u8>],
) -> Result<HashMap<(OrderId, Vec<u8>), Vec<i32>>, DbError> {
    let rows = sqlx::query!(
        "select a.order_id, a.digest, a.rework from actions a
         join unnest($1::uuid[], $2::bytea[]) as g(order_id, digest) on a.order_id = g.order_id and a.digest = g.digest",
        order_ids,
        digests
    )
    .fetch_all(conn)
    .await?;
    let mut rounds: HashMap<(OrderId, Vec<u8>), Vec<i32>> = HashMap::new();
    for row in rows {
        rounds
            .entry((OrderId(row.order_id), row.digest))
            .or_default()
            .push(row.rework);
    }
    Ok(rounds)
}

/// Digests of the actions with the given idempotency keys; a key is a unit's own, for one order and verb.
pub async fn with_keys(
    conn: &mut Conn,
    keys: Vec<(OrderId, String, &'static str, String)>,
) -> Result<HashMap<(OrderId, String, &'static str, String), Vec<u8>>, DbError> {
    let rows = sqlx::query!(
        r#"select g.at as "at!", a.digest from actions a
           join unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) with ordinality as g(order_id, unit, verb, key, at)
             on a.order_id = g.order_id and a.unit = g.unit and a.verb = g.verb and a.idempotency_key = g.key"#,
        &keys.iter().map(|(order, ..)| order.uuid()).collect::<Vec<_>>(),
        &keys.iter().map(|(_, unit, ..)| unit.clone()).collect::<Vec<_>>(),
        &keys.iter().map(|(_, _, verb, _)| (*verb).to_owned()).collect::<Vec<_>>(),
        &keys.iter().map(|(.., key)| key.clone()).collect::<Vec<_>>(),
    )
    .fetch_all(conn)
    .await?;
    let asked = |at: i64| usize::try_from(at - 1).ok().and_then(|at| keys.get(at));
    Ok(rows
        .into_iter()
        .filter_map(|row| Some((asked(row.at)?.clone(), row.digest)))
        .collect())
}

/// Writes actions down.
pub async fn insert(conn: &mut Conn, now: DateTime<Utc>, actions: &[ActionRow]) -> Result<(), DbError> {
    if actions.is_empty() {
        return Ok(());
    }
    fn column<'a, T>(actions: &'a [ActionRow], value: impl Fn(&'a ActionRow) -> T) -> Vec<T> {
        actions.iter().map(value).collect()
    }
    sqlx::query!(
        "insert into actions (order_id, digest, unit, generation, rework, verb, content, idempotency_key, acted_at)
         select g.order_id, g.digest, g.unit, g.generation, g.rework, g.verb, g.content, g.key, $9
         from unnest($1::uuid[], $2::bytea[], $3::text[], $4::integer[], $5::integer[], $6::text[], $7::jsonb[], $8::text[])
              as g(order_id, digest, unit, generation, rework, verb, content, key)
         on conflict (order_id, digest, rework) do nothing",
        &column(actions, |a| a.order_id.uuid()),
        &column(actions, |a| a.digest.to_vec()),
        &column(actions, |a| a.unit.clone()),
        &column(actions, |a| a.generation),
        &column(actions, |a| a.rework),
        &column(actions, |a| a.verb.to_owned()),
        &column(actions, |a| a.content.clone()),
        &column(actions, |a| a.key.clone()) as &[Option<String>],
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The newest actions of one unit on one order, oldest first.
pub async fn of_unit(
    conn: &mut Conn,
    order_id: OrderId,
    unit: &str,
    limit: i64,
) -> Result<Vec<ActionSeen>, DbError> {
    let mut rows = sqlx::query_as!(
        ActionSeen,
        "select verb, generation, rework, content, acted_at from actions
         where order_id = $1 and unit = $2 order by acted_at desc, digest limit $3",
        order_id.uuid(),
        unit,
        limit
    )
    .fetch_all(conn)
    .await?;
    rows.reverse();
    Ok(rows)
}

/// How often units asked for a return, by order, unit and generation.
pub async fn returns_asked(
    conn: &mut Conn,
    order_ids: &[Uuid],
) -> Result<HashMap<(OrderId, String, i32), u32>, DbError> {
    let rows = sqlx::query!(
        r#"select order_id, unit, generation, count(*) as "asked!" from actions
           where order_id = any($1) and verb = 'request_return' group by order_id, unit, generation"#,
        order_ids
    )
    .fetch_all(conn)
    .await?;
    let asked = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
    Ok(rows
        .into_iter()
        .map(|row| {
            (
                (OrderId(row.order_id), row.unit, row.generation),
                asked(row.asked),
            )
        })
        .collect())
}

/// What one unit that helps said of its part.
#[derive(Debug)]
pub struct Part {
    /// The unit.
    pub unit: String,
    /// `progress` or `co_reply`.
    pub verb: String,
    /// Its note, phone numbers masked.
    pub content: serde_json::Value,
    /// When.
    pub acted_at: DateTime<Utc>,
}

/// The newest notes of units that help, oldest first.
pub async fn parts(
    conn: &mut Conn,
    order_id: OrderId,
    units: &[String],
    limit: i64,
) -> Result<Vec<Part>, DbError> {
    let mut rows = sqlx::query_as!(
        Part,
        "select unit, verb, content, acted_at from actions
         where order_id = $1 and unit = any($2) and verb in ('progress', 'co_reply') order by acted_at desc, digest limit $3",
        order_id.uuid(),
        units,
        limit
    )
    .fetch_all(conn)
    .await?;
    rows.reverse();
    Ok(rows)
}

/// What any unit did to an order.
#[derive(Debug)]
pub struct UnitAction {
    /// Who.
    pub unit: String,
    /// What.
    pub verb: String,
    /// Generation of the assignment.
    pub generation: i32,
    /// Round.
    pub rework: i32,
    /// As given, phone numbers masked.
    pub content: serde_json::Value,
    /// When.
    pub acted_at: DateTime<Utc>,
}

/// The newest actions of all units on one order, oldest first.
pub async fn of_order(conn: &mut Conn, order_id: OrderId, limit: i64) -> Result<Vec<UnitAction>, DbError> {
    let mut rows = sqlx::query_as!(
        UnitAction,
        "select unit, verb, generation, rework, content, acted_at from actions
         where order_id = $1 order by acted_at desc, digest limit $2",
        order_id.uuid(),
        limit
    )
    .fetch_all(conn)
    .await?;
    rows.reverse();
    Ok(rows)
}
