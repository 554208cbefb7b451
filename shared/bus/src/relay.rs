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
use chrono::{DateTime, Utc};
use contracts::envelope::{Envelope, HEADER_KEY, HEADER_MESSAGE_ID, HEADER_TRACEPARENT};
use contracts::ids::EventId;
use contracts::shard::Shard;
use futures::stream::{self, StreamExt};
use serde_json::value::RawValue;
use sqlx::{PgPool, Row};
use std::collections::BTreeMap;
use tokio::sync::Mutex;
use uuid::Uuid;

/// Lines that are published at the same time.
const LINES_IN_FLIGHT: usize = 256;

struct Waiting {
    id: i64,
    shard: Shard,
    key: Uuid,
    event_type: String,
    event_id: Uuid,
    traceparent: Option<String>,
    body: bytes::Bytes,
}

const OLDEST: &str = "
select o.id, j.shard, j.key, j.sequence, j.event_id, j.event_type, j.occurred_at, j.correlation_id,
       j.causation_id, j.actor, j.traceparent, j.data::text as data
from outbox o join journal j on j.day = o.day and j.id = o.id
where o.shard = any($1) order by o.id limit $2";

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
    life: Option<Life>,
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

    /// Publishes the oldest unpublished facts of the shards and marks those that were acknowledged. Answers how
    /// many.
    ///
    /// # Errors
    /// When the database fails, when there is no stream, and when the stream was made anew and nothing was replayed.
    /// A server that refuses single facts or is away is logged; the rows simply stay.
    pub async fn pass(&self, shards: &[i16], batch_max: i64) -> Result<usize, BusError> {
        if self.bus.client().connection_state() == State::Disconnected {
            return Ok(0);
        }
        let mut connection = self.connection.lock().await;
        let (jetstream, life) = self.stream(&mut connection).await?;
        // Read after the stream was looked at: whatever a replay queued before that is among them.
        let lines = self.oldest(shards, batch_max).await?;
        let waiting: usize = lines.iter().map(Vec::len).sum();
        let acknowledged: Vec<i64> = stream::iter(lines)
            .map(|line| self.publish_line(&jetstream, line))
            .buffer_unordered(LINES_IN_FLIGHT)
            .collect::<Vec<_>>()
            .await
            .concat();
        let marked = match acknowledged.as_slice() {
            [] => 0,
            some => life::mark(&self.pool, life, some).await?,
        };
        connection.life = (marked == waiting).then_some(life);
        Ok(marked)
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
        let life = match connection.life.take() {
            Some(life) => life,
            None => {
                let name = contracts::streams::events(self.bus.namespace()).name;
                life::verify(&self.pool, &jetstream, &name).await?
            }
        };
        Ok((jetstream, life))
    }

    async fn oldest(&self, shards: &[i16], batch_max: i64) -> Result<Vec<Vec<Waiting>>, BusError> {
        let rows = sqlx::query(OLDEST)
            .bind(shards)
            .bind(batch_max)
            .fetch_all(&self.pool)
            .await?;
        let mut lines: BTreeMap<Uuid, Vec<Waiting>> = BTreeMap::new();
        for row in &rows {
            let waiting = read(row)?;
            lines.entry(waiting.key).or_default().push(waiting);
        }
        Ok(lines.into_values().collect())
    }

    async fn publish_line(&self, jetstream: &jetstream::Context, line: Vec<Waiting>) -> Vec<i64> {
        let mut acknowledged = Vec::with_capacity(line.len());
        for waiting in line {
            let id = waiting.id;
            match self.publish(jetstream, waiting).await {
                Ok(()) => acknowledged.push(id),
                Err(error) => {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        outbox.id = id,
                        "fact not published, stays in the outbox"
                    );
                    break;
                }
            }
        }
        acknowledged
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
