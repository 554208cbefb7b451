//! The envelope around every event: the JSON body of every message of the stream `EVENTS`.
use crate::cause::Cause;
use crate::ids::EventId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// NATS header with the event id; JetStream drops repeats of it inside its duplicate window.
pub const HEADER_MESSAGE_ID: &str = "Nats-Msg-Id";
/// NATS header with the W3C trace context.
pub const HEADER_TRACEPARENT: &str = "traceparent";
/// NATS header with the envelope's `key`, so that even an unreadable body can be held in its order's line.
pub const HEADER_KEY: &str = "Hotline-Key";

/// Metadata and payload of one event.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Envelope<T> {
    /// Stable id; the same over every republication.
    pub id: EventId,
    /// `<service>.<noun>.<past>.v<n>`.
    #[serde(rename = "type")]
    pub event_type: String,
    /// When the fact became true, by the database's clock.
    pub occurred_at: DateTime<Utc>,
    /// The order id or complaint id whose line this event stands in; decides the shard.
    pub key: Uuid,
    /// 1, 2, 3, … without a gap within (`service`, `key`).
    pub sequence: i64,
    /// One id for everything that follows from one contact.
    pub correlation_id: Uuid,
    /// The event that led to this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub causation_id: Option<EventId>,
    /// Who did it: `agent:<subject>`, `unit:<code>`, `clock`, `service:<name>`.
    pub actor: String,
    /// W3C trace context at the business commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// The payload.
    pub data: T,
}

impl<T> Envelope<T> {
    /// The cause of whatever a consumer does because of this event; `actor` is the consuming service.
    #[must_use]
    pub fn cause(&self, service: &str, traceparent: Option<String>) -> Cause {
        Cause {
            correlation_id: self.correlation_id,
            causation_id: Some(self.id),
            actor: format!("service:{service}"),
            traceparent: traceparent.or_else(|| self.traceparent.clone()),
        }
    }

    /// The publishing service, the first word of the type.
    #[must_use]
    pub fn service(&self) -> &str {
        self.event_type.split('.').next().unwrap_or_default()
    }
}
