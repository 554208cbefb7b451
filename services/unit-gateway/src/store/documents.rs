//! Table `documents`: what units are told, append-only. Written together with its row of `deliveries`.
use crate::domain::delivery::NewDelivery;
use chrono::{DateTime, Utc};
use contracts::ids::OrderId;
use db::{Conn, DbError};
use sqlx::PgPool;
use std::collections::{BTreeMap, HashMap, HashSet};
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
        "with written as (
           insert into documents (delivery_id, order_id, unit, seq, generation, rework, notice, lead, document,
                                  created_at, correlation_id, causation_id, traceparent)
           select g.delivery_id, g.order_id, g.unit, g.seq, g.generation, g.rework, g.notice, g.lead, g.document,
                  $13, g.correlation_id, g.causation_id, g.traceparent
           from unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::integer[], $6::integer[], $7::text[],
                       $8::boolean[], $9::text[], $10::uuid[], $11::uuid[], $12::text[])
                as g(delivery_id, order_id, unit, seq, generation, rework, notice, lead, document,
                     correlation_id, causation_id, traceparent)
           returning delivery_id, order_id, unit, seq)
         insert into deliveries (delivery_id, order_id, unit, seq, way, state, next_attempt_at)
         select w.delivery_id, w.order_id, w.unit, w.seq, 
                case when not a.active then 'rest' when a.fallen_back then a.fallback else coalesce(a.way, 'rest') end,
                'waiting', $13
         from written w left join unit_access a on a.unit = w.unit",
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

/// What a unit's feed holds after a cursor, and where the cursor stands in it.
#[derive(Debug)]
pub struct Page {
    /// Number of the unit's newest document.
    pub last_seq: i64,
    /// True when something up to the cursor is not marked as delivered.
    pub unacknowledged: bool,
    /// The next documents, whatever their way and state.
    pub documents: Vec<Pulled>,
}

/// The feed of a unit after a cursor; one statement, because units ask all the time.
pub async fn page(conn: &mut Conn, unit: &str, cursor: i64, limit: i64) -> Result<Page, DbError> {
    // Not `exists`: the planner would hope to meet a row soon and read the whole table when there is none.
    let rows = sqlx::query!(
        r#"select f.last_seq as "last_seq!", f.unacknowledged as "unacknowledged!",
                  p.seq as "seq?", p.document as "document?", p.traceparent as "traceparent?"
           from (select coalesce((select u.last_seq from unit_feeds u where u.unit = $1), 0) as last_seq,
                        (select d.seq from deliveries d where d.unit = $1 and d.seq <= $2 and d.state <> 'delivered'
                         order by d.unit, d.seq limit 1) is not null as unacknowledged) as f
           left join lateral (select c.seq, c.document, c.traceparent from documents c
                              where c.unit = $1 and c.seq > $2 order by c.seq limit $3) as p on true
           order by p.seq"#,
        unit,
        cursor,
        limit
    )
    .fetch_all(conn)
    .await?;
    let mut page = Page {
        last_seq: 0,
        unacknowledged: false,
        documents: Vec::with_capacity(rows.len()),
    };
    for row in rows {
        (page.last_seq, page.unacknowledged) = (row.last_seq, row.unacknowledged);
        if let (Some(seq), Some(document)) = (row.seq, row.document) {
            page.documents.push(Pulled {
                seq,
                document,
                traceparent: row.traceparent,
            });
        }
    }
    Ok(page)
}

/// Numbers of the newest documents of units; one that never had any is missing.
pub async fn last_seqs(pool: &PgPool, units: &[String]) -> Result<Vec<(String, i64)>, DbError> {
    let rows = sqlx::query!(
        "select unit, last_seq from unit_feeds where unit = any($1)",
        units
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.unit, row.last_seq)).collect())
}

/// The newest document of an order for a unit; what it is only told of without having the order comes after all others.
pub async fn newest(conn: &mut Conn, order_id: OrderId, unit: &str) -> Result<Option<String>, DbError> {
    Ok(sqlx::query_scalar!(
        "select document from documents where order_id = $1 and unit = $2 order by generation > 0 desc, seq desc limit 1",
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
        "select distinct d.order_id, d.unit from documents d
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

/// Drops at most `documents_max` documents, with their deliveries and pushes, that are older than `before` and
/// whose order ended before then, or was never assigned.
pub async fn drop_old(conn: &mut Conn, before: DateTime<Utc>, documents_max: i64) -> Result<u64, DbError> {
    let done = sqlx::query!(
        "with old as (
           select c.unit, c.seq, c.delivery_id from documents c left join handlings h on h.order_id = c.order_id
           where c.created_at < $1 and (h.ended_at < $1 or h.order_id is null)
           limit $2 for update of c skip locked),
         pushes as (delete from delivery_attempts a using old where a.delivery_id = old.delivery_id),
         mine as (select d.delivery_id from deliveries d join old on old.delivery_id = d.delivery_id
                  order by d.delivery_id for update of d),
         states as (delete from deliveries d using mine where d.delivery_id = mine.delivery_id)
         delete from documents c using old where c.unit = old.unit and c.seq = old.seq",
        before,
        documents_max
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}
