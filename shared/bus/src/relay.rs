//! From the outbox to JetStream: in order within a line, pipelined across lines, no transaction open meanwhile.
//!
//! Rows are found by "not yet acknowledged", never by "greater than the last id": a late commit with a smaller
//! id would be lost. A crash between ack and delete publishes again; the inbox makes that harmless.
use crate::{Bus, BusError};
use async_nats::HeaderMap;
use chrono::{DateTime, Utc};
use contracts::envelope::{Envelope, HEADER_KEY, HEADER_MESSAGE_ID, HEADER_TRACEPARENT};
use contracts::ids::EventId;
use contracts::shard::Shard;
use futures::stream::{self, StreamExt};
use serde_json::value::RawValue;
use sqlx::{PgPool, Row};
use std::collections::BTreeMap;
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

/// Publishes the oldest unpublished facts of the shards and marks those that were acknowledged. Answers how many.
///
/// # Errors
/// When the database fails. A server that refuses or is away is logged; the rows simply stay.
pub async fn pass(pool: &PgPool, bus: &Bus, shards: &[i16], batch_max: i64) -> Result<usize, BusError> {
    let rows = sqlx::query(OLDEST).bind(shards).bind(batch_max).fetch_all(pool).await?;
    if rows.is_empty() {
        return Ok(0);
    }
    let mut lines: BTreeMap<Uuid, Vec<Waiting>> = BTreeMap::new();
    for row in &rows {
        let waiting = read(row)?;
        lines.entry(waiting.key).or_default().push(waiting);
    }
    let acknowledged: Vec<i64> = stream::iter(lines.into_values())
        .map(|line| publish_line(bus, line))
        .buffer_unordered(LINES_IN_FLIGHT)
        .collect::<Vec<_>>()
        .await
        .concat();
    if !acknowledged.is_empty() {
        sqlx::query("delete from outbox where id = any($1)").bind(&acknowledged).execute(pool).await?;
    }
    Ok(acknowledged.len())
}

async fn publish_line(bus: &Bus, line: Vec<Waiting>) -> Vec<i64> {
    let mut acknowledged = Vec::with_capacity(line.len());
    for waiting in line {
        let id = waiting.id;
        match publish(bus, waiting).await {
            Ok(()) => acknowledged.push(id),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, outbox.id = id, "fact not published, stays in the outbox");
                break;
            }
        }
    }
    acknowledged
}

#[expect(clippy::disallowed_methods, reason = "the relay is the one home of publishing")]
async fn publish(bus: &Bus, waiting: Waiting) -> Result<(), BusError> {
    let mut headers = HeaderMap::new();
    headers.insert(HEADER_MESSAGE_ID, waiting.event_id.to_string().as_str());
    headers.insert(HEADER_KEY, waiting.key.to_string().as_str());
    if let Some(traceparent) = &waiting.traceparent {
        headers.insert(HEADER_TRACEPARENT, traceparent.as_str());
    }
    let subject = bus.namespace().event(waiting.shard, &waiting.event_type);
    bus.jetstream()
        .publish_with_headers(subject, headers, waiting.body)
        .await
        .map_err(BusError::nats("publish"))?
        .await
        .map_err(BusError::nats("publish acknowledgement"))?;
    Ok(())
}

fn read(row: &sqlx::postgres::PgRow) -> Result<Waiting, BusError> {
    let id: i64 = row.try_get("id")?;
    let data: String = row.try_get("data")?;
    let data = RawValue::from_string(data).map_err(|error| db::DbError::inconsistent("journal", "data", &id, &error))?;
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
    let body = serde_json::to_vec(&envelope).map_err(|error| db::DbError::inconsistent("journal", "data", &id, &error))?;
    Ok(Waiting {
        id,
        shard: Shard::from_number(shard).ok_or_else(|| db::DbError::inconsistent("journal", "shard", &id, &shard))?,
        key: envelope.key,
        event_id: envelope.id.uuid(),
        event_type: envelope.event_type,
        traceparent: envelope.traceparent,
        body: body.into(),
    })
}
