//! From the outbox to JetStream: in order within a line, pipelined across lines, no transaction open meanwhile.
//!
//! Rows are found by "not yet acknowledged", never by "greater than the last id": a late commit with a smaller
//! id would be lost. A crash between ack and delete publishes again; the inbox makes that harmless.
//!
//! The connection is the relay's own and is not mended when it breaks, so nothing that was on its way is sent later.
//! After every trouble the stream is looked at again before the next fact goes out: it may be another one.
use crate::life::{self, Life};
use crate::{Bus, BusError};
use async_nats::connection::State;
use async_nats::{HeaderMap, jetstream};
use chrono::{DateTime, NaiveDate, Utc};
use contracts::envelope::{Envelope, HEADER_KEY, HEADER_MESSAGE_ID, HEADER_TRACEPARENT};
use contracts::ids::EventId;
use contracts::shard::Shard;
use futures::stream::{self, StreamExt};
use serde_json::value::RawValue;
use sqlx::{AssertSqlSafe, PgPool, Row};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;
use uuid::Uuid;

/// Lines that are published at the same time.
const LINES_IN_FLIGHT: usize = 256;

/// The stream is looked at again at least this often, trouble or not: it may have been made anew while nothing went out.
const LOOK_AGAIN: Duration = Duration::from_secs(10);

struct Waiting {
    id: i64,
    shard: Shard,
    key: Uuid,
    event_type: String,
    event_id: Uuid,
    traceparent: Option<String>,
    body: bytes::Bytes,
}

const OLDEST: &str = "select id, day from outbox where shard = any($1) order by id limit $2";

/// One day's facts. The day stands in the text, so that the plan touches one partition and not all of them; each id is
/// looked up by itself, because a plan made while a day is young would rather read the whole of it in every pass.
fn facts_of(day: NaiveDate) -> String {
    format!(
        "select fact.id, shard, key, sequence, event_id, event_type, occurred_at, correlation_id, causation_id, actor,
                traceparent, data::text as data
         from unnest($1::bigint[]) as waiting (id)
         cross join lateral (select * from journal where day = '{day}' and id = waiting.id offset 0) as fact"
    )
}

/// What a pass of the relay did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    /// Facts that waited, at most as many as were asked for.
    pub waiting: usize,
    /// Those that the stream has now.
    pub published: usize,
}

/// Publishes for one replica, on a connection of its own. One pass at a time.
pub struct Relay {
    pool: PgPool,
    bus: Bus,
    connection: Mutex<Connection>,
}

/// The relay's connection, and the life of the stream at its other end as long as nothing went wrong.
#[derive(Default)]
struct Connection {
    jetstream: Option<jetstream::Context>,
    life: Option<(Life, Instant)>,
}

impl Relay {
    /// A relay that has not connected yet.
    #[must_use]
    pub fn new(pool: PgPool, bus: Bus) -> Self {
        Self {
            pool,
            bus,
            connection: Mutex::default(),
        }
    }

    /// Publishes the oldest unpublished facts of the shards and marks those that were acknowledged.
    ///
    /// # Errors
    /// When the database fails, when there is no stream, and when the stream was made anew and nothing was replayed.
    /// A server that refuses single facts or is away is logged; the rows simply stay.
    pub async fn pass(&self, shards: &[i16], batch_max: i64) -> Result<Passed, BusError> {
        if self.bus.client().connection_state() == State::Disconnected {
            return Ok(Passed::default());
        }
        let mut connection = self.connection.lock().await;
        let (jetstream, life) = self.stream(&mut connection).await?;
        // Read after the stream was looked at: whatever a replay queued before that is among them.
        let lines = self.oldest(shards, batch_max).await?;
        let waiting: usize = lines.iter().map(Vec::len).sum();
        let lines: Vec<_> = stream::iter(lines)
            .map(|line| self.publish_line(&jetstream, line))
            .buffer_unordered(LINES_IN_FLIGHT)
            .collect()
            .await;
        report(&lines);
        let acknowledged: Vec<i64> = lines.into_iter().flat_map(|line| line.acknowledged).collect();
        let published = match acknowledged.as_slice() {
            [] => 0,
            some => life::mark(&self.pool, life, some).await?,
        };
        if published != waiting {
            connection.life = None;
        }
        Ok(Passed { waiting, published })
    }

    /// The stream to publish into. It is looked at again after every trouble, and when this was left half-way.
    async fn stream(&self, connection: &mut Connection) -> Result<(jetstream::Context, Life), BusError> {
        let holds =
            |jetstream: &jetstream::Context| jetstream.client().connection_state() == State::Connected;
        let jetstream = match connection.jetstream.take().filter(holds) {
            Some(jetstream) => jetstream,
            None => {
                connection.life = None;
                self.bus.connect_unmended().await?
            }
        };
        connection.jetstream = Some(jetstream.clone());
        if let Some((life, seen)) = connection.life
            && seen.elapsed() < LOOK_AGAIN
        {
            return Ok((jetstream, life));
        }
        connection.life = None;
        let name = contracts::streams::events(self.bus.namespace()).name;
        let life = life::verify(&self.pool, &jetstream, &name).await?;
        connection.life = Some((life, Instant::now()));
        Ok((jetstream, life))
    }

    async fn oldest(&self, shards: &[i16], batch_max: i64) -> Result<Vec<Vec<Waiting>>, BusError> {
        let rows: Vec<(i64, NaiveDate)> = sqlx::query_as(OLDEST)
            .bind(shards)
            .bind(batch_max)
            .fetch_all(&self.pool)
            .await?;
        let mut days: BTreeMap<NaiveDate, Vec<i64>> = BTreeMap::new();
        for (id, day) in rows {
            days.entry(day).or_default().push(id);
        }
        let mut found = BTreeMap::new();
        for (day, ids) in days {
            let rows = sqlx::query(AssertSqlSafe(facts_of(day)))
                .bind(&ids)
                .fetch_all(&self.pool)
                .await?;
            for row in &rows {
                let waiting = read(row)?;
                found.insert(waiting.id, waiting);
            }
        }
        let mut lines: BTreeMap<Uuid, Vec<Waiting>> = BTreeMap::new();
        for waiting in found.into_values() {
            lines.entry(waiting.key).or_default().push(waiting);
        }
        Ok(lines.into_values().collect())
    }

    async fn publish_line(&self, jetstream: &jetstream::Context, line: Vec<Waiting>) -> Line {
        let mut published = Line::default();
        for waiting in line {
            let id = waiting.id;
            match self.publish(jetstream, waiting).await {
                Ok(()) => published.acknowledged.push(id),
                Err(error) => {
                    published.refused = Some((id, error));
                    break;
                }
            }
        }
        published
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the relay is the one home of publishing"
    )]
    async fn publish(&self, jetstream: &jetstream::Context, waiting: Waiting) -> Result<(), BusError> {
        let mut headers = HeaderMap::new();
        headers.insert(HEADER_MESSAGE_ID, waiting.event_id.to_string().as_str());
        headers.insert(HEADER_KEY, waiting.key.to_string().as_str());
        if let Some(traceparent) = &waiting.traceparent {
            headers.insert(HEADER_TRACEPARENT, traceparent.as_str());
        }
        let subject = self.bus.namespace().event(waiting.shard, &waiting.event_type);
        jetstream
            .publish_with_headers(subject, headers, waiting.body)
            .await
            .map_err(BusError::nats("publish"))?
            .await
            .map_err(BusError::nats("publish acknowledgement"))?;
        Ok(())
    }
}

/// What became of the waiting facts of one line.
#[derive(Default)]
struct Line {
    acknowledged: Vec<i64>,
    refused: Option<(i64, BusError)>,
}

/// One warning per pass: a full stream refuses thousands of lines in a second.
fn report(lines: &[Line]) {
    let mut refused = lines.iter().filter_map(|line| line.refused.as_ref());
    if let Some((id, error)) = refused.next() {
        tracing::warn!(
            error = error as &dyn std::error::Error,
            outbox.id = id,
            lines = 1 + refused.count(),
            "facts not published, they stay in the outbox"
        );
    }
}

fn read(row: &sqlx::postgres::PgRow) -> Result<Waiting, BusError> {
    let id: i64 = row.try_get("id")?;
    let data: String = row.try_get("data")?;
    let data = RawValue::from_string(data)
        .map_err(|error| db::DbError::inconsistent("journal", "data", &id, &error))?;
    let shard: i16 = row.try_get("shard")?;
    let envelope = Envelope {
        id: EventId(row.try_get("event_id")?),
        event_type: row.try_get("event_type")?,
        occurred_at: row.try_get::<DateTime<Utc>, _>("occurred_at")?,
        key: row.try_get("key")?,
        sequence: row.try_get("sequence")?,
        correlation_id: row.try_get("correlation_id")?,
        causation_id: row.try_get::<Option<Uuid>, _>("causation_id")?.map(EventId),
        actor: row.try_get("actor")?,
        traceparent: row.try_get("traceparent")?,
        data,
    };
    let body = serde_json::to_vec(&envelope)
        .map_err(|error| db::DbError::inconsistent("journal", "data", &id, &error))?;
    Ok(Waiting {
        id,
        shard: Shard::from_number(shard)
            .ok_or_else(|| db::DbError::inconsistent("journal", "shard", &id, &shard))?,
        key: envelope.key,
        event_id: envelope.id.uuid(),
        event_type: envelope.event_type,
        traceparent: envelope.traceparent,
        body: body.into(),
    })
}
