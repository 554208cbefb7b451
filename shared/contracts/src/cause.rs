//! Why something happens: who asked, which event led here, and the trace it belongs to.
use crate::ids::EventId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Carried beside every command, from the way in to the outbox rows that the command writes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Cause {
    /// One id for everything that follows from one contact of one caller.
    pub correlation_id: Uuid,
    /// The event that led to this; `None` when a person or a clock did.
    pub causation_id: Option<EventId>,
    /// `agent:<subject>`, `unit:<code>`, `clock`, or `service:<name>`. Never a caller.
    pub actor: String,
    /// W3C trace context of the span in which the command was made.
    pub traceparent: Option<String>,
}

impl Cause {
    /// The cause of something that a person or machine asked for directly.
    #[must_use]
    pub fn asked_by(actor: impl Into<String>, traceparent: Option<String>) -> Self {
        Self {
            correlation_id: Uuid::now_v7(),
            causation_id: None,
            actor: actor.into(),
            traceparent,
        }
    }
}

/// A command with its cause: the unit in which use cases receive their work.
#[derive(Clone, PartialEq, Debug)]
pub struct Asked<C> {
    /// Who asked, after which event, in which trace.
    pub cause: Cause,
    /// What is asked.
    pub command: C,
}
