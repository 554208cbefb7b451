//! Table `manual_queue`.
use super::{json, read};
use crate::domain::assignment::Waiting;
use crate::domain::manual::{Claim, QueueItem, QueuePlace};
use crate::domain::order::OrderState;
use contracts::ids::OrderId;
use db::{Conn, DbError};
use std::collections::HashMap;
use uuid::Uuid;

/// An order that begins to wait, with its place in the queue.
pub struct Entry<'a> {
    /// Where it stands.
    pub place: QueuePlace,
    /// Why it waits.
    pub waiting: &'a Waiting,
}

fn column<T>(entries: &[Entry<'_>], value: impl Fn(&Entry<'_>) -> T) -> Vec<T> {
    entries.iter().map(value).collect()
}

/// Adds orders to the queue. One that waits already keeps its place in time and its claim; only why it waits is new.
pub async fn insert(conn: &mut Conn, entries: &[Entry<'_>]) -> Result<(), DbError> {
    if entries.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into manual_queue (order_id, urgency_rank, accepted_at, entered_at, reason, candidates, explanation,
                                   directory_version)
         select id, rank, accepted_at, entered_at, reason, candidates::json, explanation::json, version
         from unnest($1::uuid[], $2::smallint[], $3::timestamptz[], $4::timestamptz[], $5::text[], $6::text[], $7::text[],
                     $8::bigint[])
              as n(id, rank, accepted_at, entered_at, reason, candidates, explanation, version)
         on conflict (order_id) do update set
             urgency_rank = excluded.urgency_rank, reason = excluded.reason, candidates = excluded.candidates,
             explanation = excluded.explanation, directory_version = excluded.directory_version",
        &column(entries, |entry| entry.waiting.order_id.uuid()),
        &column(entries, |entry| entry.place.urgency_rank),
        &column(entries, |entry| entry.place.accepted_at),
        &column(entries, |entry| entry.waiting.entered_at),
        &column(entries, |entry| entry.waiting.reason.clone()),
        &column(entries, |entry| json(&entry.waiting.candidates)),
        &column(entries, |entry| json(&entry.waiting.explanation)),
        &column(entries, |entry| entry.waiting.directory_version),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes orders out of the queue.
pub async fn delete(conn: &mut Conn, ids: &[Uuid]) -> Result<(), DbError> {
    if !ids.is_empty() {
        sqlx::query!("delete from manual_queue where order_id = any($1)", ids)
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// Who holds these orders of the queue, locked; an order that does not wait is absent.
pub async fn claims_for_update(
    conn: &mut Conn,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Option<Claim>>, DbError> {
    let rows = sqlx::query!(
        "select order_id, claimed_by, claimed_until from manual_queue where order_id = any($1) order by order_id for update",
        ids
    );
    let rows = rows.fetch_all(conn).await?.into_iter();
    Ok(rows
        .map(|row| {
            let claim = row
                .claimed_by
                .zip(row.claimed_until)
                .map(|(by, until)| Claim { by, until });
            (row.order_id, claim)
        })
        .collect())
}

/// Saves claims.
pub async fn claim(conn: &mut Conn, claims: &[(OrderId, Claim)]) -> Result<(), DbError> {
    sqlx::query!(
        "update manual_queue q set claimed_by = n.claimed_by, claimed_until = n.claimed_until
         from unnest($1::uuid[], $2::text[], $3::timestamptz[]) as n(id, claimed_by, claimed_until)
         where q.order_id = n.id",
        &claims.iter().map(|(id, _)| id.uuid()).collect::<Vec<_>>(),
        &claims
            .iter()
            .map(|(_, claim)| claim.by.clone())
            .collect::<Vec<_>>(),
        &claims.iter().map(|(_, claim)| claim.until).collect::<Vec<_>>(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends claims.
pub async fn release(conn: &mut Conn, ids: &[Uuid]) -> Result<(), DbError> {
    if !ids.is_empty() {
        sqlx::query!(
            "update manual_queue set claimed_by = null, claimed_until = null where order_id = any($1)",
            ids
        )
        .execute(conn)
        .await?;
    }
    Ok(())
}

/// Keeps other orders from entering the queue until the transaction ends: for a ruling, which takes along all that wait.
pub async fn lock(conn: &mut Conn) -> Result<(), DbError> {
    sqlx::query!("lock table manual_queue in share row exclusive mode")
        .execute(conn)
        .await?;
    Ok(())
}

/// True when this transaction has called [`enter`] before, and not [`lock`].
pub async fn entered(conn: &mut Conn) -> Result<bool, DbError> {
    let row = sqlx::query_scalar!(
        r#"select exists (select from pg_locks where pid = pg_backend_pid() and relation = 'manual_queue'::regclass
                          and mode = 'RowExclusiveLock')
              and not exists (select from pg_locks where pid = pg_backend_pid() and relation = 'manual_queue'::regclass
                              and mode = 'ShareRowExclusiveLock') as "entered!""#
    );
    Ok(row.fetch_one(conn).await?)
}

/// Waits for a ruling that is being made; whoever reads the directory after that sees its duty. To be called before an
/// order or a place in the queue is locked: a ruling locks the queue first, and then what waits in it.
pub async fn enter(conn: &mut Conn) -> Result<(), DbError> {
    sqlx::query!("lock table manual_queue in row exclusive mode")
        .execute(conn)
        .await?;
    Ok(())
}

/// Every order that waits for a person, not locked, oldest first.
pub async fn waiting(conn: &mut Conn) -> Result<Vec<Uuid>, DbError> {
    let rows = sqlx::query_scalar!("select order_id from manual_queue order by accepted_at, order_id");
    Ok(rows.fetch_all(conn).await?)
}

/// The queue behind a place, emergencies first, then oldest.
pub async fn list(
    conn: &mut Conn,
    after: Option<&QueuePlace>,
    limit: i64,
) -> Result<Vec<QueueItem>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        "select q.order_id, q.urgency_rank, q.accepted_at, q.entered_at, q.reason, q.candidates, q.explanation,
                q.directory_version, q.claimed_by, q.claimed_until, o.order_number, o.title, o.text, o.question, o.generation,
                o.state, o.bounces
         from manual_queue q join orders o on o.order_id = q.order_id
         where $1::smallint is null or (q.urgency_rank, q.accepted_at, q.order_id) > ($1, $2, $3)
         order by q.urgency_rank, q.accepted_at, q.order_id limit $4",
        after.map(|place| place.urgency_rank),
        after.map(|place| place.accepted_at),
        after.map(|place| place.order_id.uuid()),
        limit
    );
    rows.fetch_all(conn).await?.into_iter().map(Row::item).collect()
}

/// One order of the queue.
pub async fn get(conn: &mut Conn, id: Uuid) -> Result<Option<QueueItem>, DbError> {
    let row = sqlx::query_as!(
        Row,
        "select q.order_id, q.urgency_rank, q.accepted_at, q.entered_at, q.reason, q.candidates, q.explanation,
                q.directory_version, q.claimed_by, q.claimed_until, o.order_number, o.title, o.text, o.question, o.generation,
                o.state, o.bounces
         from manual_queue q join orders o on o.order_id = q.order_id where q.order_id = $1",
        id
    );
    row.fetch_optional(conn).await?.map(Row::item).transpose()
}

struct Row {
    order_id: Uuid,
    urgency_rank: i16,
    accepted_at: chrono::DateTime<chrono::Utc>,
    entered_at: chrono::DateTime<chrono::Utc>,
    reason: String,
    candidates: serde_json::Value,
    explanation: serde_json::Value,
    directory_version: i64,
    claimed_by: Option<String>,
    claimed_until: Option<chrono::DateTime<chrono::Utc>>,
    order_number: String,
    title: String,
    text: String,
    question: serde_json::Value,
    generation: i32,
    state: String,
    bounces: i32,
}

impl Row {
    fn item(self) -> Result<QueueItem, DbError> {
        const TABLE: &str = "manual_queue";
        let id = self.order_id;
        Ok(QueueItem {
            place: QueuePlace {
                urgency_rank: self.urgency_rank,
                accepted_at: self.accepted_at,
                order_id: OrderId(id),
            },
            waiting: Waiting {
                order_id: OrderId(id),
                reason: self.reason,
                candidates: read(self.candidates, TABLE, "candidates", &id)?,
                explanation: read(self.explanation, TABLE, "explanation", &id)?,
                directory_version: self.directory_version,
                entered_at: self.entered_at,
            },
            claim: self
                .claimed_by
                .zip(self.claimed_until)
                .map(|(by, until)| Claim { by, until }),
            order_number: self.order_number,
            title: self.title,
            text: self.text,
            question: read(self.question, "orders", "question", &id)?,
            state: OrderState::parse(&self.state)
                .ok_or_else(|| DbError::inconsistent("orders", "state", &id, &self.state))?,
            generation: self.generation,
            bounces: self.bounces,
        })
    }
}
