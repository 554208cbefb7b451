//! Events of callback: what the caller says, and how orders end.
use crate::event::event;
use crate::ids::{CallbackId, ComplaintId, OrderId, UnitCode};
use crate::words::{Outcome, Satisfaction};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A replied order waits for its callback 回访. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CallbackScheduledV1 {
    /// The task.
    pub callback_id: CallbackId,
    /// The order.
    pub order_id: OrderId,
    /// Rework round that was replied.
    pub rework: i32,
    /// From when the caller may be called.
    pub due_at: DateTime<Utc>,
}
event!(CallbackScheduledV1, "callback", "callback", "scheduled", 1);

/// The caller was not reached; the task stays. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CallbackAttemptedV1 {
    /// The task.
    pub callback_id: CallbackId,
    /// The order.
    pub order_id: OrderId,
    /// 1, 2, 3, …
    pub attempt: i32,
    /// When the next attempt is due.
    pub due_at: DateTime<Utc>,
}
event!(CallbackAttemptedV1, "callback", "callback", "attempted", 1);

/// What the caller answered, as separate facts. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CallbackRecordedV1 {
    /// The task.
    pub callback_id: CallbackId,
    /// The order.
    pub order_id: OrderId,
    /// The unit whose reply was checked.
    pub unit: UnitCode,
    /// Generation of the assignment.
    pub generation: i32,
    /// Rework round that was replied.
    pub rework: i32,
    /// Did the unit contact the caller?
    pub contacted: bool,
    /// Is it solved?
    pub solved: bool,
    /// Satisfied with the result?
    pub result: Satisfaction,
    /// Satisfied with the attitude?
    pub attitude: Satisfaction,
}
event!(CallbackRecordedV1, "callback", "callback", "recorded", 1);

/// 虚假回复: the unit claimed what the caller denies. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReplyContradictedV1 {
    /// The order.
    pub order_id: OrderId,
    /// The task that showed it.
    pub callback_id: CallbackId,
    /// The unit.
    pub unit: UnitCode,
    /// Generation of the assignment.
    pub generation: i32,
    /// Which claims were denied: `solved`, `contacted`, `result`.
    pub claims: Vec<String>,
}
event!(ReplyContradictedV1, "callback", "reply", "contradicted", 1);

/// 重办: back to the same unit after a justified "no". Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderReworkedV1 {
    /// The order.
    pub order_id: OrderId,
    /// The unit, unchanged.
    pub unit: UnitCode,
    /// The generation, kept.
    pub generation: i32,
    /// The new round: 1, 2, …
    pub rework: i32,
    /// What the caller still wants, personal data masked.
    pub reason: String,
}
event!(OrderReworkedV1, "callback", "order", "reworked", 1);

/// The end. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderClosedV1 {
    /// The order.
    pub order_id: OrderId,
    /// Its complaint.
    pub complaint_id: ComplaintId,
    /// How it ended.
    pub outcome: Outcome,
    /// When.
    pub closed_at: DateTime<Utc>,
}
event!(OrderClosedV1, "callback", "order", "closed", 1);
