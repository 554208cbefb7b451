//! Events of supervision: the clocks.
use crate::event::event;
use crate::ids::{OrderId, UnitCode};
use crate::words::ClockName;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Yellow: the limit comes near. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ClockWarnedV1 {
    /// The order.
    pub order_id: OrderId,
    /// Which clock.
    pub clock: ClockName,
    /// Arming of the clock: rises whenever the due time is set anew.
    pub timer_generation: i32,
    /// When the limit ends.
    pub due_at: DateTime<Utc>,
    /// The lead unit, when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitCode>,
}
event!(ClockWarnedV1, "supervision", "clock", "warned", 1);

/// Red: the limit has passed. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ClockBreachedV1 {
    /// The order.
    pub order_id: OrderId,
    /// Which clock.
    pub clock: ClockName,
    /// Arming of the clock: rises whenever the due time is set anew.
    pub timer_generation: i32,
    /// When the limit ended; this, not the time of firing, is the legal moment.
    pub due_at: DateTime<Utc>,
    /// The lead unit, when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitCode>,
}
event!(ClockBreachedV1, "supervision", "clock", "breached", 1);
