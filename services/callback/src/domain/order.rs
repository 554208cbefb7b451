//! What callback knows of an order, and what becomes true about it.
use crate::domain::{Claims, Round, Said};
use chrono::{DateTime, Utc};
use contracts::ids::{ComplaintId, OrderId, UnitCode};
use contracts::words::{Channel, Kind, Outcome};
use uuid::Uuid;

/// What `order.registered` tells.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Registration {
    /// The complaint.
    pub complaint_id: ComplaintId,
    /// Number of the order.
    pub order_number: String,
    /// Token of the caller; `None` = nobody to call back.
    pub caller: Option<Uuid>,
    /// Identity must not be shown to units.
    pub confidential: bool,
    /// 渠道.
    pub channel: Channel,
    /// 诉求类型.
    pub kind: Kind,
}

/// What `order.assigned` tells.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assignment {
    /// 主办.
    pub unit: UnitCode,
    /// 1, 2, 3, …
    pub generation: i32,
}

/// What `order.replied` tells.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reply {
    /// The unit.
    pub unit: UnitCode,
    /// Its assignment.
    pub generation: i32,
    /// Rework round.
    pub rework: i32,
    /// What it claims.
    pub claims: Claims,
    /// Its text for the citizen.
    pub text: String,
    /// When.
    pub replied_at: DateTime<Utc>,
}

/// Where an order stands for callback.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OrderState {
    /// With a unit, or not assigned yet.
    Open,
    /// A task is due.
    CallingBack,
    /// The end.
    Closed {
        /// How.
        outcome: Outcome,
        /// When.
        at: DateTime<Utc>,
    },
}

/// What is known of an order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Order {
    /// The order.
    pub order_id: OrderId,
    /// Of the contact it came from; every fact about it carries it on. `None` until a fact has been heard.
    pub correlation_id: Option<Uuid>,
    /// `None` until `order.registered` arrives.
    pub registration: Option<Registration>,
    /// The newest; `None` until `order.assigned` arrives.
    pub assignment: Option<Assignment>,
    /// Rework round inside the generation.
    pub rework: i32,
    /// Where it stands.
    pub state: OrderState,
}

/// Something that became true, for the other services.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Happening {
    /// A task is due from then on.
    Scheduled(Round, DateTime<Utc>),
    /// Nobody was reached, for the n-th time; the task stays and is due again then.
    Attempted(Round, i32, DateTime<Utc>),
    /// The caller answered.
    Recorded(Round, Said),
    /// The caller denies these claims of the unit.
    Contradicted(Round, Vec<String>),
    /// Back to the same unit in this new round, with the agent's note.
    Reworked(Round, String),
    /// The end.
    Closed(ComplaintId, Outcome, DateTime<Utc>),
}

impl OrderState {
    /// The word in the table and the API.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::CallingBack => "calling_back",
            Self::Closed { .. } => "closed",
        }
    }
}

impl Order {
    /// How it ended, if it has.
    #[must_use]
    pub const fn outcome(&self) -> Option<Outcome> {
        match self.state {
            OrderState::Closed { outcome, .. } => Some(outcome),
            OrderState::Open | OrderState::CallingBack => None,
        }
    }
}
