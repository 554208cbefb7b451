//! One document on its way to one unit.
use chrono::{DateTime, TimeDelta, Utc};
use contracts::ids::{OrderId, UnitCode};
use contracts::words::DeliveryWay;
use std::fmt;
use std::str::FromStr;
use thiserror::Error;
use uuid::Uuid;

/// What a document tells; the wire words of `contracts`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Notice {
    /// The unit leads (or helps with) this order now.
    Assigned,
    /// Back for another round.
    Reworked,
    /// Its return request was refused.
    ReturnRejected,
    /// More time was granted.
    ExtensionGranted,
    /// More time was refused.
    ExtensionDenied,
    /// 挂起: the order rests, with its clocks.
    Suspended,
    /// The order does not rest, although its lead asked.
    SuspensionDenied,
    /// The rest is over.
    Resumed,
    /// 督办: supervision pushes the order; the note says how and until when.
    Supervised,
    /// Supervision raised its level.
    Escalated,
    /// The unit is summoned to a meeting about the order.
    Summoned,
    /// What was promised where units met, or what became of it.
    Outcome,
    /// The caller's answer went against the unit.
    Answer,
    /// What came of its appeal.
    Appeal,
    /// A unit that helps said how its part ended; for the lead.
    CoReplied,
    /// The order was amended, and the assignment stands.
    Amended,
    /// The caller added something; for the lead.
    Supplemented,
    /// No longer its order.
    Revoked,
    /// The order is closed.
    Closed,
}

impl Notice {
    const ALL: [Self; 19] = [
        Self::Assigned,
        Self::Reworked,
        Self::ReturnRejected,
        Self::ExtensionGranted,
        Self::ExtensionDenied,
        Self::Suspended,
        Self::SuspensionDenied,
        Self::Resumed,
        Self::Supervised,
        Self::Escalated,
        Self::Summoned,
        Self::Outcome,
        Self::Answer,
        Self::Appeal,
        Self::CoReplied,
        Self::Amended,
        Self::Supplemented,
        Self::Revoked,
        Self::Closed,
    ];

    /// The wire form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Assigned => "assigned",
            Self::Reworked => "reworked",
            Self::ReturnRejected => "return_rejected",
            Self::ExtensionGranted => "extension_granted",
            Self::ExtensionDenied => "extension_denied",
            Self::Suspended => "suspended",
            Self::SuspensionDenied => "suspension_denied",
            Self::Resumed => "resumed",
            Self::Supervised => "supervised",
            Self::Escalated => "escalated",
            Self::Summoned => "summoned",
            Self::Outcome => "outcome",
            Self::Answer => "answer",
            Self::Appeal => "appeal",
            Self::CoReplied => "co_replied",
            Self::Amended => "amended",
            Self::Supplemented => "supplemented",
            Self::Revoked => "revoked",
            Self::Closed => "closed",
        }
    }

    /// True when its arrival at the lead is a fact that others wait for: the order reached the unit.
    #[must_use]
    pub const fn hands_over(self) -> bool {
        matches!(self, Self::Assigned | Self::Reworked)
    }
}

/// Where a delivery stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DeliveryState {
    /// Due, or due later.
    Waiting,
    /// Somebody is sending it until the lease ends.
    Sending,
    /// The unit has it.
    Delivered,
    /// No longer pushed; the unit may still pull it.
    Failed,
}

impl DeliveryState {
    const ALL: [Self; 4] = [Self::Waiting, Self::Sending, Self::Delivered, Self::Failed];

    /// The word in the table and in answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sending => "sending",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }
}

/// A word that is none of the vocabulary.
#[derive(Debug, Error)]
#[error("unknown word {0}")]
pub struct UnknownWord(pub String);

macro_rules! words {
    ($($name:ident),+) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;
            fn from_str(text: &str) -> Result<Self, UnknownWord> {
                Self::ALL.into_iter().find(|word| word.as_str() == text).ok_or_else(|| UnknownWord(text.to_owned()))
            }
        }
    )+};
}
words!(Notice, DeliveryState);

/// Why a document exists, and its trace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Origin {
    /// Of the complaint.
    pub correlation_id: Uuid,
    /// The event that caused the document.
    pub causation_id: Option<Uuid>,
    /// W3C trace context; goes on in the unit's system.
    pub traceparent: Option<String>,
}

/// A document that is to reach a unit.
#[derive(Clone, PartialEq, Debug)]
pub struct NewDelivery {
    /// Id of the document; stable over retries and ways.
    pub delivery_id: Uuid,
    /// The order.
    pub order_id: OrderId,
    /// For whom.
    pub unit: UnitCode,
    /// Generation of the assignment.
    pub generation: i32,
    /// Round.
    pub rework: i32,
    /// What it tells.
    pub notice: Notice,
    /// For the lead, not for a co-handler.
    pub lead: bool,
    /// The document as JSON.
    pub document: String,
    /// Why.
    pub origin: Origin,
}

/// A document in the hands of a sender, until its lease ends.
#[derive(Clone, Debug)]
pub struct Claimed {
    /// Id of the document.
    pub delivery_id: Uuid,
    /// The order, for the log.
    pub order_id: OrderId,
    /// For whom.
    pub unit: UnitCode,
    /// What it tells.
    pub notice: Notice,
    /// The document as JSON.
    pub document: String,
    /// W3C trace context.
    pub traceparent: Option<String>,
    /// This push: 1, 2, 3, …
    pub attempt: i32,
    /// How often it was sent again although it had been handed over: on NATS each time is a message of its own.
    pub sent_again: i32,
    /// Where to call, for webhooks.
    pub target: Option<Target>,
    /// The last call to the unit's webhook failed: this one finds out whether it is back.
    pub trial: bool,
}

impl Claimed {
    /// What the stream knows the message by. A try that is repeated is the same message; a document that is sent again is
    /// another one, because the stream would drop it, and the same document.
    #[must_use]
    pub fn message_id(&self) -> String {
        match self.sent_again {
            0 => self.delivery_id.to_string(),
            times => format!("{}.{times}", self.delivery_id),
        }
    }
}

/// A unit's endpoint.
#[derive(Clone, Debug)]
pub struct Target {
    /// Whose it is.
    pub unit: UnitCode,
    /// Where.
    pub endpoint: String,
    /// It may be in a private network.
    pub private: bool,
    /// Signing secrets that are valid now, sealed; the newest first.
    pub sealed_secrets: Vec<Vec<u8>>,
}

/// Why a call did not deliver.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotDelivered {
    /// HTTP status, when there was an answer.
    pub status: Option<u16>,
    /// Why, without anything the other side sent.
    pub error: String,
    /// How long it asked to be left alone (`Retry-After`).
    pub retry_after: Option<TimeDelta>,
}

/// What came of one push.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The unit's side has acknowledged it.
    Delivered,
    /// Not this time.
    Failed {
        /// HTTP status, when there was an answer.
        status: Option<u16>,
        /// Why, without anything the other side sent.
        error: String,
        /// When to try again.
        retry_at: DateTime<Utc>,
        /// The schedule is used up: given up when the order is over.
        exhausted: bool,
        /// The endpoint asked to be left alone until then.
        pause_until: Option<DateTime<Utc>>,
    },
}

/// One push, to be written down.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Push {
    /// The document.
    pub delivery_id: Uuid,
    /// For whom.
    pub unit: UnitCode,
    /// Which try it was.
    pub attempt: i32,
    /// How.
    pub way: DeliveryWay,
    /// When it began.
    pub began_at: DateTime<Utc>,
    /// Until the answer or the failure.
    pub took_ms: i32,
    /// What came of it.
    pub outcome: Outcome,
}

/// A document that the unit now has for the first time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Arrived {
    /// The order.
    pub order_id: OrderId,
    /// Whose it is.
    pub unit: UnitCode,
    /// Generation of the assignment.
    pub generation: i32,
    /// Round.
    pub rework: i32,
    /// What it tells.
    pub notice: Notice,
    /// For the lead, not for a co-handler.
    pub lead: bool,
    /// How it got there.
    pub way: DeliveryWay,
    /// When.
    pub at: DateTime<Utc>,
    /// Why it exists.
    pub origin: Origin,
}

/// An answer by which an endpoint says that it is no more and will not come back.
pub const GONE: u16 = 410;

/// A unit that is not reached.
#[derive(Clone, Debug)]
pub struct Failing {
    /// The unit.
    pub unit: String,
    /// The way that fails.
    pub way: String,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Why, at last.
    pub error: String,
    /// The way its documents take meanwhile.
    pub fallback: String,
    /// Documents that it does not have.
    pub waiting: i64,
}
