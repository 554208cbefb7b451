//! The only way to send: facts are appended in the transaction that makes them true.
use chrono::{DateTime, Utc};
use contracts::cause::Cause;
use contracts::event::Event;
use contracts::ids::EventId;
use contracts::shard::Shard;
use db::{Conn, DbError};
use uuid::Uuid;

/// One fact on its way out.
#[derive(Clone, Debug)]
pub struct Fact {
    key: Uuid,
    event_id: EventId,
    event_type: String,
    occurred_at: DateTime<Utc>,
    cause: Cause,
    data: String,
}

impl Fact {
    /// A fact in the line of `key` (an order id or a complaint id).
    ///
    /// # Panics
    /// Never: event payloads are plain data that always serialize.
    #[must_use]
    pub fn new<E: Event>(key: impl Into<Uuid>, occurred_at: DateTime<Utc>, cause: &Cause, event: &E) -> Self {
        Self {
            key: key.into(),
            event_id: EventId(Uuid::now_v7()),
            event_type: E::TYPE.to_string(),
            occurred_at,
            cause: cause.clone(),
            data: serde_json::to_string(event).expect("event payloads are plain data"),
        }
    }

    /// `<service>.<noun>.<past>.v<n>`.
    #[must_use]
    pub fn event_type(&self) -> &str {
        &self.event_type
    }

    /// Id of the event, for a later fact that this one causes.
    #[must_use]
    pub const fn event_id(&self) -> EventId {
        self.event_id
    }
}

/// Largest payload: with its envelope it still fits into `max_payload` of the servers. A larger one could never be
/// published, and its whole line would wait behind it.
const FACT_BYTES_MAX: usize = 200 * 1_024;

const APPEND: &str = "
with given as (
    select * from unnest($1::uuid[], $2::smallint[], $3::uuid[], $4::text[], $5::timestamptz[], $6::uuid[],
                         $7::uuid[], $8::text[], $9::text[], $10::text[])
        with ordinality as g(key, shard, event_id, event_type, occurred_at, correlation_id,
                             causation_id, actor, traceparent, data, n)
), lines as (
    select key, count(*) as facts from given group by key
), raised as (
    insert into event_sequences as s (key, last) select key, facts from lines order by key
    on conflict (key) do update set last = s.last + excluded.last
    returning s.key, s.last
), written as (
    insert into journal (shard, key, sequence, event_id, event_type, occurred_at, correlation_id,
                         causation_id, actor, traceparent, data)
    select g.shard, g.key, r.last - l.facts + row_number() over (partition by g.key order by g.n),
           g.event_id, g.event_type, g.occurred_at, g.correlation_id,
           g.causation_id, g.actor, g.traceparent, g.data::json
    from given g join raised r on r.key = g.key join lines l on l.key = g.key
    order by g.n
    returning id, day, shard
)
insert into outbox (id, day, shard) select id, day, shard from written";

/// Appends facts: numbered without a gap inside their line, in the order given. One statement for any number.
///
/// # Errors
/// When the database fails.
pub async fn append(conn: &mut Conn, facts: &[Fact]) -> Result<(), DbError> {
    if facts.is_empty() {
        return Ok(());
    }
    if let Some(fact) = facts.iter().find(|fact| fact.data.len() > FACT_BYTES_MAX) {
        let size = format!("{} bytes, at most {FACT_BYTES_MAX}", fact.data.len());
        return Err(DbError::inconsistent("journal", "data", &fact.event_type, &size));
    }
    fn column<T>(facts: &[Fact], value: impl Fn(&Fact) -> T) -> Vec<T> {
        facts.iter().map(value).collect()
    }
    sqlx::query(APPEND)
        .bind(column(facts, |f| f.key))
        .bind(column(facts, |f| Shard::of(f.key).number()))
        .bind(column(facts, |f| f.event_id.uuid()))
        .bind(column(facts, |f| f.event_type.clone()))
        .bind(column(facts, |f| f.occurred_at))
        .bind(column(facts, |f| f.cause.correlation_id))
        .bind(column(facts, |f| f.cause.causation_id.map(EventId::uuid)))
        .bind(column(facts, |f| f.cause.actor.clone()))
        .bind(column(facts, |f| f.cause.traceparent.clone()))
        .bind(column(facts, |f| f.data.clone()))
        .execute(conn)
        .await?;
    Ok(())
}
